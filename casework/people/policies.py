"""May this happen to this person or department now? Each rule answers with a sentence for the screen."""

from casework.people.models import Department, User
from casework.people.roles import Role
from casework.rules import Refused
from casework.text import plain

# Who may answer for an area: the others would be told of cases that they cannot open.
ANSWERS_FOR_AN_AREA = (Role.HEAD, Role.COORDINATOR, Role.QUALITY, Role.COMMERCIAL, Role.DIRECTION)


def check_identity_is_free(username, email, *, besides=None):
    """Usernames and e-mails are one per person however they are written (trust §5 row 63)."""
    others = User.objects.exclude(pk=besides.pk) if besides else User.objects.all()
    if others.filter(username=plain(username)).exists():
        raise Refused(f"Ya hay una persona con el usuario «{plain(username)}».")
    if others.filter(email_key=plain(email)).exists():
        raise Refused(f"Ya hay una persona con el correo {email}.")


def check_roles_fit(roles, *, department, reads_until):
    """An auditor reads until a date and does nothing else; the others belong to a department."""
    if not roles:
        raise Refused("Elija al menos un puesto.")
    if Role.AUDITOR in roles:
        if set(roles) != {Role.AUDITOR}:
            raise Refused("El auditor solo lee: no puede tener otro puesto a la vez.")
        if reads_until is None:
            raise Refused("Escriba hasta qué fecha tiene acceso el auditor.")
    elif department is None:
        raise Refused("Elija el departamento de la persona.")


def check_can_answer_for(person, department, *, roles=None):
    """Whoever heads an area or stands in for its head must be able to open its cases (MPC-SER-009 §4)."""
    if not person.is_active:
        raise Refused(f"{person} no está activa: no puede responder por {department}.")
    if not set(roles if roles is not None else person.roles) & set(ANSWERS_FOR_AN_AREA):
        raise Refused(
            f"{person} necesita el puesto de Jefe de Departamento para responder por {department}. Asígnelo en su ficha."
        )


def check_can_change_place(person, *, department, roles):
    """Whoever heads a department keeps the department and a post that can answer for it."""
    headed = Department.objects.filter(head=person).first()
    if headed and (headed != department or not set(roles) & set(ANSWERS_FOR_AN_AREA)):
        raise Refused(f"{person} encabeza {headed}. Nombre antes a otra persona al frente del departamento.")
    if person.has_role(Role.ADMINISTRATOR) and Role.ADMINISTRATOR not in roles:
        _check_not_the_last_administrator(person)


def check_can_deactivate(person, *, by, day):
    """Nobody leaves with a department, a case or a substitution in hand: the sentence says which."""
    if person == by:
        raise Refused("Usted no puede desactivar su propia cuenta. Pídalo a otro administrador.")
    headed = Department.objects.filter(head=person).first()
    if headed:
        raise Refused(f"{person} encabeza {headed}. Nombre antes a otra persona al frente del departamento.")
    open_cases = person.responsible_for.filter(closed_at=None).count()
    if open_cases:
        cases = "un caso abierto" if open_cases == 1 else f"{open_cases} casos abiertos"
        raise Refused(f"{person} es responsable de {cases}. El coordinador debe reasignarlos antes.")
    standing_in = person.substitutions.filter(until__gte=day).select_related("department").first()
    if standing_in:
        raise Refused(
            f"{person} es suplente en {standing_in.department} hasta el {standing_in.until:%d/%m/%Y}. "
            "Termine antes esa suplencia."
        )
    if person.has_role(Role.ADMINISTRATOR):
        _check_not_the_last_administrator(person)


def _check_not_the_last_administrator(person):
    if not User.objects.in_role(Role.ADMINISTRATOR).exclude(pk=person.pk).exists():
        raise Refused("Es el único administrador activo. Nombre antes a otro.")
