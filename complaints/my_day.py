"""What waits for a person among complaints: those whose ball is with him or her, by due time.

Each group is a condition over the running deadlines, walked by due time and no further than its own limit: what is late
never hides what is to be done. It is SQL because Django would compose the groups longer than PostgreSQL finds them.
"""

from itertools import islice

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from casework.deadlines.models import Deadline
from casework.people.permissions import sees_customer_name
from casework.people.roles import Role
from casework.records.models import CaseFile, CaseKind
from casework.web.addresses import address
from casework.web.waiting import SHOWN, Group, Waiting
from complaints.queries import MASK

AT_MOST = 100  # deadlines of each group; beyond them it says «100+»

LIST = "complaints:list"
GROUPS = {  # key → heading, and the screen on which all of them are
    "vencidas": ("Vencidas", LIST, "?cola=vencidas"),
    "confirmar": ("Por confirmar", LIST, "?etapa=to_confirm&orden=due"),
    "acuses": ("Acuses por dar", LIST, "?orden=due"),  # their promise is the first one due
    "clasificar": ("Por clasificar", "complaints:triage", ""),
    "decidir": ("Las áreas ya respondieron", LIST, "?etapa=channelled&orden=due"),
    "dictaminar": ("Por dictaminar", LIST, "?etapa=channelled&orden=due"),
    "responder": ("Por responder al cliente", LIST, "?cola=mias&etapa=ruled"),
    "conformidad": ("Por recabar conformidad y cerrar", LIST, "?cola=mias&etapa=answered"),
}
# The cases of a stage are found first, by its index; joined, the running deadlines of all the others would be read.
IN_STAGE = """promise.key <> 'acknowledgement' AND promise.case_file_id = ANY (ARRAY(
    SELECT itself.case_file_id FROM complaints_complaint itself WHERE itself.stage = '{}' AND {}))"""
OWN = """itself.case_file_id IN (SELECT own.id FROM records_casefile own
    WHERE own.closed_at IS NULL AND (own.responsible_id = %(person)s OR own.opened_by_id = %(person)s))"""
OWED = "SELECT FROM coordination_coordinationrequest asked WHERE asked.about_id = itself.case_file_id"
OF_AREAS = f"""itself.matter IN ('logistic', 'administrative') AND EXISTS ({OWED}
    AND asked.stage NOT IN ('asked', 'withdrawn') AND asked.department_id = ANY (%(areas)s))"""
SERVING = (Role.EXECUTIVE, Role.COORDINATOR)
CONDITIONS = [  # group, whose it is, which deadlines
    (
        "vencidas",
        (Role.COORDINATOR, Role.COMMERCIAL),
        """promise.breached_at IS NOT NULL AND promise.due_at <= %(at)s AND EXISTS (SELECT FROM records_casefile late
        WHERE late.id = promise.case_file_id AND late.closed_at IS NULL AND late.kind = 'complaint')""",
    ),
    ("confirmar", SERVING, IN_STAGE.format("to_confirm", "TRUE")),
    (
        "acuses",
        SERVING,
        """promise.key = 'acknowledgement' AND NOT EXISTS (SELECT FROM complaints_acknowledgement given
        WHERE given.complaint_id = promise.case_file_id AND given.failed_at IS NULL)""",
    ),
    ("clasificar", (Role.COORDINATOR,), IN_STAGE.format("registered", "TRUE")),
    (
        "decidir",
        (Role.COORDINATOR,),
        IN_STAGE.format("channelled", f"NOT EXISTS ({OWED} AND asked.stage = 'assigned')"),
    ),
    ("dictaminar", (Role.QUALITY,), IN_STAGE.format("channelled", "itself.matter = 'technical'")),
    ("dictaminar", (Role.HEAD,), IN_STAGE.format("channelled", OF_AREAS)),
    ("responder", (Role.EXECUTIVE,), IN_STAGE.format("ruled", OWN)),
    ("conformidad", (Role.EXECUTIVE,), IN_STAGE.format("answered", OWN)),
]
WALK = """(SELECT '{}', row_number() OVER (ORDER BY promise.due_at, promise.id), promise.id, promise.case_file_id
    FROM deadlines_deadline promise WHERE promise.met_at IS NULL AND promise.ended_at IS NULL AND {}
    ORDER BY promise.due_at, promise.id LIMIT %(limit)s)"""
# Only what may be drawn is read whole: a case has three promises at most.
ROWS = """SELECT walked.*, drawn.* FROM ({}) walked (found, place, id, case_id) LEFT JOIN LATERAL (
        SELECT {}, one.rule->>'unit' AS unit, file.folio, file.title, customer.name AS customer
        FROM deadlines_deadline one JOIN records_casefile file ON file.id = one.case_file_id
        LEFT JOIN catalogue_customer customer ON customer.id = file.customer_id
        WHERE one.id = CASE WHEN walked.place <= %(drawn)s THEN walked.id END
    ) drawn ON TRUE ORDER BY walked.found, walked.place"""
CLOCK = ("key", "operational", "starts_at", "three_quarters_at", "due_at", "breaks_at", "breached_at")
DRAWN = 3 * SHOWN


def waiting(person, *, at):
    """The groups of a person, empty ones included; at most one query."""
    mine = [(key, condition) for key, roles, condition in CONDITIONS if person.has_role(*roles)]
    if not mine:
        return []
    found, more = _walked(mine, person, at)
    return [
        Group(
            key=key,
            title=title,
            rows=[_row(row, person) for row in islice(found[key].values(), SHOWN)],
            total=len(found[key]),
            more=key in more,
            url="" if query else address(url_name),
            rest=address(url_name) + query,
            alarm=key == "vencidas",
        )
        for key, (title, url_name, query) in GROUPS.items()
    ]


def _walked(mine, person, at):
    """Of each group its cases, each with the deadline that is due first; and the groups where the walk stopped."""
    walks = " UNION ALL ".join(WALK.format(key, condition) for key, condition in mine)
    areas = list(person.departments_answered_for) if person.has_role(Role.HEAD) else []
    said = {"person": person.pk, "at": at, "areas": areas, "limit": AT_MOST + 1, "drawn": DRAWN}
    found, more = {key: {} for key in GROUPS}, set()
    with connection.cursor() as cursor:
        cursor.execute(ROWS.format(walks, ", ".join(f"one.{name}" for name in CLOCK)), said)
        names = [column.name for column in cursor.description]
        for values in cursor:
            row = dict(zip(names, values, strict=True))
            if row["place"] > AT_MOST:
                more.add(row["found"])
            else:
                found[row["found"]].setdefault(row["case_id"], row)
    return found, more


def figures(person):
    """How much is open and late, for those whose part is to look: [(count, words, address)]; at most one query.

    The administrator sees of cases only these counts (product §1), so without addresses.
    """
    if not person.has_role(Role.DIRECTION, Role.AUDITOR, Role.ADMINISTRATOR):
        return []
    late = Deadline.objects.running().filter(breached_at__isnull=False)
    cases = CaseFile.objects.open().aggregate(
        complaints=Count("pk", filter=Q(kind=CaseKind.COMPLAINT)),
        requests=Count("pk", filter=Q(kind=CaseKind.REQUEST)),
        late=Count("pk", filter=Q(kind=CaseKind.COMPLAINT) & Exists(late.filter(case_file=OuterRef("pk")))),
    )
    shown = [
        (cases["complaints"], "Quejas y reclamaciones abiertas", reverse("complaints:list")),
        (cases["late"], "Con un plazo vencido", f"{reverse('complaints:list')}?cola=vencidas"),
        (cases["requests"], "Solicitudes entre áreas abiertas", reverse("coordination:list")),
    ]
    reads = person.has_role(Role.DIRECTION, Role.AUDITOR)
    return [(count, words, address if reads else "") for count, words, address in shown]


def _row(row, person):
    clock = {name: row[name] for name in ("id", *CLOCK)}
    return Waiting(
        title=row["title"],
        url=address("complaints:detail", row["folio"]),
        folio=row["folio"],
        what=row["customer"] if sees_customer_name(person) else MASK,
        deadline=Deadline(rule={"unit": row["unit"]}, case_file_id=row["case_id"], **clock),
    )
