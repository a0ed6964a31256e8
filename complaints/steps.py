"""What a person may do next with a complaint: every step of MPC-SER-002, with why not when it is not the moment."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from casework.correspondence import permissions as writing
from casework.correspondence.policies import on_its_way
from casework.people.roles import Role
from casework.rules import Step, reason, says_yes
from complaints import permissions, policies
from complaints.next_step import holds
from complaints.queries import answer_in_preparation, ball_is_with, requests_of_cycle
from complaints.stages import OVER, Stage
from coordination.permissions import check_may_answer
from coordination.stages import Stage as RequestStage

PROCEDURE = (
    "Recepción",
    "Registro",
    "Análisis inicial",
    "Canalización",
    "Investigación",
    "Dictamen",
    "Respuesta",
    "Cierre",
)
STEP_NOW = {
    Stage.TO_CONFIRM: 2,
    Stage.REGISTERED: 3,
    Stage.CHANNELLED: 5,
    Stage.RULED: 7,
    Stage.ANSWERED: 8,
    Stage.CLOSED: 9,
}


def step_now(complaint):
    """Which of the eight steps of MPC-SER-002 §5 is under way: 9 once closed, 0 for what left the procedure."""
    if complaint.stage == Stage.CHANNELLED:
        stages = {request.stage for request in requests_of_cycle(complaint)}
        if not stages or (RequestStage.ASSIGNED not in stages and RequestStage.ASKED in stages):
            return 4
        if stages <= {RequestStage.ACCEPTED, RequestStage.WITHDRAWN}:
            return 6
    return STEP_NOW.get(complaint.stage, 0)


@dataclass(frozen=True)
class CaseStep(Step):
    """A step of a complaint: `key` names it, `icon` and `shortcut` are for its button, `now` says its moment is here."""

    key: str = ""
    icon: str = ""
    shortcut: str = ""
    now: bool = False


@dataclass(frozen=True)
class Rule:
    """One row of the table below. `may` takes the person and the complaint, `can` the complaint."""

    key: str
    label: str
    url_name: str
    roles: tuple
    may: Callable
    can: Callable
    shown: Callable = lambda complaint: complaint.stage not in OVER
    now: Callable = lambda complaint: False
    icon: str = ""
    shortcut: str = ""


def _person_only(check):
    return lambda person, complaint: check(person)


def _answered_for(complaint):
    answer = answer_in_preparation(complaint)
    return answer is not None and on_its_way(answer.message)


SERVES = (Role.EXECUTIVE, Role.COORDINATOR)
DECIDES = (Role.COORDINATOR, Role.COMMERCIAL)

LINE = (
    Rule(
        "confirm",
        "Confirmar la categoría",
        "complaints:confirm",
        SERVES,
        _person_only(permissions.check_may_confirm),
        policies.check_can_confirm,
        shown=lambda c: c.stage == Stage.TO_CONFIRM,
        now=lambda c: True,
    ),
    Rule(
        "acknowledge",
        "Dar acuse de recibo",
        "complaints:acknowledge",
        SERVES,
        _person_only(permissions.check_may_acknowledge),
        policies.check_can_acknowledge,
        shown=lambda c: c.stage not in OVER and says_yes(policies.check_can_acknowledge, c),
        now=lambda c: True,
    ),
    Rule(
        "channel",
        "Clasificar y canalizar",
        "complaints:channel",
        DECIDES,
        _person_only(permissions.check_may_triage),
        policies.check_can_triage,
        shown=lambda c: c.stage in (Stage.TO_CONFIRM, Stage.REGISTERED),
        now=lambda c: c.stage == Stage.REGISTERED,
    ),
    Rule(
        "rule",
        "Emitir dictamen",
        "complaints:rule",
        (Role.QUALITY, Role.HEAD),
        permissions.check_may_rule,
        policies.check_can_rule,
        shown=lambda c: c.stage not in (*OVER, Stage.RULED, Stage.ANSWERED),
        now=lambda c: c.stage == Stage.CHANNELLED and bool(requests_of_cycle(c)),
    ),
    Rule(
        "answer",
        "Responder al cliente",
        "complaints:answer",
        writing.WRITERS,
        _person_only(writing.check_may_write),
        policies.check_can_answer,
        shown=lambda c: c.stage not in OVER and not policies.with_customer(c),
        now=lambda c: not _answered_for(c),
        shortcut="r",
    ),
    Rule(
        "conformity",
        "Registrar conformidad",
        "complaints:conformity",
        (Role.EXECUTIVE, Role.COORDINATOR, Role.COMMERCIAL),
        _person_only(permissions.check_may_speak_with_customer),
        policies.check_can_record_conformity,
        shown=lambda c: c.stage not in OVER and not policies.conformity_settled(c),
        now=lambda c: c.stage == Stage.ANSWERED,
    ),
    Rule(
        "close",
        "Cerrar el caso",
        "complaints:close",
        (Role.EXECUTIVE, Role.COORDINATOR, Role.COMMERCIAL),
        permissions.check_may_close,
        policies.check_can_close,
        now=lambda c: c.stage == Stage.ANSWERED,
    ),
)

OTHERS = (
    Rule(
        "evidence",
        "Agregar evidencia",
        "complaints:add_evidence",
        (Role.EXECUTIVE, Role.COORDINATOR, Role.QUALITY, Role.HEAD, Role.MEMBER),
        _person_only(permissions.check_may_add_evidence),
        policies.check_not_over,
        icon="camera",
        shortcut="e",
    ),
    Rule(
        "more_areas",
        "Pedir a otra área",
        "complaints:channel",
        DECIDES,
        _person_only(permissions.check_may_triage),
        policies.check_can_triage,
        shown=lambda c: c.stage == Stage.CHANNELLED,
        now=lambda c: not requests_of_cycle(c),
    ),
    Rule(
        "assign",
        "Cambiar responsable",
        "complaints:assign",
        DECIDES,
        _person_only(permissions.check_may_triage),
        policies.check_not_over,
    ),
    Rule(
        "correct",
        "Corregir el registro",
        "complaints:correct",
        SERVES,
        permissions.check_may_correct,
        policies.check_not_over,
    ),
    Rule(
        "triage_again",
        "Devolver al análisis inicial",
        "complaints:triage_again",
        DECIDES,
        _person_only(permissions.check_may_triage),
        policies.check_can_triage_again,
        shown=lambda c: c.stage == Stage.CHANNELLED,
    ),
    Rule(
        "investigate_again",
        "Volver a investigar",
        "complaints:investigate_again",
        DECIDES,
        _person_only(permissions.check_may_triage),
        policies.check_can_investigate_again,
        shown=lambda c: c.stage in (Stage.RULED, Stage.ANSWERED),
    ),
    Rule(
        "duplicate",
        "Marcar como duplicada",
        "complaints:duplicate",
        DECIDES,
        _person_only(permissions.check_may_end_or_reopen),
        policies.check_can_duplicate,
    ),
    Rule(
        "cancel",
        "Anular",
        "complaints:cancel",
        DECIDES,
        _person_only(permissions.check_may_end_or_reopen),
        policies.check_can_cancel,
    ),
    Rule(
        "reopen",
        "Reabrir",
        "complaints:reopen",
        DECIDES,
        _person_only(permissions.check_may_end_or_reopen),
        policies.check_can_reopen,
        shown=lambda c: c.stage == Stage.CLOSED,
    ),
)


def steps_of(complaint, person):
    """Every step that the person's post has to do with, in the order of the procedure; the first one to take is primary.

    What the post never does is left out; what it does, but not now or not on this case, says why not.
    """
    shown = _steps_of_requests(complaint, person) + [
        _step(rule, complaint, person)
        for rule in (*LINE, *OTHERS)
        if person.has_role(*rule.roles) and rule.shown(complaint)
    ]
    theirs = [index for index, step in enumerate(shown) if step.now and _is_theirs(step, complaint, person)]
    if theirs:
        has_the_ball = holds(complaint, person, ball_is_with(complaint))
        first = next((index for index in theirs if not has_the_ball or shown[index].key != "acknowledge"), theirs[0])
        shown[first] = CaseStep(**vars(shown[first]) | {"primary": True})
    return shown


def _steps_of_requests(complaint, person):
    """What the areas owe is answered, and what they answered verified, on the pages of their requests."""
    if complaint.stage in OVER:
        return []
    steps = []
    for request in complaint.case_file.requests.all():
        of_an_area = person.has_role(Role.HEAD, Role.QUALITY, Role.MEMBER)
        if request.stage == RequestStage.ASSIGNED and of_an_area and says_yes(check_may_answer, person, request):
            steps.append(_request_step("answer_request", f"Responder {request.folio}", "coordination:answer", request))
        if request.stage == RequestStage.ASKED and person.has_role(Role.COORDINATOR):
            steps.append(_request_step("assign_request", f"Asignar {request.folio}", "coordination:assign", request))
        if request.stage == RequestStage.ANSWERED and person.has_role(Role.COORDINATOR):
            steps.append(_request_step("verify", f"Verificar {request.folio}", "coordination:detail", request))
    return steps


def _request_step(key, label, url_name, request):
    return CaseStep(label=label, url=reverse(url_name, args=[request.folio]), key=key, now=True)


def _step(rule, complaint, person):
    why_not = reason(rule.may, person, complaint) or reason(rule.can, complaint)
    label = _answer_label(complaint, person) if rule.key == "answer" and not why_not else rule.label
    return CaseStep(
        label=label,
        url=reverse(rule.url_name, args=[complaint.folio]),
        why_not=why_not,
        key=rule.key,
        icon=rule.icon,
        shortcut=rule.shortcut,
        now=not why_not and rule.now(complaint),
    )


def _answer_label(complaint, person):
    """The same page does what the answer needs now."""
    answer = answer_in_preparation(complaint)
    if answer is None:
        return "Redactar la respuesta"
    message = answer.message
    if on_its_way(message):
        return "Ver la respuesta"
    if message.mail_id:
        return "Corregir la respuesta"
    if message.approved:
        return "Registrar la entrega"
    if message.submitted_at and says_yes(writing.check_may_approve, person, message):
        return "Revisar y aprobar la respuesta"
    return "Ver la respuesta" if message.submitted_at else "Continuar la respuesta"


def _is_theirs(step, complaint, person):
    """Anyone of the areas may draft an answer, but it is Servicio al Cliente that is expected to."""
    return step.key != "answer" or person.has_role(Role.EXECUTIVE, Role.COORDINATOR, Role.COMMERCIAL)
