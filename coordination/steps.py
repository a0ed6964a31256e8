"""What may be done next with a request, each with why not."""

from django.urls import reverse

from casework.people.roles import Role
from casework.rules import Step, says_yes
from coordination import permissions
from coordination.stages import BALL_IS_WITH, Holder, Stage


def _url(name, request):
    return reverse(f"coordination:{name}", args=[request.folio])


def answering_steps(request, person):
    """The three buttons of whoever must answer; none for others."""
    if request.stage != Stage.ASSIGNED or not says_yes(permissions.check_may_answer, person, request):
        return []
    return [
        Step("Responder", _url("answer", request), primary=True),
        Step("Necesito más información", _url("ask_more", request)),
        Step("No corresponde a mi área", _url("reroute", request)),
    ]


def coordinating_steps(request, person):
    """What the coordinator, or the head within the area, may do."""
    steps = []
    if says_yes(permissions.check_may_verify, person):
        if request.stage == Stage.ANSWERED:
            steps.append(Step("Verificar la respuesta", _url("verify", request), primary=True))
        if request.stage == Stage.ASKED:
            steps.append(Step("Asignar a un área", _url("assign", request), primary=True))
    if request.stage == Stage.ASSIGNED and says_yes(permissions.check_may_hand_over, person, request):
        steps.append(Step("Encargar a alguien del área", _url("hand_over", request)))
    return steps


def next_sentence(request, person):
    """What must be done next and by whom, in one sentence, as `person` reads it."""
    holder = BALL_IS_WITH[Stage(request.stage)]
    if holder == Holder.DEPARTMENT:
        who = request.case_file.responsible
        if who == person:
            return "Le toca a usted: responder lo que se pide."
        return f"Toca a {request.department}: {who} responde lo que se pide."
    whose = "Le toca a usted" if person.has_role(Role.COORDINATOR) else "Toca al coordinador"
    if request.stage == Stage.ASKED:
        return f"{whose}: asignarla a otra área."
    if request.stage == Stage.ANSWERED:
        return f"{whose}: verificar la respuesta."
    if request.stage == Stage.ACCEPTED:
        return "La respuesta está aceptada; no queda nada por hacer."
    return "La solicitud se retiró; no queda nada por hacer."
