"""Logistic and administrative troubles: what went wrong around the paint."""

from complaints.models import Matter, Reason
from nervion_cases.demo.troubles import Trouble

LATE = Trouble(
    reason=Reason.DELIVERY,
    matter=Matter.LOGISTIC,
    areas=("transporte",),
    weight=1.6,
    words=(
        "El pedido llegó tres días tarde y se nos paró la obra.",
        "Quedaron de entregar el martes y {el} llegó hasta el viernes.",
        "Llevamos una semana esperando {n} {units} {del_}.",
        "La unidad llegó a las siete de la noche, cuando ya no había quien recibiera.",
        "El chofer reprogramó la entrega dos veces sin avisar.",
    ),
    details=(
        "Nadie nos avisó del retraso.",
        "Tuvimos que comprar en otro lado para cumplir.",
        "La cuadrilla estuvo parada y la tuvimos que pagar.",
        "Ventas nos había confirmado la fecha por escrito.",
        "Pedimos que alguien se haga responsable.",
    ),
    findings=(
        ("Ruta saturada sin aviso al cliente", "Avisar los retrasos el mismo día."),
        ("Unidad en reparación sin reemplazo", "Contratar transporte de respaldo para rutas foráneas."),
        ("Pedido liberado después del corte de carga", "Adelantar una hora la liberación de pedidos."),
    ),
    refusals=(
        (
            "El cliente cambió el domicilio después del corte",
            "Confirmar el domicilio por escrito el día anterior.",
            "El domicilio se cambió cuando la unidad ya había salido. Para la próxima se lo confirmaremos un día antes.",
        ),
    ),
    answers=(
        "Lamentamos el retraso. Desde hoy le avisaremos el mismo día cualquier cambio de ruta.",
        "Reconocemos la demora. Su siguiente entrega va sin costo de flete.",
    ),
)

MISSING = Trouble(
    reason=Reason.DELIVERY,
    matter=Matter.LOGISTIC,
    weight=1.5,
    words=(
        "Faltaron {n} {units} {del_} en la entrega de hoy.",
        "La remisión dice una cantidad y nos bajaron {n} {units} menos.",
        "Llegó incompleto el pedido {del_}.",
        "Al contar en bodega faltaban {n} {units}; el chofer ya se había ido.",
    ),
    details=(
        "Firmamos con la observación en la remisión.",
        "Tenemos cámara en el andén.",
        "Es la segunda vez este mes.",
        "La factura sí viene completa.",
    ),
    findings=(
        ("Error de conteo al cargar", "Doble conteo con firma al cargar."),
        ("Existencia equivocada en el sistema", "Conteo cíclico semanal de los productos de mayor venta."),
    ),
    refusals=(
        (
            "La evidencia muestra la entrega completa",
            "Compartir la evidencia de entrega.",
            "La remisión firmada y las fotografías muestran la entrega completa. Se las compartimos para su revisión.",
        ),
    ),
    answers=(
        "Verificamos el faltante. {The_n} salen mañana con su siguiente pedido.",
        "Confirmamos el error de conteo. Hoy mismo le enviamos lo que faltó.",
    ),
)

SWAPPED = Trouble(
    reason=Reason.DELIVERY,
    matter=Matter.LOGISTIC,
    weight=1,
    words=(
        "Pedimos {el} y nos llegó otro producto.",
        "Nos mandaron un color que no pedimos en lugar {del_}.",
        "Entregaron en la sucursal equivocada y nadie firmó de recibido.",
        "La presentación no es la que pedimos: queríamos {units}.",
    ),
    details=(
        "El pedido por escrito está bien claro.",
        "Necesitamos el cambio antes del sábado.",
        "Lo equivocado sigue cerrado, listo para que lo recojan.",
        "El cliente final se dio cuenta al abrirlo.",
    ),
    findings=(
        ("Surtido por ubicación y no por código", "Leer el código de cada tarima al surtir."),
        ("Clave capturada con un dígito cambiado", "Confirmar el pedido con el cliente antes de surtir."),
    ),
    answers=(
        "Fue error nuestro al surtir. Mañana recogemos lo equivocado y le entregamos lo que pidió.",
        "Confirmamos el cambio de producto. Su pedido correcto va en la ruta de la tarde.",
    ),
)

BROKEN = Trouble(
    reason=Reason.PACKAGING,
    matter=Matter.LOGISTIC,
    weight=1.8,
    words=(
        "Llegaron {n} {units} {del_} con la tapa rota.",
        "Se derramó {el} dentro del camión y manchó el resto del pedido.",
        "Los envases {del_} vienen golpeados y así no se pueden vender.",
        "Llegaron {n} {units} sin sello de garantía.",
        "La etiqueta {del_} viene despegada y no se lee el lote.",
    ),
    details=(
        "Tomamos fotos antes de descargar.",
        "El chofer lo anotó en la carta porte.",
        "La tarima venía sin fajilla.",
        "Pedimos que lo recojan lo antes posible.",
    ),
    findings=(
        ("Estiba sin fajilla en la última tarima", "Fajilla obligatoria y foto al cargar."),
        ("Banda selladora desajustada", "Revisión del sellado al inicio de turno."),
        ("Tres niveles de estiba donde se permiten dos", "Marcar en piso y en tarima la estiba máxima."),
    ),
    refusals=(
        (
            "El daño ocurrió en la bodega del cliente",
            "Compartir la guía de estiba y almacenaje.",
            "La remisión se firmó sin observaciones y el golpe es de montacargas. Le compartimos la guía de estiba.",
        ),
    ),
    answers=(
        "Repondremos {the_n} en su próxima entrega. Ya corregimos la estiba.",
        "Confirmamos el daño en el traslado. Recogemos lo dañado y le entregamos producto nuevo.",
    ),
)

INVOICE = Trouble(
    reason=Reason.INVOICING,
    matter=Matter.ADMINISTRATIVE,
    weight=2.2,
    words=(
        "La factura trae el RFC anterior; necesitamos la nueva para deducir.",
        "Nos facturaron a un precio distinto del cotizado.",
        "El uso del CFDI está equivocado en la factura.",
        "No nos aplicaron el descuento por volumen que se acordó.",
        "La razón social salió mal escrita en la factura.",
        "Facturaron un flete que no estaba en la cotización.",
    ),
    details=(
        "El mes está por cerrar y contabilidad no la acepta.",
        "Ya la pedimos dos veces por correo.",
        "Adjuntamos la cotización firmada.",
        "Sin la corrección no podemos programar el pago.",
    ),
    findings=(
        ("Datos fiscales sin actualizar", "Actualizar los datos y refacturar."),
        ("Lista de precios anterior en el sistema", "Cargar la lista vigente y revisar los pedidos abiertos."),
        ("Pedido capturado sin la condición comercial", "Campo obligatorio de condición al capturar."),
    ),
    refusals=(
        (
            "El descuento requería pago antes del día 10",
            "Recordar al cliente las condiciones del descuento.",
            "El descuento aplica con pago antes del día 10 y se recibió el 18. Con gusto revisamos las condiciones con usted.",
        ),
    ),
    answers=(
        "Cancelamos la factura y emitimos otra con los datos correctos.",
        "Le enviamos la nota de crédito por la diferencia y ya quedó corregida la lista de precios.",
    ),
)

CHARGED = Trouble(
    reason=Reason.INVOICING,
    matter=Matter.ADMINISTRATIVE,
    areas=("credito",),
    weight=1.1,
    words=(
        "Nos cobraron dos veces el mismo pedido.",
        "Aparece como vencida una factura que ya pagamos.",
        "Nos bloquearon el crédito por un saldo que no debemos.",
        "Falta el complemento de pago de tres facturas.",
        "No se ha aplicado la nota de crédito del mes pasado.",
    ),
    details=(
        "Tenemos el comprobante de la transferencia.",
        "Por eso no nos quieren surtir el siguiente pedido.",
        "Ya van tres llamadas y nadie lo resuelve.",
        "Contabilidad lo necesita para la declaración.",
    ),
    findings=(
        ("Pago aplicado a otro cliente con nombre parecido", "Aplicar pagos por referencia y no por nombre."),
        ("Depósito sin referencia identificada", "Conciliar a diario los depósitos sin referencia."),
    ),
    answers=(
        "Aplicamos el pago y su saldo ya está al corriente. Le enviamos el estado de cuenta.",
        "El cargo se duplicó por error; hoy se hizo la devolución a su cuenta.",
    ),
)

TREATED = Trouble(
    reason=Reason.SERVICE,
    matter=Matter.ADMINISTRATIVE,
    areas=("ventas",),
    weight=1.3,
    words=(
        "Nadie devolvió la llamada después de tres intentos.",
        "El asesor no llegó a la cita ni avisó.",
        "Llevamos dos semanas esperando una cotización.",
        "Pedimos una visita técnica y nunca la programaron.",
        "Nos atendieron de mala manera en el mostrador.",
    ),
    details=(
        "Somos clientes desde hace más de diez años.",
        "Perdimos una venta por la espera.",
        "Solo queremos que alguien nos responda.",
        "El vendedor anterior sí contestaba.",
    ),
    findings=(
        ("Cartera sin asesor tras un cambio de zona", "Asignar asesor suplente en cada cambio de zona."),
        ("Extensión sin desvío en horario de comida", "Desviar la extensión y registrar las llamadas perdidas."),
    ),
    answers=(
        "Le ofrecemos una disculpa. Su asesor es ahora Jorge Alcántara; lo llamará hoy.",
        "Tiene razón en su molestia. La cotización va en camino y la visita quedó programada para esta semana.",
    ),
)

MISHAPS = (LATE, MISSING, SWAPPED, BROKEN, INVOICE, CHARGED, TREATED)
