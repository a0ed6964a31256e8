"""What must be done next with a complaint and by whom, in a sentence. Whose turn it is, `queries.ball_is_with` says."""

from casework.correspondence.policies import on_its_way
from casework.people.roles import Role
from casework.rules import says_yes
from casework.text import listed
from complaints import policies
from complaints.models import Matter
from complaints.queries import answer_in_preparation, areas_that_owe, ball_is_with, requests_of_cycle
from complaints.stages import Holder, Stage
from coordination.stages import Stage as RequestStage

CONFIRMS = (Role.EXECUTIVE, Role.COORDINATOR)


def next_sentence(complaint, person):
    """What must be done next and by whom, as the first sentence of the case; a missing acuse is said after it."""
    holder = ball_is_with(complaint)
    sentence = _what(complaint)
    if holder != Holder.NOBODY:
        whose = "Le toca a usted" if holds(complaint, person, holder) else f"Toca a{_who(complaint, holder)}"
        sentence = f"{whose}: {sentence}"
    if says_yes(policies.check_can_acknowledge, complaint):
        sentence += " Falta dar el acuse de recibo."
    return sentence


def _what(complaint):
    stage, folio = Stage(complaint.stage), complaint.folio
    if stage == Stage.CHANNELLED:
        owed = areas_that_owe(complaint)
        if owed:
            return "responder lo que se les pidió." if len(owed) > 1 else "responder lo que se le pidió."
        return _what_of_investigation(complaint)
    if stage == Stage.RULED or (stage == Stage.ANSWERED and not policies.with_customer(complaint)):
        return _what_of_answer(complaint)
    if stage == Stage.ANSWERED:
        if policies.conformity_settled(complaint):
            return "revisar que todo esté completo y cerrar el caso."
        return "preguntar al cliente si está conforme con la respuesta."
    return {
        Stage.TO_CONFIRM: "confirmar si es queja o reclamación.",
        Stage.REGISTERED: "clasificar el caso y canalizarlo a un área.",
        Stage.CLOSED: f"{folio} está cerrada. No hay nada pendiente.",
        Stage.CANCELLED: f"{folio} se anuló. No hay nada pendiente.",
        Stage.DUPLICATE: f"{folio} es duplicada: se atiende en el otro folio.",
    }[stage]


def _what_of_investigation(complaint):
    """No area owes anything: what the coordinator has before him."""
    requests = requests_of_cycle(complaint)
    if not requests:
        return "pedir a las áreas que lo investiguen otra vez."
    unassigned = [request.folio for request in requests if request.stage == RequestStage.ASKED]
    if unassigned:
        return f"elegir el área que debe atender {listed(unassigned)}."
    if any(request.stage == RequestStage.ANSWERED for request in requests):
        return "verificar lo que las áreas respondieron; después se emite el dictamen."
    whose = "a Control de Calidad" if complaint.matter == Matter.TECHNICAL else "al jefe del área"
    return f"ver que se emita el dictamen, que corresponde {whose}."


def _what_of_answer(complaint):
    answer = answer_in_preparation(complaint)
    if answer is None:
        return "redactar la respuesta al cliente."
    message = answer.message
    if on_its_way(message):
        return "La respuesta está saliendo al cliente por correo. No hay nada que hacer por ahora."
    if message.mail_id:
        return "corregir la respuesta y pedir su aprobación: el correo no llegó al cliente."
    if message.approved:
        return "dar la respuesta aprobada al cliente y registrar cuándo."
    if message.submitted_at:
        return "revisar y aprobar la respuesta al cliente."
    if message.returned_reason:
        return f"corregir la respuesta, que se devolvió: {message.returned_reason}"
    return "terminar la respuesta al cliente y pedir su aprobación."


def _who(complaint, holder):
    if holder == Holder.DEPARTMENTS:
        names = list(dict.fromkeys(request.department.name for request in areas_that_owe(complaint)))
        return f" {listed(names)}"
    if holder == Holder.COORDINATOR:
        return "l coordinador de Servicio al Cliente"
    if complaint.stage == Stage.TO_CONFIRM:
        return " Servicio al Cliente"
    return f" {complaint.case_file.responsible}"


def holds(complaint, person, holder):
    """Whether the ball is with this very person."""
    if holder == Holder.COORDINATOR:
        return person.has_role(Role.COORDINATOR)
    if holder == Holder.EXECUTIVE:
        if complaint.stage == Stage.TO_CONFIRM:
            return person.has_role(*CONFIRMS)
        return complaint.case_file.responsible_id == person.pk
    return any(request.case_file.responsible_id == person.pk for request in areas_that_owe(complaint))
