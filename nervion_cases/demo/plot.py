"""What a plot is: everything that happens in one complaint, told in one place."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from complaints.models import Channel, ConformityResult, Kind, Matter, Reason, Severity

AREAS = {Matter.TECHNICAL: ("calidad",), Matter.LOGISTIC: ("almacen-pt",), Matter.ADMINISTRATIVE: ("facturacion",)}
ROUTES = {  # MPC-SER-002 §5.4; any other area needs a reason
    Matter.TECHNICAL: {"calidad", "ingenieria"},
    Matter.LOGISTIC: {"almacen-pt", "transporte"},
    Matter.ADMINISTRATIVE: {"credito", "facturacion"},
}


@dataclass(frozen=True)
class Pace:
    """Working hours that people let pass before each step."""

    register: float = 0.1
    acknowledge: float = 2
    channel: float = 7
    area: float = 5
    rule: float = 13
    accept: float = 2
    draft: float = 3
    approve: float = 2
    tell: float = 1
    conformity: float = 10
    close: float = 0.4


@dataclass(frozen=True)
class Survey:
    """What the customer said of us, and how many days later."""

    score: int
    comment: str
    days: float


@dataclass(frozen=True)
class Plot:
    """One complaint. `customer` and `product` are positions in the demo's catalogue; `until` is how far it went.

    It begins at `at`, or `days_ago` natural days before today. `lote` counts back from the newest in the shops, unless
    `made_on` asks for the one made nearest to a day. `manners` is how each area answers: soon, waits, asks, not_ours,
    returned (for re-work), lab (Calidad gives an advance before its dictamen), hands_over.
    """

    until: str
    days_ago: int
    customer: int
    product: int
    reason: Reason
    words: str
    at: datetime | None = None
    matter: Matter = Matter.TECHNICAL
    lote: int = 0
    made_on: date | None = None
    kind: Kind = Kind.COMPLAINT
    channel: Channel = Channel.PHONE
    severity: Severity = Severity.MEDIUM
    quantity: int | None = None
    amount: Decimal | None = None
    photos: int = 0
    wants_return: bool = False
    by_itself: bool = False
    urgent_hours: int | None = None
    first_areas: tuple = ()
    extra_areas: tuple = ()
    manners: tuple = ()
    question: str = ""  # one of those that are usual for the matter
    done: str = "Se revisó la retención del lote y el registro de producción; se documentó lo encontrado."
    asked: tuple = ("¿Con qué diluyente se aplicó y en qué proporción?", "Con agua potable, cerca de 10 %.")
    rework: str = ""
    sent_back: str = ""
    corrected: bool = False
    extended: str = ""
    cause: str = "Dispersión incompleta del pigmento en la molienda"
    plan: str = "Ajustar el tiempo de molienda y revisar el resto del lote."
    answer: str = "Confirmamos el defecto. Repondremos el producto sin costo en su próxima entrega."
    upheld: bool = True
    conformity: str = ConformityResult.SATISFIED
    said: str = "Está de acuerdo con la reposición."
    again: str = ""  # why it was reopened or, if the customer did not agree before the close, investigated again
    ending: str = ""  # why it was cancelled or what made it a duplicate
    same_as: "Plot | None" = None
    survey: Survey | None = None
    pace: Pace = field(default_factory=Pace)

    @property
    def areas(self):
        """To which areas it is channelled."""
        return (self.first_areas or AREAS[self.matter]) + self.extra_areas

    @property
    def out_of_route(self):
        """Whether an area is asked that the procedure does not name for the matter."""
        return not set(self.areas) <= ROUTES[self.matter]
