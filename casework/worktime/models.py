"""Calendars as dated rows: who proposed them, who approved them, from when they hold (product §4).

Only approved rows count; what came with the system is approved by nobody. Every change of these tables moves the stamp
of `Revision` (a trigger of the database), by which whoever keeps a calendar in memory knows that it is stale.
"""

import uuid
from datetime import time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q


class Weekday(models.IntegerChoices):
    """Days of the week, as Python counts them."""

    MONDAY = 0, "lunes"
    TUESDAY = 1, "martes"
    WEDNESDAY = 2, "miércoles"
    THURSDAY = 3, "jueves"
    FRIDAY = 4, "viernes"
    SATURDAY = 5, "sábado"
    SUNDAY = 6, "domingo"


class Origin(models.TextChoices):
    """Why a day is not worked."""

    LAW = "law", "LFT art. 74"
    COMPANY = "company", "empresa"
    ELECTORAL = "electoral", "jornada electoral"


def validate_zone(name):
    """Refuse a time zone that this machine does not know."""
    try:
        ZoneInfo(name)
    except (
        KeyError,
        ValueError,
        OSError,
    ):  # not found; a path that leaves the folder; a folder
        raise ValidationError("No se conoce el huso horario «%(name)s».", params={"name": name}) from None


class ReviewedQuerySet(models.QuerySet):
    """Questions about rows that are proposed and approved."""

    def approved(self):
        """Those that count."""
        return self.filter(approved_at__isnull=False)

    def waiting(self):
        """Those proposed and not yet approved."""
        return self.filter(approved_at=None)


class Reviewed(models.Model):
    """Proposed by one person, approved by another; by nobody if it came with the system."""

    proposed_at = models.DateTimeField("propuesto el", null=True, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="propuesto por",
    )
    approved_at = models.DateTimeField("aprobado el", null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="aprobado por",
    )

    objects = ReviewedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_approved_by_another_person",
                condition=Q(approved_by=None) | Q(proposed_by=None) | ~Q(approved_by=F("proposed_by")),
                violation_error_message="Quien propone un cambio del calendario no lo aprueba.",
            ),
            models.CheckConstraint(
                name="%(class)s_approver_has_a_moment",
                condition=Q(approved_by=None) | Q(approved_at__isnull=False),
            ),
        ]


class Calendar(models.Model):
    """A way of counting working time. Each promise names its own."""

    key = models.SlugField("clave", max_length=30, unique=True)
    name = models.CharField("nombre", max_length=80, unique=True)

    class Meta:
        verbose_name = "calendario"
        verbose_name_plural = "calendarios"
        ordering = ["key"]

    def __str__(self):
        return self.name


class CalendarVersion(Reviewed):
    """The week of a calendar from a date on; it holds until the next approved version begins."""

    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="versions", verbose_name="calendario")
    holds_from = models.DateField("rige desde")
    timezone = models.CharField(
        "huso horario",
        max_length=40,
        default="America/Mexico_City",
        validators=[validate_zone],
    )
    note = models.TextField("nota", blank=True)

    class Meta(Reviewed.Meta):
        verbose_name = "versión de calendario"
        verbose_name_plural = "versiones de calendario"
        ordering = ["calendar", "holds_from"]
        constraints = [
            *Reviewed.Meta.constraints,
            models.UniqueConstraint(
                name="one_version_per_calendar_and_date",
                fields=["calendar", "holds_from"],
                violation_error_message="Ese calendario ya tiene una versión desde esa fecha.",
            ),
        ]

    def __str__(self):
        return f"{self.calendar} desde {self.holds_from:%d/%m/%Y}"


class Window(models.Model):
    """Hours worked on a weekday, half-open. A closing at 00:00 is 24:00; one before the opening is of the next day."""

    version = models.ForeignKey(CalendarVersion, models.PROTECT, related_name="windows", verbose_name="versión")
    weekday = models.PositiveSmallIntegerField("día", choices=Weekday)
    opens = models.TimeField("abre")
    closes = models.TimeField("cierra", help_text="00:00 es el final del día (24:00).")

    class Meta:
        verbose_name = "horario"
        verbose_name_plural = "horarios"
        ordering = ["version", "weekday", "opens"]
        constraints = [
            models.CheckConstraint(name="window_is_on_a_day_of_the_week", condition=Q(weekday__lte=6)),
            models.CheckConstraint(
                name="window_closes_at_another_time_than_it_opens",
                condition=~Q(closes=F("opens")) | Q(opens=time(0)),
                violation_error_message="El horario debe cerrar a otra hora que la que abre.",
            ),
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.opens:%H:%M} a {closing(self.closes)}"


class DayOff(Reviewed):
    """A day that some calendars do not work, or the part of it between two times. Seeded once a year, then edited."""

    day = models.DateField("fecha")
    reason = models.CharField("motivo", max_length=120)
    origin = models.CharField("origen", max_length=12, choices=Origin, default=Origin.COMPANY)
    closed_from = models.TimeField("inhábil desde", null=True, blank=True, help_text="Vacío: el día entero.")
    closed_until = models.TimeField("inhábil hasta", null=True, blank=True, help_text="00:00 es el final del día.")
    calendars = models.ManyToManyField(Calendar, related_name="days_off", verbose_name="calendarios")

    class Meta(Reviewed.Meta):
        verbose_name = "día inhábil"
        verbose_name_plural = "días inhábiles"
        ordering = ["day", "pk"]
        constraints = [
            *Reviewed.Meta.constraints,
            models.UniqueConstraint(
                name="one_day_off_per_date_and_reason",
                fields=["day", "reason"],
                violation_error_message="Ese día inhábil ya está registrado.",
            ),
            models.CheckConstraint(
                name="day_off_in_part_has_both_times",
                condition=Q(closed_from=None, closed_until=None)
                | (Q(closed_from__isnull=False, closed_until__isnull=False) & ~Q(closed_from=F("closed_until"))),
                violation_error_message="Un medio día inhábil necesita desde y hasta qué hora.",
            ),
        ]

    def __str__(self):
        return f"{self.day:%d/%m/%Y} {self.reason}"

    @property
    def closed_until_words(self):
        """«24:00» for the end of the day."""
        return closing(self.closed_until) if self.closed_until is not None else ""


class ExtraOpening(Reviewed):
    """Hours worked on one date on top of the usual ones, holiday or not."""

    day = models.DateField("fecha")
    opens = models.TimeField("abre")
    closes = models.TimeField("cierra", help_text="00:00 es el final del día (24:00).")
    reason = models.CharField("motivo", max_length=120)
    calendars = models.ManyToManyField(Calendar, related_name="extra_openings", verbose_name="calendarios")

    class Meta(Reviewed.Meta):
        verbose_name = "apertura extraordinaria"
        verbose_name_plural = "aperturas extraordinarias"
        ordering = ["day", "opens"]
        constraints = [
            *Reviewed.Meta.constraints,
            models.CheckConstraint(
                name="extra_opening_closes_at_another_time_than_it_opens",
                condition=~Q(closes=F("opens")) | Q(opens=time(0)),
                violation_error_message="La apertura debe cerrar a otra hora que la que abre.",
            ),
        ]

    def __str__(self):
        return f"{self.day:%d/%m/%Y} {self.opens:%H:%M} a {closing(self.closes)}"


class Revision(models.Model):
    """The stamp of all the rows above, one row, moved by triggers at every change; never seen twice."""

    stamp = models.UUIDField("sello", default=uuid.uuid4)

    class Meta:
        verbose_name = "revisión de los calendarios"
        verbose_name_plural = "revisiones de los calendarios"

    def __str__(self):
        return str(self.stamp)


class Horizon(models.Model):
    """How far the segments of a calendar reach, and of which revision they are."""

    calendar = models.OneToOneField(Calendar, models.PROTECT, related_name="horizon", verbose_name="calendario")
    starts = models.DateTimeField("desde")
    ends = models.DateTimeField("hasta")
    stamp = models.UUIDField("sello")

    class Meta:
        verbose_name = "horizonte de calendario"
        verbose_name_plural = "horizontes de calendario"

    def __str__(self):
        return f"{self.calendar} hasta {self.ends:%d/%m/%Y}"


class Segment(models.Model):
    """An open stretch of a calendar with the business seconds before it: what `worktime_position` reads."""

    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="segments", verbose_name="calendario")
    starts = models.DateTimeField("abre")
    ends = models.DateTimeField("cierra")
    seconds_before = models.BigIntegerField("segundos hábiles anteriores")

    class Meta:
        verbose_name = "tramo hábil"
        verbose_name_plural = "tramos hábiles"
        ordering = ["calendar", "starts"]
        constraints = [
            models.UniqueConstraint(name="one_segment_per_calendar_and_start", fields=["calendar", "starts"]),
            models.CheckConstraint(name="segment_ends_after_it_starts", condition=Q(ends__gt=F("starts"))),
        ]

    def __str__(self):
        return f"{self.starts:%d/%m/%Y %H:%M} a {self.ends:%d/%m/%Y %H:%M}"


def closing(moment):
    """A closing as people write it: 24:00, not 00:00."""
    return "24:00" if moment == time(0) else f"{moment:%H:%M}"
