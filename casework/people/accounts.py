"""Signing in: who may, how a person is found and loaded, and which passwords are too easy (trust §4)."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.utils import timezone

from casework.people.models import Department, User
from casework.text import plain

COMPANY_WORDS = (
    "nervion",
    "pintura",
    "barniz",
    "esmalte",
    "thinner",
    "solvente",
    "recubrimiento",
    "servicio",
    "queja",
    "reclamo",
    "cliente",
    "contrasena",
    "password",
)
# What people put in the place of a letter and believe to be a secret.
LETTERS_FOR_DIGITS = str.maketrans("0134578@$!", "oieastbasi")

# Asked by every request, so it is written out: Django takes longer to compose it than PostgreSQL to answer it.
PERSON = """
    SELECT person.*, area.code AS area_code, area.name AS area_name, area.head_id AS area_head, area.active AS area_active,
           ARRAY(SELECT role.name FROM auth_group role JOIN people_user_groups held ON held.group_id = role.id
                 WHERE held.user_id = person.id) AS role_names
    FROM people_user person LEFT JOIN people_department area ON area.id = person.department_id
    WHERE person.id = %s
"""


def with_department_and_roles(user_id):
    """The person with what every page asks of him or her, in one query; None if there is no such."""
    person = next(iter(User.objects.raw(PERSON, [user_id])), None)
    if person and person.department_id:
        area = (person.department_id, person.area_code, person.area_name, person.area_head, person.area_active)
        fields = ("id", "code", "name", "head_id", "active")
        person.department = Department.from_db(person._state.db, fields, area)
    return person


def may_sign_in(person, *, day):
    """Active, and not past the last day of access (plant-local date)."""
    return person.is_active and (person.reads_until is None or day <= person.reads_until)


class PeopleBackend(AuthenticationBackend):
    """A person with department and roles in one query; whoever may no longer enter is nobody at the next request."""

    def get_user(self, user_id):
        """The person of a session, or None."""
        person = with_department_and_roles(user_id)
        return person if person and self.user_can_authenticate(person) else None

    def user_can_authenticate(self, user):
        """Asked at sign-in and at every request."""
        return may_sign_in(user, day=timezone.localdate())

    def _authenticate_by_email(self, email, password):
        """By the comparable e-mail, so that «Ana@X.mx» and «ana@x.mx» are one person."""
        return self._check_password(User.objects.filter(email_key=plain(email)).first(), password)

    def _authenticate_by_username(self, username, password):
        """Usernames are stored folded (see `actions.invite`)."""
        return self._check_password(User.objects.filter(username=plain(username)).first(), password)


class ResetTokens(PasswordResetTokenGenerator):
    """The seal of a reset link: dies with the first use, a sign-in, a change of e-mail or of password."""

    key_salt = "casework.people.reset"


class CompanyWordsValidator:
    """Refuse passwords made of words that anyone who knows the company would try first."""

    def validate(self, password, user=None):
        """Raise when little is left besides such words, digits and the person's own name."""
        folded = plain(password).translate(LETTERS_FOR_DIGITS)
        words = [*COMPANY_WORDS]
        if user is not None:
            words += [word for word in plain(f"{user.get_full_name()} {user.get_username()}").split() if len(word) > 2]
        rest = folded
        for word in sorted(words, key=len, reverse=True):
            rest = rest.replace(word, "")
        if rest != folded and len([c for c in rest if c.isalpha()]) < 8:
            raise ValidationError(
                "La contraseña usa palabras fáciles de adivinar aquí (la empresa, sus productos o su nombre). "
                "Use una frase que solo usted conozca.",
                code="password_company_words",
            )

    def get_help_text(self):
        """The hint under the field."""
        return "No use el nombre de la empresa, de sus productos ni el suyo."
