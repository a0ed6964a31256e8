"""The expediente and what is recorded on it. Works on every case without knowing its procedure."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from casework.catalogue.models import Customer
from casework.people.models import Department
from casework.people.permissions import SEES_EVERY_CASE
from casework.people.roles import Role
from casework.records.immutable import AppendOnlyManager, AppendOnlyModel
from casework.web.addresses import address


class CaseKind(models.TextChoices):
    """Which procedure a case follows."""

    COMPLAINT = "complaint", "Queja o reclamación"
    REQUEST = "request", "Solicitud interdepartamental"


class FolioSeries(models.Model):
    """The last number given in a series and plant-local year. Locked by whoever takes the next one."""

    prefix = models.CharField("serie", max_length=4)
    year = models.PositiveSmallIntegerField("año")
    last = models.PositiveIntegerField("último número", default=0)

    class Meta:
        verbose_name = "serie de folios"
        verbose_name_plural = "series de folios"
        constraints = [models.UniqueConstraint(name="one_folio_series_per_prefix_and_year", fields=["prefix", "year"])]

    def __str__(self):
        return f"{self.prefix}-{self.year}"


def seen_by(person, case=""):
    """The condition for a person to see a case, over what reaches it by `case` («case_file__»).

    Which cases a person may see is decided here and nowhere else (trust §6): every one by role, else those in which the
    person or the area takes part.
    """
    if person.has_role(*SEES_EVERY_CASE):
        return Q()
    mine = Q(person=person)
    if person.has_role(Role.HEAD, Role.QUALITY):
        areas = set(person.departments_answered_for)
        if person.department_id:
            areas.add(person.department_id)
        mine |= Q(department__in=areas)
    taking_part = Q(**{f"{case}pk__in": Participation.objects.filter(mine, until=None).values("case_file")})
    if person.has_role(Role.EXECUTIVE):
        return Q(**{f"{case}kind": CaseKind.COMPLAINT, f"{case}closed_at": None}) | taking_part
    if person.has_role(Role.HEAD, Role.QUALITY, Role.MEMBER):
        return taking_part
    return Q(pk__in=[])


class CaseFileQuerySet(models.QuerySet):
    """Questions about cases."""

    def visible_to(self, person):
        """Cases the person may see."""
        return self.filter(seen_by(person))

    def open(self):
        """Cases still to be done."""
        return self.filter(closed_at=None)


class CaseFile(models.Model):
    """Expediente: folio, customer, who is responsible, when it was opened and closed.

    Every case has exactly one responsible person, always (MPC-SER-009 §3.4).
    """

    folio = models.CharField("folio", max_length=20, unique=True)
    kind = models.CharField("tipo de caso", max_length=12, choices=CaseKind)
    title = models.CharField("asunto", max_length=200)
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="case_files",
        verbose_name="cliente",
    )
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        related_name="case_files",
        verbose_name="departamento principal",
    )
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="responsible_for",
        verbose_name="responsable",
    )
    external_reference = models.CharField("referencia externa", max_length=60, blank=True)
    opened_at = models.DateTimeField("abierto el")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="abierto por",
    )
    closed_at = models.DateTimeField("cerrado el", null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="cerrado por",
    )
    version = models.PositiveIntegerField("versión", default=1)
    last_movement_at = models.DateTimeField("último movimiento")
    search_text = models.TextField("texto de búsqueda", blank=True, editable=False)
    search_vector = models.GeneratedField(
        expression=SearchVector("search_text", config="spanish"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = CaseFileQuerySet.as_manager()

    class Meta:
        verbose_name = "expediente"
        verbose_name_plural = "expedientes"
        ordering = ["-opened_at"]
        constraints = [
            models.CheckConstraint(
                name="case_file_closed_at_and_by_together",
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="case_file_closed_after_it_was_opened",
                condition=Q(closed_at=None) | Q(closed_at__gte=F("opened_at")),
            ),
        ]
        indexes = [
            GinIndex(fields=["search_vector"], name="case_file_search"),
            models.Index(
                fields=["responsible"],
                condition=Q(closed_at=None),
                name="case_file_open_by_responsible",
            ),
            models.Index(
                fields=["opened_by"],
                condition=Q(closed_at=None),
                name="case_file_open_by_opener",
            ),
            models.Index(
                fields=["id"],
                include=["responsible", "opened_by"],
                condition=Q(kind="complaint", closed_at=None),
                name="case_file_open_complaint",
            ),
            models.Index(fields=["-opened_at"], name="case_file_by_opening"),
            models.Index(fields=["kind", "-opened_at"], name="case_file_by_kind"),
            models.Index(fields=["customer", "-opened_at"], name="case_file_by_customer"),
        ]

    def __str__(self):
        return self.folio

    def get_absolute_url(self):
        """The address that knows no procedure; the roof redirects it."""
        return address("case_file", self.folio)


class SearchTerm(models.Model):
    """A code by which a case is found by its beginning: folio, lote, invoice, external reference."""

    case_file = models.ForeignKey(CaseFile, models.PROTECT, related_name="search_terms", verbose_name="expediente")
    what = models.CharField("qué es", max_length=12)
    key = models.CharField("código comparable", max_length=60)

    class Meta:
        verbose_name = "término de búsqueda"
        verbose_name_plural = "términos de búsqueda"
        constraints = [
            models.UniqueConstraint(name="search_term_once_per_case", fields=["case_file", "what", "key"]),
        ]
        indexes = [
            models.Index(
                fields=["key"],
                name="search_term_prefix",
                opclasses=["varchar_pattern_ops"],
            )
        ]

    def __str__(self):
        return self.key


class Participation(models.Model):
    """A person or a department takes part in a case, from when until when. Who may see it follows from this."""

    case_file = models.ForeignKey(
        CaseFile,
        models.PROTECT,
        related_name="participations",
        verbose_name="expediente",
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="participations",
        verbose_name="persona",
    )
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        related_name="participations",
        verbose_name="departamento",
    )
    since = models.DateTimeField("desde")
    until = models.DateTimeField("hasta", null=True)

    class Meta:
        verbose_name = "participación"
        verbose_name_plural = "participaciones"
        constraints = [
            models.CheckConstraint(
                name="participation_of_a_person_or_of_a_department",
                condition=Q(person__isnull=False, department=None) | Q(person=None, department__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_running_participation_per_person",
                fields=["case_file", "person"],
                condition=Q(until=None, person__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_running_participation_per_department",
                fields=["case_file", "department"],
                condition=Q(until=None, department__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "case_file"],
                condition=Q(until=None),
                name="participation_of_person",
            ),
            models.Index(
                fields=["department", "case_file"],
                condition=Q(until=None),
                name="participation_of_area",
            ),
        ]

    def __str__(self):
        return f"{self.person or self.department} en {self.case_file_id}"


class TimelineEntry(AppendOnlyModel):
    """A line of the bitácora: what happened, when, by whom. Never edited, never deleted (MPC-SER-002 §7).

    `facts` holds names and figures as they were; personal data of customers never goes in it.
    """

    case_file = models.ForeignKey(CaseFile, models.PROTECT, related_name="timeline", verbose_name="expediente")
    verb = models.CharField("qué pasó", max_length=60)
    at = models.DateTimeField("cuándo")
    recorded_at = models.DateTimeField("registrado el", db_default=Now())
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="quién",
    )
    facts = models.JSONField("datos", default=dict)

    objects = AppendOnlyManager()

    class Meta:
        verbose_name = "línea de bitácora"
        verbose_name_plural = "bitácora"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["case_file", "-at"], name="timeline_of_case")]

    def __str__(self):
        return f"{self.verb} {self.at:%d/%m/%Y %H:%M}"


class EvidenceKind(models.TextChoices):
    """What a file shows."""

    PHOTO = "photo", "Fotografía"
    DOCUMENT = "document", "Documento"


class EvidenceQuerySet(models.QuerySet):
    """Which files a person may see is decided here and nowhere else (trust §6)."""

    def visible_to(self, person):
        """Files of the cases the person may see; one that no case has yet, only by whoever uploaded it."""
        return self.filter(
            Q(case_file=None, uploaded_by=person) | Q(case_file__in=CaseFile.objects.visible_to(person).order_by())
        )

    def unattached_of(self, person):
        """Files the person uploaded that belong to no case yet."""
        return self.filter(case_file=None, uploaded_by=person)


class Evidence(models.Model):
    """A file as it came, kept untouched under its hash, and the copy that people are shown (trust §4).

    Until it is attached it belongs to whoever uploaded it and to no case.
    """

    case_file = models.ForeignKey(
        CaseFile,
        models.PROTECT,
        null=True,
        related_name="evidence",
        verbose_name="expediente",
    )
    kind = models.CharField("tipo", max_length=12, choices=EvidenceKind)
    name = models.CharField("nombre", max_length=120)
    media_type = models.CharField("formato", max_length=40)
    size = models.PositiveBigIntegerField("tamaño en bytes")
    sha256 = models.CharField("SHA-256 del original", max_length=64)
    original = models.CharField("ruta del original", max_length=80)
    shown = models.CharField("ruta de la copia visible", max_length=80, blank=True)
    shown_sha256 = models.CharField("SHA-256 de la copia", max_length=64, blank=True)
    thumb = models.CharField("ruta de la miniatura", max_length=80, blank=True)
    width = models.PositiveIntegerField("ancho", null=True)
    height = models.PositiveIntegerField("alto", null=True)
    uploaded_at = models.DateTimeField("subido el")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="subido por",
    )
    attached_at = models.DateTimeField("agregado el", null=True)
    attached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="agregado por",
    )

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = "evidencia"
        verbose_name_plural = "evidencias"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="evidence_attached_at_and_by_together",
                condition=Q(attached_at=None, attached_by=None, case_file=None)
                | Q(
                    attached_at__isnull=False,
                    attached_by__isnull=False,
                    case_file__isnull=False,
                ),
            ),
            models.UniqueConstraint(
                name="evidence_once_per_case",
                fields=["case_file", "sha256"],
                violation_error_message="Ese archivo ya está en el expediente.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["uploaded_at"],
                condition=Q(case_file=None),
                name="evidence_unattached",
            )
        ]

    def __str__(self):
        return self.name
