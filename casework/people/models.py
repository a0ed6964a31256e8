"""People, their departments, and who stands in for whom."""

from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.aggregates import ArrayAgg
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property

from casework.text import plain


class Department(models.Model):
    """An area of the company; whoever heads it answers for it (MPC-SER-009 §4)."""

    code = models.SlugField("clave", max_length=20, unique=True)
    name = models.CharField("nombre", max_length=80, unique=True)
    head = models.ForeignKey(
        "people.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="departments_headed",
        verbose_name="jefe",
    )
    active = models.BooleanField("activo", default=True)

    class Meta:
        verbose_name = "departamento"
        verbose_name_plural = "departamentos"
        ordering = ["name"]

    def __str__(self):
        return self.name

    def answerable_on(self, day):
        """Who answers for the department on a plant-local date: the substitute in force, else the head; or None."""
        substitute = self.substitutes.in_force(day).select_related("person").first()
        return substitute.person if substitute else self.head


class PersonQuerySet(models.QuerySet):
    """Questions about people."""

    def with_roles(self):
        """Each person with the names of the roles, so that asking for them costs nothing more."""
        return self.select_related("department").annotate(
            role_names=ArrayAgg(
                "groups__name",
                filter=Q(groups__name__isnull=False),
                distinct=True,
                default=[],
            )
        )

    def working(self):
        """Those who may sign in today."""
        return self.filter(is_active=True)

    def in_role(self, *roles):
        """Active people who hold one of the roles."""
        return self.working().filter(groups__name__in=roles).distinct()


class PersonManager(UserManager.from_queryset(PersonQuerySet)):
    """The manager that creates people with a comparable e-mail."""


class User(AbstractUser):
    """A person who works on cases. Has one department and may hold several roles (product §1)."""

    email = models.EmailField("correo")
    email_key = models.CharField(  # noqa: DJ001  (unique, and several people may have none)
        "correo comparable", max_length=254, unique=True, null=True, editable=False
    )
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name="departamento",
    )
    reads_until = models.DateField(
        "acceso hasta",
        null=True,
        blank=True,
        help_text="Después de esta fecha la persona ya no puede entrar.",
    )
    shortcuts = models.BooleanField("atajos de teclado", default=True)

    objects = PersonManager()

    class Meta:
        verbose_name = "persona"
        verbose_name_plural = "personas"
        ordering = ["first_name", "last_name"]

    def __str__(self):
        return self.get_full_name() or self.username

    def save(self, **kwargs):
        """Keep the comparable e-mail true (NFKC, casefold; trust §5 row 31 and 63)."""
        self.email_key = plain(self.email) or None
        if kwargs.get("update_fields") and "email" in kwargs["update_fields"]:
            kwargs["update_fields"] = {*kwargs["update_fields"], "email_key"}
        super().save(**kwargs)

    @cached_property
    def roles(self):
        """The set of role names this person holds today."""
        if hasattr(self, "role_names"):
            return frozenset(self.role_names)
        return frozenset(self.groups.values_list("name", flat=True))

    def has_role(self, *roles):
        """Whether the person holds any of the roles."""
        return not self.roles.isdisjoint(roles)

    @cached_property
    def departments_answered_for(self):
        """Ids of the departments this person heads or stands in for today (plant date)."""
        today = timezone.localdate()
        standing_in = Q(substitutes__person=self, substitutes__since__lte=today, substitutes__until__gte=today)
        answered = Department.objects.filter(Q(head=self) | standing_in)
        return frozenset(answered.order_by().values_list("pk", flat=True))


class SubstituteQuerySet(models.QuerySet):
    """Questions about substitutes."""

    def in_force(self, day):
        """Those who stand in on a plant-local date, the latest named first."""
        return self.filter(since__lte=day, until__gte=day).order_by("-pk")


class Substitute(models.Model):
    """Who answers for a department between two dates, both included."""

    department = models.ForeignKey(
        Department,
        models.PROTECT,
        related_name="substitutes",
        verbose_name="departamento",
    )
    person = models.ForeignKey(User, models.PROTECT, related_name="substitutions", verbose_name="suplente")
    since = models.DateField("desde")
    until = models.DateField("hasta")
    named_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="nombrado por")
    named_at = models.DateTimeField("nombrado el")

    objects = SubstituteQuerySet.as_manager()

    class Meta:
        verbose_name = "suplencia"
        verbose_name_plural = "suplencias"
        ordering = ["-since"]
        constraints = [
            models.CheckConstraint(
                name="substitute_until_not_before_since",
                condition=Q(until__gte=F("since")),
                violation_error_message="La suplencia termina antes de empezar.",
            )
        ]

    def __str__(self):
        return f"{self.person} suple en {self.department} del {self.since:%d/%m/%Y} al {self.until:%d/%m/%Y}"
