"""Promises, and the deadlines on which they are photographed."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from casework.moment import PLANT
from casework.records.models import CaseFile
from casework.web.addresses import address
from casework.worktime.models import Calendar


class PromiseKey(models.TextChoices):
    """What is promised (product §4.2)."""

    ACKNOWLEDGEMENT = "acknowledgement", "acuse de recibo"
    CUSTOMER_ANSWER = "customer_answer", "respuesta al cliente"
    CLOSURE = "closure", "cierre del caso"
    COORDINATION_ANSWER = "coordination_answer", "respuesta del área"
    COORDINATION_URGENT = "coordination_urgent", "respuesta urgente del área"


class Unit(models.TextChoices):
    """How a promise is counted."""

    BUSINESS_SECONDS = "business_seconds", "horas hábiles"
    NATURAL_DAYS = "natural_days", "días naturales"


class PromiseRuleQuerySet(models.QuerySet):
    """Which rule holds."""

    def in_force(self, key, at):
        """The approved rule of a promise at an aware instant (plant-local date). Raises `DoesNotExist`."""
        return self._holding(at).filter(key=key).latest("holds_from", "pk")

    def each_in_force(self, keys, at):
        """The approved rules of several promises, in their order. Raises `DoesNotExist` if one of them has none."""
        latest = self._holding(at).filter(key__in=keys).order_by("key", "-holds_from", "-pk").distinct("key")
        rules = {rule.key: rule for rule in latest}
        if missing := set(keys) - set(rules):
            raise self.model.DoesNotExist(f"no rule in force: {sorted(missing)}")
        return [rules[key] for key in keys]

    def _holding(self, at):
        return self.filter(holds_from__lte=at.astimezone(PLANT).date(), approved_at__isnull=False)


class PromiseRule(models.Model):
    """A promise with the date from which it holds. Never edited: a change is a new row (product §4)."""

    key = models.CharField("promesa", max_length=24, choices=PromiseKey)
    unit = models.CharField("se cuenta en", max_length=20, choices=Unit)
    amount = models.PositiveIntegerField("cantidad", help_text="Horas hábiles o días naturales.")
    strict = models.BooleanField("debe ser menos que", default=False)
    calendar = models.ForeignKey(
        Calendar,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="calendario",
    )
    clause = models.CharField("cláusula", max_length=40)
    holds_from = models.DateField("rige desde")
    proposed_at = models.DateTimeField("propuesta el")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="propuesta por",
    )
    approved_at = models.DateTimeField("aprobada el", null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="aprobada por",
    )

    objects = PromiseRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "promesa"
        verbose_name_plural = "promesas"
        ordering = ["key", "-holds_from"]
        constraints = [
            models.CheckConstraint(
                name="promise_in_business_hours_has_a_calendar",
                condition=Q(unit="business_seconds", calendar__isnull=False) | Q(unit="natural_days", calendar=None),
            ),
            models.CheckConstraint(name="promise_amount_is_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(  # what came with the system was approved by nobody
                name="promise_approved_by_somebody_has_its_date",
                condition=Q(approved_by=None) | Q(approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="promise_approved_by_another_person",
                condition=Q(approved_by=None) | Q(proposed_by=None) | ~Q(approved_by=F("proposed_by")),
                violation_error_message="Quien propone una promesa no la aprueba.",
            ),
            models.CheckConstraint(
                name="coordination_promise_is_never_above_48_hours",
                condition=~Q(key__in=["coordination_answer", "coordination_urgent"]) | Q(amount__lte=48),
                violation_error_message="Una solicitud entre áreas se atiende en 48 h hábiles como máximo (MPC-SER-009 §3.2).",
            ),
        ]

    def __str__(self):
        return f"{self.get_key_display()}: {self.amount} {self.get_unit_display()}"


class DeadlineQuerySet(models.QuerySet):
    """Questions about deadlines."""

    def running(self):
        """Neither met nor ended."""
        return self.filter(met_at=None, ended_at=None)


class Deadline(models.Model):
    """A promise made on one case, with the rule as it was that day. What was missed stays missed (product §4.4).

    `due_at` is what people read; `breaks_at` the first instant that breaks the promise; `look_again_at` the next rung
    of the ladder, of which `rung` says how many are climbed. Rungs that had passed at `watched_since` raise only the
    highest. A promise with `operational` true is a reminder of a later cycle: indicators never read it.
    """

    case_file = models.ForeignKey(CaseFile, models.PROTECT, related_name="deadlines", verbose_name="expediente")
    key = models.CharField("plazo", max_length=24, choices=PromiseKey)
    operational = models.BooleanField("solo recordatorio", default=False)
    starts_at = models.DateTimeField("corre desde")
    half_at = models.DateTimeField("va a la mitad el")
    three_quarters_at = models.DateTimeField("va en tres cuartos el")
    due_at = models.DateTimeField("vence el")
    breaks_at = models.DateTimeField("se rompe el")
    look_again_at = models.DateTimeField("volver a mirar el")
    rung = models.PositiveSmallIntegerField("peldaños subidos", default=0)
    revision = models.PositiveSmallIntegerField("revisión", default=1)
    rule = models.JSONField("promesa vigente al hacerla")
    promised_at = models.DateTimeField("fecha prometida al cliente", null=True)
    met_at = models.DateTimeField("cumplido el", null=True)
    breached_at = models.DateTimeField("vencido el", null=True)
    ended_at = models.DateTimeField("terminado sin veredicto el", null=True)
    recorded_at = models.DateTimeField("registrado el", db_default=Now())
    watched_since = models.DateTimeField("vigilado desde", db_default=Now())

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = "plazo"
        verbose_name_plural = "plazos"
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_running_deadline_per_kind",
                fields=["case_file", "key"],
                condition=Q(met_at=None, ended_at=None),
                violation_error_message="Este expediente ya tiene un plazo corriendo de ese tipo.",
            ),
            models.CheckConstraint(
                name="deadline_is_due_after_it_starts",
                condition=Q(due_at__gte=F("starts_at")),
            ),
            models.CheckConstraint(
                name="deadline_breaks_when_due_or_after",
                condition=Q(breaks_at__gte=F("due_at")),
            ),
            models.CheckConstraint(
                name="deadline_met_or_ended_not_both",
                condition=Q(met_at=None) | Q(ended_at=None),
            ),
            models.CheckConstraint(
                name="deadline_breached_at_the_instant_it_broke",
                condition=Q(breached_at=None) | Q(breached_at=F("breaks_at")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["look_again_at", "id"],
                condition=Q(met_at=None, ended_at=None),
                name="deadline_to_look_at",
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(met_at=None, ended_at=None),
                name="deadline_running_by_due",
            ),
        ]

    def __str__(self):
        return f"{self.get_key_display()} de {self.case_file_id}"

    @property
    def running(self):
        """Neither met nor ended."""
        return self.met_at is None and self.ended_at is None

    @property
    def in_time(self):
        """True or False once decided by `met_at` or `breached_at`; None while it runs or when it ended undecided."""
        if self.breached_at is not None:
            return False
        return None if self.met_at is None else self.met_at < self.breaks_at

    @property
    def soon_at(self):
        """From when it is shown as «por vencer»: the last quarter of the hours, or the last five days."""
        if self.rule["unit"] == Unit.NATURAL_DAYS:
            return self.due_at - timedelta(days=5)
        return self.three_quarters_at

    @property
    def why_url(self):
        """Where «¿por qué vence entonces?» is answered."""
        return address("deadlines:explain", self.pk)


class Extension(models.Model):
    """Another date promised to the customer, with its reason. The date of the indicator never moves (product §4.4)."""

    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="extensions", verbose_name="plazo")
    until = models.DateTimeField("nueva fecha")
    reason = models.TextField("motivo")
    at = models.DateTimeField("cuándo")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="quién")

    class Meta:
        verbose_name = "prórroga"
        verbose_name_plural = "prórrogas"

    def __str__(self):
        return f"{self.deadline} hasta {self.until:%d/%m/%Y}"


class DigestSent(models.Model):
    """That the day's digest was owed to a person, once a plant-local day."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name="persona",
    )
    day = models.DateField("día")

    class Meta:
        verbose_name = "resumen enviado"
        verbose_name_plural = "resúmenes enviados"
        constraints = [models.UniqueConstraint(name="one_digest_per_person_and_day", fields=["person", "day"])]

    def __str__(self):
        return f"{self.person} {self.day:%d/%m/%Y}"
