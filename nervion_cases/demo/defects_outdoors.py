"""Technical troubles of roofs, floors, varnishes and thinners; the rest of `defects.py`."""

from complaints.models import Reason
from nervion_cases.demo.troubles import Trouble

LEAKS = Trouble(
    reason=Reason.QUALITY,
    lines=("Impermeabilizantes",),
    weight=1.3,
    in_the_rains=3.2,
    words=(
        "{El} se cuarteó con las primeras lluvias.",
        "Salieron ampollas en {place} a los diez días de aplicar {el}.",
        "Con el aguacero del fin de semana se metió el agua por donde pusimos {el}.",
        "{El} se lavó con la lluvia a las cinco horas de aplicado.",
        "Se levantó {el} en las juntas y ya hay goteras.",
        "Hay filtraciones en {place} y {el} tiene menos de tres meses.",
    ),
    details=(
        "La azotea estaba limpia y seca, y se puso malla en las juntas.",
        "Se mojaron los plafones del piso de abajo.",
        "Usamos {n} {units}, a dos manos.",
        "Había garantía por escrito y el cliente la está reclamando.",
        "Mandamos video de las goteras por WhatsApp.",
        "En la otra azotea, con un lote anterior, no pasó nada.",
    ),
    findings=(
        ("Resina acrílica con elongación menor que la especificada", "Probar elongación en cada entrega de resina."),
        ("Curado lento por exceso de plastificante", "Corregir la fórmula y repetir la prueba de lluvia a 4 horas."),
    ),
    refusals=(
        (
            "Encharcamiento por falta de pendiente",
            "Asesorar al cliente en la corrección de pendientes.",
            "Encontramos agua estancada por falta de pendiente. Le recomendamos corregirla antes de aplicar de nuevo.",
        ),
        (
            "Se aplicó una sola mano y sin sellador",
            "Compartir el sistema completo de aplicación.",
            "La capa medida corresponde a una sola mano sin sellador. Le compartimos el sistema de aplicación completo.",
        ),
    ),
    answers=(
        "La muestra no cumplió la prueba de elongación. Repondremos {the_n} y enviaremos un técnico a la reparación.",
        "Aceptamos su reclamo. Le entregamos producto de otro lote y la malla para las juntas.",
    ),
)

SOFT = Trouble(
    reason=Reason.SPECIFICATION,
    lines=("Industriales",),
    not_for=("Primario",),
    words=(
        "{El} no llega a la dureza de la ficha técnica.",
        "El piso con {el} se raya con las ruedas del montacargas.",
        "A tres semanas de aplicarse, {el} ya se desgastó en {place}.",
        "{El} se marca con las llantas y no se limpia.",
    ),
    details=(
        "El auditor de nuestro cliente lo anotó como incumplimiento.",
        "Se mezclaron los dos componentes completos.",
        "La nave estuvo cerrada al tránsito siete días.",
        "Se aplicaron {n} {units} en dos capas.",
    ),
    findings=(
        (
            "Relación de mezcla impresa con error en la etiqueta",
            "Corregir el arte de la etiqueta y retirar las existencias.",
        ),
        ("Endurecedor con humedad por tambor mal cerrado", "Almacenar el endurecedor con nitrógeno y sello."),
    ),
    refusals=(
        (
            "El concreto tenía menos de 28 días de colado",
            "Enviar la guía de preparación de pisos de concreto.",
            "El concreto se recubrió antes de los 28 días que pide la ficha. Le compartimos la guía y cómo repararlo.",
        ),
    ),
    answers=(
        "La dureza está por debajo de lo especificado. Repondremos {n} {units} y la aplicación de la zona afectada.",
        "Confirmamos el error de mezcla. Le entregamos juegos nuevos y un técnico supervisará la aplicación.",
    ),
)

CLOUDS = Trouble(
    reason=Reason.QUALITY,
    lines=("Barnices", "Automotivos"),
    weight=0.8,
    words=(
        "{El} se puso blanco al secar.",
        "Quedó una nube lechosa con {el} en {place}.",
        "Aparecen burbujitas en {el} en cuanto seca.",
        "El brillo {del_} no es parejo; se ven lagunas.",
    ),
    details=(
        "Lo aplicamos con pistola y con brocha y pasa lo mismo.",
        "El cuarto estaba a buena temperatura.",
        "Se perdieron las piezas de un pedido completo.",
        "Revisamos el compresor y no trae agua.",
    ),
    findings=(
        ("Solvente de evaporación demasiado rápida en la mezcla", "Volver al solvente aprobado y reetiquetar."),
        ("Silicón en la línea de envasado", "Lavar la línea y prohibir el lubricante con silicón."),
    ),
    refusals=(
        (
            "Se aplicó con humedad relativa de 88 %",
            "Recomendar retardador en temporada húmeda.",
            "Con esa humedad el acabado se vela. Le recomendamos usar retardador y le enviamos una muestra para probar.",
        ),
    ),
    answers=(
        "La mezcla llevaba un solvente que no era el aprobado. Cambiaremos {the_n}.",
        "Reproducimos la falla en el laboratorio. Le reponemos el producto y el material de lijado.",
    ),
)

SOLVENT = Trouble(
    reason=Reason.QUALITY,
    lines=("Solventes",),
    words=(
        "{El} corta la pintura en lugar de diluirla.",
        "{El} trae agua; se separa en dos capas dentro del tambo.",
        "Huele distinto {el} y deja velo en el acabado.",
        "Con {el} se nos arrugó el esmalte.",
    ),
    details=(
        "Con el tambo anterior no había problema.",
        "Ya echamos a perder varias piezas.",
        "Lo dejamos reposar en un frasco y se ve la separación.",
        "El tambo venía con el sello roto.",
    ),
    findings=(
        ("Autotanque con residuo de agua en la recepción", "Prueba de agua antes de descargar cada autotanque."),
        ("Proporción de acetona distinta de la fórmula", "Verificar la mezcla por cromatografía cada semana."),
    ),
    refusals=(
        (
            "Se usó con un poliuretano, para el que no está indicado",
            "Recomendar el diluyente adecuado.",
            "Este thinner no es para poliuretanos. Le indicamos el diluyente adecuado y con gusto lo asesoramos.",
        ),
    ),
    answers=(
        "El tambo tiene agua. Lo recogemos y le entregamos {n} {units} de la carga nueva.",
        "La mezcla salió fuera de fórmula. Le cambiamos el producto y bonificamos las piezas dañadas.",
    ),
)

SHORT = Trouble(
    reason=Reason.PACKAGING,
    weight=0.6,
    words=(
        "{El} trae menos contenido del que marca la etiqueta.",
        "Pesamos {n} {units} {del_} y en cada envase falta contenido.",
        "Los envases {del_} no vienen llenos; se nota al abrirlos.",
    ),
    details=(
        "Lo medimos con una cubeta graduada frente al chofer.",
        "Nuestros clientes ya se dieron cuenta y lo devuelven.",
        "Falta cerca de un litro en cada envase.",
    ),
    findings=(("Llenadora descalibrada", "Calibrar la llenadora cada turno y pesar uno de cada veinte envases."),),
    answers=("Verificamos el faltante en la llenadora. Abonaremos la diferencia de {the_n}.",),
)
