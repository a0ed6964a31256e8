"""What people of the company and customers say in any complaint."""

from complaints.models import Matter

T, L, A = Matter.TECHNICAL, Matter.LOGISTIC, Matter.ADMINISTRATIVE

QUESTIONS = {
    T: (
        "Por favor revise la retención del lote, diga la causa y qué se hará.",
        "Compare la muestra del cliente con la retenida y confirme si procede.",
        "¿Cumple el lote con la especificación? Indique la causa y la acción.",
        "Revise los registros de producción de ese lote y explique la falla.",
        "Analice la muestra y diga si el defecto es de fabricación o de aplicación.",
    ),
    L: (
        "Revise la carga y el traslado de ese pedido y diga qué pasó.",
        "Confirme lo que salió y lo que se entregó, con la evidencia.",
        "Explique la causa y cuándo se repone lo que falta o llegó dañado.",
    ),
    A: (
        "Revise el movimiento y corríjalo; diga la causa.",
        "Aclare con sus registros lo que reporta el cliente y qué se hará.",
        "Confirme si el cliente tiene razón y para cuándo queda corregido.",
    ),
}

DONE = {
    T: (
        "Se revisó la retención del lote y el registro de producción; se documentó lo encontrado.",
        "Se repitió la prueba con la muestra retenida y con la del cliente. Se anexan resultados.",
        "Se analizaron tres muestras del lote; el resultado quedó en la bitácora del laboratorio.",
        "Se revisaron las cargas del turno y la calibración del equipo.",
    ),
    L: (
        "Se revisaron la hoja de carga, la remisión y las fotografías de la unidad.",
        "Se habló con el operador y se contó de nuevo la existencia.",
        "Se localizó el embarque y quedó programada la reposición.",
    ),
    A: (
        "Se revisó la cuenta del cliente y se corrigió el movimiento.",
        "Se comparó el pedido con la factura y con lo acordado; se hizo el ajuste.",
        "Se habló con el cliente y quedó aclarado el caso.",
    ),
}

LAB = (
    "Se tomó muestra de la retención; la prueba acelerada dura una semana. Avance: viscosidad y densidad correctas.",
    "Se solicitó muestra al cliente. Con la retención no se reproduce la falla todavía; seguimos con el análisis.",
    "Primeros resultados fuera de lo esperado; se repite la prueba antes del dictamen.",
)

NOT_OURS = {
    T: "La falla no es de proceso; conviene que la revise quien preparó la materia prima.",
    L: "El daño ocurrió en el traslado, no en el almacén.",
    A: "El cargo lo generó otra área; nosotros solo vemos el saldo.",
}
WHOSE_THEN = {
    "almacen-pt": "transporte",
    "transporte": "almacen-pt",
    "facturacion": "credito",
    "credito": "facturacion",
}

ASKS = {
    T: (
        ("¿Con qué diluyente se aplicó y en qué proporción?", "Con agua potable, cerca de 10 %."),
        ("¿Cuántos días tenía el muro de terminado?", "Unos cuarenta días, según el residente."),
        ("¿Nos pueden mandar un envase cerrado del mismo lote?", "Sí, sale mañana con el asesor."),
        ("¿Qué se aplicó antes y con qué herramienta?", "Sellador nuestro y pistola de 1.8 mm."),
    ),
    L: (
        ("¿A qué hora se descargó y quién firmó?", "A las 11:20; firmó el encargado de la bodega."),
        ("¿Tiene foto de la tarima antes de descargar?", "Sí, el cliente mandó dos; van en el expediente."),
    ),
    A: (
        ("¿Cuál es la referencia del pago?", "La referencia termina en 4471; se pagó por transferencia."),
        ("¿Quién autorizó el descuento?", "Ventas, por correo; el cliente tiene copia."),
    ),
}

REWORK = (
    "Falta la causa; el cliente va a preguntar por qué pasó.",
    "No dice qué se hará ni para cuándo.",
    "La respuesta no corresponde al lote que se reportó.",
    "Hay que anexar el resultado de la prueba.",
    "Indique quién es responsable de la acción y la fecha.",
)

SENT_BACK = (
    "Sea más breve y diga primero qué se repondrá.",
    "Falta ofrecer la fecha de la reposición.",
    "No use palabras técnicas; el cliente es una tienda.",
    "Agregue una disculpa al principio.",
)

SAID = {
    "satisfied": (
        "Está de acuerdo con la reposición.",
        "Agradece la atención y queda conforme.",
        "Ya recibió lo prometido y está conforme.",
        "Conforme; pide que no vuelva a pasar.",
        "Acepta la explicación y da por cerrado el asunto.",
        "Dice que la respuesta le resolvió el problema.",
        "Agradece la rapidez; dice que seguirá comprando.",
    ),
    "dissatisfied": (
        "Quiere además el costo de la mano de obra.",
        "No acepta que la causa sea de aplicación.",
        "La reposición le parece poca.",
        "Dice que perdió al cliente y que nadie se lo compensa.",
    ),
    "no_reply": (
        "No contestó el teléfono.",
        "Se dejó recado con su asistente.",
        "El buzón está lleno; se le escribió por WhatsApp.",
        "Pidió que lo llamáramos después.",
    ),
}

REOPENED = {
    T: (
        "El cliente reporta la misma falla en la reposición.",
        "La reposición no llegó en la fecha prometida.",
        "Apareció el mismo defecto en otra parte de la obra.",
        "El cliente entregó un análisis que contradice el dictamen.",
    ),
    L: ("La reposición no llegó en la fecha prometida.", "La reposición llegó otra vez incompleta."),
    A: ("El saldo volvió a aparecer en su estado de cuenta.", "El cliente dice que lo prometido no se hizo."),
}

AGAIN = {
    T: "El segundo lote entregado llevaba la misma materia prima",
    L: "La reposición se cargó con el mismo error",
    A: "El ajuste se capturó en una cuenta distinta",
}
AGAIN_PLAN = "Liberar la reposición solo con el visto bueno del responsable del caso."
AGAIN_ANSWER = "Revisamos de nuevo su caso y tiene razón. Esta vez un asesor le llevará personalmente la reposición."

CANCELLED = (
    "El producto es de otra marca; se orientó al cliente.",
    "El cliente retiró su queja: encontró el faltante en su bodega.",
    "Era una consulta técnica; se respondió por teléfono.",
    "Se registró por error con el cliente equivocado.",
    "El cliente confirmó que la falla era de su compresor.",
    "Fue una prueba del formulario de la página.",
)

SAME = (
    "El cliente llamó y también escribió.",
    "Lo reportaron el almacén y el residente de la misma obra.",
    "Es el mismo pedido, reportado otra vez por el asesor de ventas.",
)

EXTENDED = (
    "La prueba acelerada termina después del plazo; el cliente está enterado.",
    "El cliente pidió esperar a que llegue su muestra.",
    "El proveedor de la resina entrega su análisis la próxima semana.",
)

COMMENTS = {
    5: (
        "Muy buena atención, gracias.",
        "Resolvieron rápido y sin vueltas.",
        "La señorita que me atendió fue muy amable.",
        "Excelente seguimiento; siempre supe en qué iba.",
        "",
        "",
        "",
    ),
    4: (
        "Bien, aunque tardaron unos días.",
        "Todo correcto. Ojalá no se repita.",
        "Buena respuesta; faltó avisar antes de la visita.",
        "",
        "",
        "",
    ),
    3: ("Al final lo resolvieron, pero tuve que insistir.", "La reposición tardó en llegar.", ""),
    2: (
        "Demasiado tiempo para una respuesta.",
        "Tuve que explicar lo mismo a tres personas.",
        "Solo repusieron una parte.",
    ),
    1: (
        "Perdí una obra y nadie se hizo responsable.",
        "No estoy de acuerdo con el dictamen.",
        "Muy mala experiencia; no vuelvo a comprar.",
    ),
}

CLOSINGS = {
    "tienda": (
        "El cliente final ya vino dos veces al mostrador.",
        "Lo tenemos apartado en la bodega.",
        "Son clientes de años y no los queremos perder.",
    ),
    "distribuidora": (
        "Tres de nuestras sucursales reportan lo mismo.",
        "Detuvimos la venta de ese lote.",
        "Pedimos respuesta por escrito.",
    ),
    "obra": (
        "La entrega de la obra es la próxima semana.",
        "La supervisión ya levantó un reporte.",
        "Cada día de atraso nos lo penalizan.",
    ),
    "hotel": (
        "Tenemos huéspedes el fin de semana.",
        "Está en un área a la vista del público.",
        "Mantenimiento no puede esperar más.",
    ),
    "taller": (
        "Hay que repintar todo por nuestra cuenta.",
        "El dueño del vehículo ya lo está pidiendo.",
        "Se perdió el trabajo de dos días.",
    ),
    "muebles": (
        "El pedido era de exportación.",
        "Hay que lijar pieza por pieza.",
        "La clienta ya no quiere los muebles.",
    ),
    "industria": (
        "Esto detiene la producción de un turno.",
        "Lo anotaron en la auditoría interna.",
        "Requerimos acción correctiva por escrito.",
    ),
}

IN_GENERAL = (
    "Quedo atento a su respuesta.",
    "Espero su llamada hoy mismo.",
    "Es urgente.",
    "No es la primera vez que pasa.",
    "Pedimos una solución antes del viernes.",
    "Hasta ahora nunca habíamos tenido problemas.",
    "Le pido que me contesten por correo.",
    "Ya lo comentamos con nuestro vendedor.",
    "Queremos saber quién lo va a resolver.",
    "Por favor denle seguimiento.",
    "Nos afecta con nuestros propios clientes.",
    "Si hace falta, mandamos los documentos.",
)
