"""May this person? The rows of trust §6 that speak of complaints."""

from casework.people.permissions import check_has_role
from casework.people.roles import Role
from casework.rules import Forbidden
from complaints import policies
from complaints.models import Matter

TRIAGES = (Role.COORDINATOR, Role.COMMERCIAL)


def check_may_register(person):
    """MPC-SER-002 §4: the executive registers; coordinator, Calidad and Dirección Comercial may too."""
    check_has_role(person, Role.EXECUTIVE, Role.COORDINATOR, Role.QUALITY, Role.COMMERCIAL)


def check_may_confirm(person):
    """What came by itself gets its category from an executive."""
    check_has_role(person, Role.EXECUTIVE, Role.COORDINATOR)


def check_may_acknowledge(person):
    """The acuse is given by Servicio al Cliente."""
    check_has_role(person, Role.EXECUTIVE, Role.COORDINATOR)


def check_may_correct(person, complaint):
    """The coordinator any; an executive those registered by or entrusted to him or her."""
    if person.has_role(Role.COORDINATOR):
        return
    if person.has_role(Role.EXECUTIVE) and _own(person, complaint):
        return
    raise Forbidden("Solo corrige el registro quien lo hizo, quien es responsable del caso o el coordinador.")


def check_may_triage(person):
    """MPC-SER-002 §4: the coordinator analyses, assigns and follows up; Dirección Comercial may too."""
    check_has_role(person, *TRIAGES)


def check_may_add_evidence(person):
    """Photographs and documents: whoever works on the case."""
    check_has_role(person, Role.EXECUTIVE, Role.COORDINATOR, Role.QUALITY, Role.HEAD, Role.MEMBER)


def check_may_rule(person, complaint):
    """MPC-SER-002 §4, product §2: Calidad for technical matters, the head of an area channelled for the others."""
    if complaint.matter == Matter.TECHNICAL:
        if not person.has_role(Role.QUALITY):
            raise Forbidden("El dictamen de un asunto técnico lo emite Control de Calidad (MPC-SER-002 §4).")
        return
    asked = policies.areas_at_work(complaint)
    if not person.has_role(Role.HEAD, Role.QUALITY) or person.departments_answered_for.isdisjoint(asked):
        raise Forbidden("El dictamen lo emite el jefe de un área a la que se canalizó (MPC-SER-002 §5.6).")


def check_may_speak_with_customer(person):
    """Conformity, attempts and other contacts with the customer."""
    check_has_role(person, Role.EXECUTIVE, Role.COORDINATOR, Role.COMMERCIAL)


def check_may_close(person, complaint):
    """The executive his or her own; the coordinator and Dirección Comercial any."""
    if person.has_role(Role.COORDINATOR, Role.COMMERCIAL):
        return
    if person.has_role(Role.EXECUTIVE) and _own(person, complaint):
        return
    raise Forbidden("Cierra el caso quien lo registró, quien es responsable o el coordinador.")


def check_may_end_or_reopen(person):
    """Reopening, cancelling, marking as duplicate: the coordinator; Dirección Comercial may too."""
    check_has_role(person, Role.COORDINATOR, Role.COMMERCIAL)


def _own(person, complaint):
    return person.pk in (complaint.case_file.opened_by_id, complaint.case_file.responsible_id)
