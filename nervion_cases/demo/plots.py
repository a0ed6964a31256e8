"""What happened in each complaint of the demo, told shortly; `stories.py` lives it."""

from dataclasses import dataclass
from decimal import Decimal

from complaints.models import Channel, ConformityResult, Kind, Matter, Reason, Severity

TECHNICAL, LOGISTIC, ADMINISTRATIVE = Matter.TECHNICAL, Matter.LOGISTIC, Matter.ADMINISTRATIVE
AREAS = {TECHNICAL: ("calidad",), LOGISTIC: ("almacen-pt",), ADMINISTRATIVE: ("facturacion",)}


@dataclass(frozen=True)
class Plot:
    """One complaint. `days_ago` natural days before today; `until` how far it went; `customer`, `product`, `lote`
    are positions in the demo's catalogue; `manners` how each area answers: soon, waits, asks, not_ours."""

    until: str
    days_ago: int
    customer: int
    product: int
    reason: Reason
    words: str
    matter: Matter = TECHNICAL
    lote: int = 0
    kind: Kind = Kind.COMPLAINT
    channel: Channel = Channel.PHONE
    severity: Severity = Severity.MEDIUM
    quantity: int | None = None
    amount: Decimal | None = None
    photos: int = 0
    wants_return: bool = False
    extra_areas: tuple = ()
    manners: tuple = ()
    question: str = "Por favor revise lo que pasó, diga la causa y qué se hará."
    done: str = "Se revisó la retención del lote y el registro de producción; se documentó lo encontrado."
    cause: str = "Dispersión incompleta del pigmento en la molienda"
    plan: str = "Ajustar el tiempo de molienda y revisar el resto del lote."
    answer: str = "Confirmamos el defecto. Repondremos el producto sin costo en su próxima entrega."
    upheld: bool = True
    conformity: str = ConformityResult.SATISFIED
    said: str = "Está de acuerdo con la reposición."
    days_to_close: int = 1

    @property
    def areas(self):
        """To which areas it is channelled."""
        return AREAS[self.matter] + self.extra_areas


C, R = Kind.COMPLAINT, Kind.CLAIM
Q, P, D, A, F, S = (
    Reason.QUALITY,
    Reason.PACKAGING,
    Reason.DELIVERY,
    Reason.SERVICE,
    Reason.INVOICING,
    Reason.SPECIFICATION,
)
ING = ("ingenieria",)

PLOTS = (
    # closed, the oldest first
    Plot(
        "closed",
        39,
        0,
        0,
        Q,
        "La vinílica blanca se descarapela a la semana de aplicada en muro nuevo.",
        photos=2,
        quantity=6,
        amount=Decimal("7140.00"),
        kind=R,
    ),
    Plot(
        "closed",
        36,
        3,
        4,
        Q,
        "El impermeabilizante terracota se cuarteó con la primera lluvia.",
        photos=1,
        quantity=10,
        amount=Decimal("18900.00"),
        kind=R,
        severity=Severity.HIGH,
        days_to_close=9,
    ),
    Plot(
        "closed",
        33,
        5,
        3,
        D,
        "Pedimos 24 galones de azul talavera y llegaron 20; la remisión dice 24.",
        matter=LOGISTIC,
        quantity=4,
        cause="Error de conteo al cargar",
        plan="Doble conteo con firma al cargar.",
        answer="Verificamos el faltante. Las 4 cubetas salen mañana con su siguiente pedido.",
        said="Recibió las cubetas que faltaban.",
    ),
    Plot(
        "closed",
        30,
        2,
        2,
        F,
        "La factura trae el RFC anterior; necesitamos la nueva para deducir.",
        matter=ADMINISTRATIVE,
        channel=Channel.MAIL,
        cause="Datos fiscales sin actualizar",
        plan="Actualizar los datos y refacturar.",
        answer="Cancelamos la factura y emitimos otra con su RFC correcto.",
        said="Ya tiene la factura correcta.",
    ),
    Plot(
        "closed",
        27,
        8,
        6,
        Q,
        "El barniz marino quedó pegajoso, no seca ni a las 48 horas.",
        photos=1,
        upheld=False,
        cause="Se aplicó sobre madera con humedad de 22 %",
        plan="Asesorar al cliente en la preparación de la madera.",
        answer="El análisis muestra humedad en la madera. Le compartimos la guía de preparación y un asesor lo visitará.",
        conformity="attempts",
    ),
    Plot(
        "closed",
        25,
        1,
        5,
        S,
        "El epóxico para pisos no llega a la dureza de la ficha técnica.",
        photos=1,
        kind=R,
        quantity=12,
        amount=Decimal("31500.00"),
        severity=Severity.HIGH,
        extra_areas=ING,
        conformity=ConformityResult.DISSATISFIED,
        said="Quiere además el costo de la mano de obra.",
        days_to_close=8,
    ),
    Plot(
        "reopened",
        24,
        6,
        1,
        Q,
        "El ocre satinado salió más amarillo que la carta de color.",
        photos=2,
        quantity=3,
        lote=1,
    ),
    # answered, waiting for the customer's word
    Plot(
        "answered",
        12,
        9,
        0,
        Q,
        "La pintura blanca dejó manchas amarillentas al secar en todo el departamento muestra.",
        photos=3,
        quantity=8,
        amount=Decimal("9520.00"),
        kind=R,
    ),
    Plot(
        "answered",
        11,
        7,
        2,
        P,
        "Cuatro latas de esmalte negro llegaron sin sello de garantía.",
        matter=LOGISTIC,
        photos=1,
        quantity=4,
        cause="Banda selladora desajustada",
        plan="Revisión del sellado al inicio de turno.",
        answer="Repondremos las cuatro latas. Ya corregimos el sellado.",
    ),
    Plot(
        "answered",
        10,
        4,
        4,
        D,
        "El pedido llegó tres días tarde y se nos paró la obra.",
        matter=LOGISTIC,
        cause="Ruta saturada sin aviso al cliente",
        plan="Avisar retrasos el mismo día.",
        answer="Lamentamos el retraso. Desde hoy le avisamos el mismo día cualquier cambio de ruta.",
    ),
    Plot(
        "answered",
        9,
        2,
        1,
        A,
        "Nadie devolvió la llamada después de tres intentos para pedir asesoría de color.",
        matter=ADMINISTRATIVE,
        extra_areas=("ventas",),
        cause="Extensión sin desvío en horario de comida",
        plan="Desviar la extensión y registrar llamadas perdidas.",
        answer="Su asesor es ahora Jorge Alcántara; lo llamará hoy.",
    ),
    # with dictamen
    Plot("submitted", 8, 0, 3, Q, "El azul talavera se ve parejo en mojado y con vetas en seco.", photos=2, quantity=5),
    Plot(
        "submitted",
        8,
        5,
        4,
        Q,
        "Burbujas en toda la azotea a los diez días de impermeabilizar.",
        photos=2,
        kind=R,
        quantity=15,
        amount=Decimal("28350.00"),
        severity=Severity.HIGH,
    ),
    Plot("ruled", 7, 3, 5, S, "El gris epóxico no coincide con el RAL 7040 pedido.", photos=1, kind=R, quantity=6),
    Plot(
        "ruled",
        7,
        1,
        7,
        P,
        "Un tambo de thinner llegó abollado y con fuga en la tapa.",
        matter=LOGISTIC,
        photos=1,
        quantity=1,
        wants_return=True,
        cause="Estiba sin fajilla en la última tarima",
        plan="Fajilla obligatoria y foto al cargar.",
        kind=R,
    ),
    # being investigated
    Plot(
        "channelled",
        6,
        6,
        0,
        Q,
        "Olor a podrido al abrir la cubeta de vinílica blanca.",
        photos=2,
        quantity=2,
        manners=("waits",),
    ),
    Plot(
        "channelled",
        6,
        9,
        0,
        Q,
        "Huele mal y trae grumos; son del mismo pedido de la semana pasada.",
        photos=1,
        quantity=4,
        manners=("waits", "waits"),
        extra_areas=ING,
    ),
    Plot(
        "channelled",
        5,
        7,
        2,
        Q,
        "Decoloración del esmalte negro a los cuatro días al sol.",
        photos=2,
        manners=("soon",),
        kind=R,
        quantity=9,
        amount=Decimal("4230.00"),
        severity=Severity.HIGH,
    ),
    Plot(
        "channelled",
        5,
        4,
        3,
        D,
        "Entregaron en la sucursal equivocada y nadie firmó de recibido.",
        matter=LOGISTIC,
        manners=("not_ours",),
    ),
    Plot(
        "channelled",
        4,
        8,
        6,
        Q,
        "El barniz chocolate salió mucho más claro que el anterior.",
        photos=1,
        manners=("asks",),
        extra_areas=ING,
    ),
    Plot(
        "channelled",
        18,
        2,
        1,
        F,
        "Nos cobraron dos veces el mismo pedido.",
        matter=ADMINISTRATIVE,
        kind=R,
        amount=Decimal("12480.00"),
        manners=("waits",),
        channel=Channel.MAIL,
        extra_areas=("credito",),
    ),
    Plot(
        "channelled",
        3,
        0,
        5,
        S,
        "El tiempo de secado del epóxico es el doble del que dice la ficha.",
        manners=("waits", "waits"),
        extra_areas=ING,
        photos=1,
    ),
    Plot(
        "channelled",
        2,
        5,
        4,
        P,
        "Tres cubetas de impermeabilizante con la tapa rota dentro del flete.",
        matter=LOGISTIC,
        photos=2,
        quantity=3,
        wants_return=True,
        manners=("waits",),
    ),
    # registered, to be triaged
    Plot(
        "registered",
        1,
        1,
        0,
        Q,
        "La vinílica blanca no cubre ni con tres manos, antes bastaban dos.",
        photos=1,
        quantity=20,
        amount=Decimal("23800.00"),
        kind=R,
    ),
    Plot(
        "registered",
        1,
        6,
        3,
        Q,
        "El esmalte azul trae nata gruesa en la superficie.",
        photos=1,
        quantity=1,
        channel=Channel.WHATSAPP,
    ),
    Plot("registered", 0, 9, 7, D, "Falta un tambo de thinner en la entrega de hoy.", quantity=1),
    Plot(
        "registered",
        0,
        4,
        0,
        Q,
        "La pintura blanca salió con grumos y mal olor; la cubeta estaba cerrada.",
        quantity=2,
        channel=Channel.VISIT,
    ),
    # by itself, to be confirmed
    Plot(
        "to_confirm", 1, 2, 2, Q, "Compré dos litros de esmalte negro y uno está seco.", channel=Channel.WEB, quantity=1
    ),
    Plot(
        "to_confirm",
        0,
        3,
        1,
        A,
        "Solicito que alguien de su empresa me llame, llevo una semana esperando la carta de color.",
        channel=Channel.MAIL,
    ),
    # ended otherwise
    Plot("cancelled", 14, 8, 7, Q, "El thinner no disuelve la pintura de otra marca.", quantity=1),
    Plot("duplicate", 5, 7, 2, Q, "El esmalte negro que compramos se está poniendo gris.", channel=Channel.MAIL),
)
