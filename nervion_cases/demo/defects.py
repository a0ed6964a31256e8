"""Technical troubles: what a paint did wrong, in the words of those who bought it, and what the laboratory found."""

from complaints.models import Reason
from nervion_cases.demo.defects_outdoors import CLOUDS, LEAKS, SHORT, SOFT, SOLVENT
from nervion_cases.demo.troubles import PAINTS, Trouble

FADES = Trouble(
    reason=Reason.QUALITY,
    lines=("Vinílicas", "Esmaltes"),
    not_for=("Blanc", "Hueso"),
    weight=1.4,
    words=(
        "{El} perdió el color a las pocas semanas de aplicarse en {place}.",
        "Se está decolorando {el} que aplicamos en {place}.",
        "{Al} se le fue el color; ya parece otro tono.",
        "Donde pega el sol, el color {del_} se ve deslavado.",
        "El acabado {del_} se puso pálido y con manchas en {place}.",
        "Pintamos {place} hace menos de un mes y el color ya se bajó.",
    ),
    details=(
        "Solo pasa con este pedido; lo que compramos antes sigue bien.",
        "Se aplicaron dos manos, como dice la etiqueta.",
        "En la sombra se ve normal y en el sol se nota muchísimo.",
        "Al pasar la mano queda polvo de color.",
        "Tenemos fotos del primer día y de hoy, y el cambio es evidente.",
        "Usamos {n} {units} y se ve igual en todas partes.",
    ),
    findings=(
        (
            "Pigmento con resistencia a la luz menor que la especificada",
            "Cambiar de proveedor y probar la luz en cada entrega.",
        ),
        (
            "Dosis de pigmento por debajo de la fórmula",
            "Calibrar la báscula de pigmentos y repetir la prueba de color.",
        ),
        (
            "Fórmula de interiores envasada con etiqueta de exteriores",
            "Doble verificación de etiqueta contra orden de envasado.",
        ),
    ),
    refusals=(
        (
            "El producto es para interiores y se aplicó en exterior",
            "Asesorar al cliente en la elección del producto.",
            "La ficha indica que es para interiores. Le recomendamos la línea para exteriores y un asesor lo visitará.",
        ),
    ),
    answers=(
        "Confirmamos que el color no resiste como debe. Repondremos {n} {units} de otro lote.",
        "La prueba de luz no cumplió. Recogeremos lo que le quede y le entregaremos producto nuevo sin costo.",
    ),
)

PEELS = Trouble(
    reason=Reason.QUALITY,
    lines=("Vinílicas", "Esmaltes", "Industriales"),
    weight=1.1,
    words=(
        "{El} se está descarapelando en {place}.",
        "Se desprende {el} en hojas completas al despegar la cinta.",
        "A los diez días empezó a levantarse {el} en {place}.",
        "Se levanta la película {del_} con solo pasar la uña.",
        "No tiene adherencia {el}; se cae en pedazos en {place}.",
    ),
    details=(
        "El muro estaba seco, limpio y sellado.",
        "Lijamos y pusimos sellador de la misma marca.",
        "En la mitad que pintamos con otro lote no pasa nada.",
        "Ya tuvimos que raspar todo y el dueño no quiere pagar.",
        "Ya aplicamos {n} {units} y nos falta otro tanto.",
    ),
    findings=(
        ("Resina por debajo del contenido de fórmula", "Verificar la carga de resina con doble firma."),
        ("Coalescente vencido en la mezcla", "Revisar caducidades al surtir materias primas."),
    ),
    refusals=(
        (
            "Se aplicó sobre cal sin sellar",
            "Compartir la guía de preparación de superficies.",
            "En la visita se encontró cal suelta debajo de la pintura. Le compartimos la guía de preparación de superficies.",
        ),
        (
            "Humedad del muro de 18 % al aplicar",
            "Asesorar sobre el secado del muro.",
            "El muro tiene humedad que empuja la pintura. Nuestro asesor le indicará cómo corregirla antes de repintar.",
        ),
    ),
    answers=(
        "El lote tiene menos adherencia de la debida. Repondremos {n} {units} y lo que requiera para raspar y sellar.",
        "La prueba de adherencia falló. Le enviaremos producto nuevo esta semana, sin costo.",
    ),
)

LUMPS = Trouble(
    reason=Reason.QUALITY,
    lines=(*PAINTS, "Impermeabilizantes", "Selladores"),
    weight=1.2,
    words=(
        "{El} salió con grumos que no se deshacen.",
        "Abrimos {n} {units} y siempre hay nata gruesa.",
        "{El} trae partículas; se tapa la pistola a cada rato.",
        "Quedan bolitas en la pared al pasar el rodillo con {el}.",
        "El fondo {del_} viene duro y no se integra ni con taladro.",
    ),
    details=(
        "Todo estaba cerrado y a la sombra.",
        "Lo colamos con media y aun así no se puede usar.",
        "El maestro dice que nunca le había pasado con esta marca.",
        "Hicimos la prueba con batidora y sigue igual.",
        "Se compró hace apenas dos semanas.",
    ),
    findings=(
        (
            "Dispersión incompleta del pigmento en la molienda",
            "Ajustar el tiempo de molienda y revisar el resto del lote.",
        ),
        ("Malla del filtro de envasado rota", "Cambiar la malla y revisarla en cada turno."),
        ("Asentamiento por espesante mal hidratado", "Hidratar el espesante el tiempo que indica la hoja de proceso."),
    ),
    refusals=(
        (
            "El producto estuvo abierto y al sol en la obra",
            "Recordar al cliente cómo se almacena el producto.",
            "Las muestras cerradas de su lote están bien; la suya estuvo abierta varios días. Le decimos cómo almacenarlo.",
        ),
    ),
    answers=(
        "Encontramos grumos también en nuestra muestra. Cambiaremos {the_n}.",
        "El producto no pasó por el filtro como debía. Recogemos lo que tiene y le entregamos de otro lote.",
    ),
)

SMELLS = Trouble(
    reason=Reason.QUALITY,
    lines=("Vinílicas", "Selladores"),
    weight=0.8,
    words=(
        "{El} huele a podrido desde que se abre el envase.",
        "Olor muy desagradable al abrir {el}; no se puede estar en el cuarto.",
        "Abrimos {n} {units} y hay hongos en la superficie.",
        "El olor {del_} no se va ni con las ventanas abiertas tres días.",
    ),
    details=(
        "Los vecinos ya se quejaron.",
        "Había natas verdes pegadas a la tapa.",
        "El producto tiene la fecha de fabricación de este año.",
        "La tapa venía bien sellada.",
        "Tuvimos que parar el trabajo en {place}.",
    ),
    findings=(
        ("Contaminación microbiana por bactericida insuficiente", "Ajustar la dosis de bactericida y sanear la línea."),
        ("Agua de proceso sin tratar durante el mantenimiento", "No cargar agua sin el resultado de la prueba diaria."),
    ),
    answers=(
        "El cultivo de su lote salió positivo. Recogeremos todo lo que tenga y le entregaremos producto nuevo.",
        "Lamentamos la molestia. Cambiaremos {the_n} y lavamos la línea de envasado.",
    ),
)

THIN = Trouble(
    reason=Reason.SPECIFICATION,
    lines=("Vinílicas", "Esmaltes", "Selladores"),
    weight=1.1,
    words=(
        "{El} viene muy delgado, casi como agua, y escurre en {place}.",
        "Con {el} no cubrimos ni a la tercera mano; antes bastaban dos.",
        "El rendimiento {del_} salió a la mitad de lo que dice la etiqueta.",
        "{El} no tiene cuerpo: chorrea del rodillo.",
        "Compramos {n} {units} para {place} y no alcanzaron ni para la mitad.",
    ),
    details=(
        "No se le agregó agua.",
        "Medimos los metros con el residente de la obra.",
        "El mes pasado usamos el mismo producto y rindió bien.",
        "Se ve el color anterior por todos lados.",
        "Nos urge saber si lo cambian o lo devolvemos.",
    ),
    findings=(
        ("Viscosidad de 78 KU contra 95 KU de especificación", "Medir viscosidad antes de liberar cada carga."),
        ("Carga de dióxido de titanio incompleta", "Doble firma al pesar el titanio."),
    ),
    refusals=(
        (
            "Se diluyó al 35 % en la obra",
            "Capacitar a los aplicadores del cliente en la dilución.",
            "La muestra que recogimos está diluida al 35 %; la ficha permite hasta 10 %. Ofrecemos capacitar a sus aplicadores.",
        ),
    ),
    answers=(
        "La viscosidad está fuera de especificación. Repondremos {the_n} con su próximo pedido.",
        "El lote cubre menos de lo que prometemos. Le enviamos la diferencia sin costo.",
    ),
)

DRIES = Trouble(
    reason=Reason.SPECIFICATION,
    lines=("Esmaltes", "Barnices", "Industriales", "Automotivos"),
    weight=1.2,
    words=(
        "{El} sigue pegajoso después de dos días en {place}.",
        "El tiempo de secado {del_} no es el de la ficha técnica.",
        "No seca {el}; se marcan los dedos y se pega el polvo.",
        "{El} tardó cuatro días en secar y así no podemos entregar.",
        "Aplicamos {el} el lunes y el jueves todavía estaba mordente.",
    ),
    details=(
        "Estuvo bajo techo y con buena ventilación.",
        "Respetamos la mezcla y el tiempo entre manos.",
        "Ya aplicamos {n} {units} y todo quedó igual.",
        "El trabajo está detenido por esto.",
        "Con el lote anterior secaba en cuatro horas.",
    ),
    findings=(
        ("Secante de cobalto por debajo de la fórmula", "Revisar la dosificación del secante en cada carga."),
        ("Catalizador con lote equivocado en el juego", "Surtir los dos componentes con el mismo folio de envasado."),
    ),
    refusals=(
        (
            "Se aplicó sobre madera con humedad de 22 %",
            "Asesorar al cliente en la preparación de la madera.",
            "El análisis muestra humedad en la madera. Le compartimos la guía de preparación y un asesor lo visitará.",
        ),
        (
            "Se usó un diluyente distinto del recomendado",
            "Enviar la ficha técnica con el diluyente correcto.",
            "El diluyente que se usó retrasa el secado. Le enviamos la ficha con el recomendado y quedamos a sus órdenes.",
        ),
    ),
    answers=(
        "Confirmamos que al lote le faltó secante. Cambiaremos {the_n} mañana mismo.",
        "El juego llevaba un catalizador que no le correspondía. Le llevamos el correcto y reponemos lo aplicado.",
    ),
)

SHADE = Trouble(
    reason=Reason.SPECIFICATION,
    lines=("Vinílicas", "Esmaltes", "Barnices", "Industriales"),
    weight=1.2,
    words=(
        "El tono {del_} no coincide con la carta de color.",
        "Dos envases {del_} del mismo pedido salieron de distinto color.",
        "{El} salió más claro que el que compramos el mes pasado.",
        "Se nota el parche en {place}: {el} no empata con lo ya pintado.",
        "Pedimos el mismo color de siempre y {el} llegó más oscuro.",
    ),
    details=(
        "Guardamos la muestra de la primera entrega.",
        "El arquitecto no recibe así el trabajo.",
        "Se ve de día y de noche.",
        "Los números de lote son diferentes.",
        "Ya habíamos pintado media fachada cuando nos dimos cuenta.",
    ),
    findings=(
        ("Igualación aprobada con luz distinta de la normalizada", "Aprobar el color solo en la cabina de luz."),
        ("Residuo del color anterior en el tanque", "Registrar el lavado del tanque entre colores."),
    ),
    refusals=(
        (
            "La diferencia está dentro de la tolerancia de 1.0 ΔE",
            "Recomendar al cliente que mezcle los envases antes de aplicar.",
            "La diferencia es de 0.7 ΔE, dentro de la tolerancia. Sugerimos mezclar los envases antes de aplicar.",
        ),
    ),
    answers=(
        "El color está fuera de tolerancia. Igualaremos {n} {units} con su muestra y se las entregaremos.",
        "La medición confirma la diferencia. Recogemos lo que no haya usado y le enviamos el tono correcto.",
    ),
)

DEFECTS = (FADES, PEELS, LUMPS, SMELLS, THIN, DRIES, SHADE, LEAKS, SOFT, CLOUDS, SOLVENT, SHORT)
