"""May it, now? The policies of MPC-SER-002 that do not depend on who asks.

They read a complaint's records through `.all()`, so a screen that has prefetched them asks the database nothing more.
"""

from casework.mail.models import MailState
from casework.people.roles import Role
from casework.rules import Refused
from complaints.models import ConformityResult, Kind
from complaints.stages import OVER, Stage, check_move
from coordination.stages import Stage as RequestStage

ATTEMPTS_NEEDED = 3
FOLLOWS_CASES = (Role.EXECUTIVE, Role.COORDINATOR, Role.QUALITY, Role.HEAD, Role.COMMERCIAL)


def check_reception(received_at, at):
    """`received_at` is never in the future, and clocks know that day (product §2 step 1)."""
    if received_at > at:
        raise Refused("La fecha de recepción no puede ser futura.")
    if received_at.year < 2010:
        raise Refused("La fecha de recepción es anterior a 2010; revise el año.")


def check_lote(lote, not_applicable):
    """MPC-SER-002 §5.2: the lote is always asked; «No aplica» is an answer."""
    if bool(lote) == bool(not_applicable):
        raise Refused("Escriba el lote o marque «No aplica»." if not lote else "Borre el lote o desmarque «No aplica».")


def check_not_over(complaint):
    """A closed, cancelled or duplicate case is not worked on."""
    if complaint.stage in OVER:
        raise Refused(f"El caso está en la etapa «{complaint.get_stage_display()}» y ya no se trabaja.")


def check_can_confirm(complaint):
    """Only what came by itself is confirmed."""
    if complaint.stage != Stage.TO_CONFIRM:
        raise Refused("La categoría de este caso ya está confirmada.")


def check_can_acknowledge(complaint):
    """MPC-SER-002 §3: one acuse per report; a failed one may be given again."""
    if any(given.failed_at is None for given in complaint.acknowledgements.all()):
        raise Refused("Esta queja ya tiene acuse de recibo.")
    check_not_over(complaint)


def check_can_be_responsible(person):
    """MPC-SER-009 §3.4: whoever follows a case up works here, on a post that has cases to follow."""
    if not person.is_active:
        raise Refused(f"{person} ya no trabaja aquí; elija a otra persona.")
    if not person.has_role(*FOLLOWS_CASES):
        raise Refused(f"{person} no tiene un puesto que dé seguimiento a casos; elija a otra persona.")


def areas_at_work(complaint):
    """Ids of the departments that were asked and still have a part: not those that gave it back or were let off."""
    gone = (RequestStage.ASKED, RequestStage.WITHDRAWN)
    return {request.department_id for request in complaint.case_file.requests.all() if request.stage not in gone}


def check_can_triage(complaint):
    """MPC-SER-002 §5.3: analysed once registered; further areas may be asked while it is investigated."""
    if complaint.stage == Stage.TO_CONFIRM:
        raise Refused("Primero confirme la categoría del caso.")
    if complaint.stage in (Stage.RULED, Stage.ANSWERED, Stage.CLOSED):
        raise Refused("El caso ya tiene dictamen. Para investigarlo otra vez use «Volver a investigar» o «Reabrir».")
    if complaint.stage != Stage.CHANNELLED:
        check_not_over(complaint)
        check_move(complaint.stage, Stage.CHANNELLED)


def check_can_triage_again(complaint):
    """Only what is being investigated goes back to the initial analysis."""
    if complaint.stage == Stage.TO_CONFIRM:
        raise Refused("Primero confirme la categoría del caso.")
    if complaint.stage == Stage.REGISTERED:
        raise Refused("El caso ya espera su análisis inicial.")
    check_move(complaint.stage, Stage.REGISTERED)


def check_can_rule(complaint):
    """MPC-SER-002 §5.6: the dictamen follows the investigation."""
    if complaint.stage in (Stage.TO_CONFIRM, Stage.REGISTERED):
        raise Refused("Primero hay que clasificar y canalizar el caso (MPC-SER-002 §5.4).")
    if complaint.stage in (Stage.RULED, Stage.ANSWERED):
        raise Refused("El caso ya tiene dictamen. Para emitir otro use «Volver a investigar».")
    check_not_over(complaint)
    check_move(complaint.stage, Stage.RULED)


def check_can_investigate_again(complaint):
    """A dictamen that does not hold or a customer who does not agree: back to the areas, with a reason."""
    if complaint.stage == Stage.CLOSED:
        raise Refused("El caso está cerrado: para trabajarlo otra vez hay que reabrirlo.")
    if complaint.stage not in (Stage.RULED, Stage.ANSWERED):
        raise Refused("El caso todavía no tiene dictamen.")
    answer = current_answer(complaint)
    if answer and answer.message.mail_id and _leaving(answer.message.mail):
        raise Refused("La respuesta está saliendo al cliente; espere a que el correo termine de enviarse.")


def _leaving(mail):
    return mail.state in (MailState.PENDING, MailState.SENDING, MailState.UNCERTAIN)


def check_can_answer(complaint):
    """MPC-SER-002 §5.7: the answer follows the dictamen, one per cycle; what the post brought back is given again."""
    if complaint.stage in (Stage.TO_CONFIRM, Stage.REGISTERED, Stage.CHANNELLED):
        raise Refused("Falta el dictamen (MPC-SER-002 §5.6).")
    if complaint.stage == Stage.ANSWERED:
        if with_customer(complaint):
            raise Refused("La respuesta ya se entregó al cliente.")
        return
    check_not_over(complaint)
    check_move(complaint.stage, Stage.ANSWERED)


def check_of_this_cycle(answer, complaint):
    """A text written before the case was investigated again no longer says what we found."""
    if answer.cycle != complaint.cycle:
        raise Refused("Esa respuesta es de antes de volver a investigar el caso; prepare otra.")


def with_customer(complaint):
    """Whether the answer of this cycle is with the customer: a mail that came back is not."""
    answer = current_answer(complaint)
    return complaint.stage == Stage.ANSWERED and answer is not None and answer.sent_at is not None


def current_answer(complaint):
    """The answer of the cycle under way, or None."""
    if "answers" in getattr(complaint, "_prefetched_objects_cache", {}):
        return next((answer for answer in complaint.answers.all() if answer.cycle == complaint.cycle), None)
    return (
        complaint.answers.filter(cycle=complaint.cycle).select_related("message__mail", "message__written_by").first()
    )


def check_can_record_conformity(complaint):
    """MPC-SER-002 §5.8: the customer is asked once the answer was sent."""
    if not with_customer(complaint):
        raise Refused("La conformidad se registra cuando la respuesta ya se entregó al cliente.")
    if any(result != ConformityResult.NO_REPLY for result in _conformities(complaint)):
        raise Refused("La conformidad del cliente ya está registrada.")


def conformity_settled(complaint):
    """Whether the customer said yes or no, or three dated attempts went unanswered."""
    results = _conformities(complaint)
    said = any(result != ConformityResult.NO_REPLY for result in results)
    return said or len(results) >= ATTEMPTS_NEEDED


def _conformities(complaint):
    return [one.result for one in complaint.conformities.all() if one.cycle == complaint.cycle]


def missing_to_close(complaint):
    """What the close still lacks (MPC-SER-002 §5.8), as (sentence, name of the URL that gives it)."""
    missing = []
    if not any(given.failed_at is None and given.accepted_at for given in complaint.acknowledgements.all()):
        missing.append(("Falta el acuse de recibo (MPC-SER-002 §3).", "acknowledge"))
    if not any(ruling.cycle == complaint.cycle for ruling in complaint.dictamenes.all()):
        missing.append(("Falta el dictamen (MPC-SER-002 §5.6).", "rule"))
    if not with_customer(complaint):
        missing.append(("Falta que la respuesta llegue al cliente (MPC-SER-002 §5.7).", "answer"))
    if not conformity_settled(complaint):
        missing.append(("Falta registrar la conformidad del cliente (MPC-SER-002 §5.8).", "conformity"))
    settled = (RequestStage.ACCEPTED, RequestStage.WITHDRAWN)
    if any(request.stage not in settled for request in complaint.case_file.requests.all()):
        missing.append(("Hay solicitudes a las áreas sin verificar (MPC-SER-009 §5.6).", "detail"))
    return missing


def check_can_close(complaint):
    """MPC-SER-002 §5.8: answer sent, conformity recorded, requests verified, before filing."""
    if complaint.stage in OVER:
        check_not_over(complaint)
    for sentence, _url in missing_to_close(complaint):
        raise Refused(sentence)
    check_move(complaint.stage, Stage.CLOSED)


def check_can_reopen(complaint):
    """Only a closed case is reopened."""
    if complaint.stage != Stage.CLOSED:
        raise Refused("Solo se reabre un caso cerrado.")


def _check_before_the_dictamen(complaint):
    if complaint.stage in (Stage.RULED, Stage.ANSWERED):
        raise Refused("El caso ya tiene dictamen: se responde al cliente y se cierra.")
    check_not_over(complaint)


def check_can_cancel(complaint):
    """Before the dictamen; afterwards the case is answered and closed."""
    _check_before_the_dictamen(complaint)
    check_move(complaint.stage, Stage.CANCELLED)


def check_can_duplicate(complaint, original=None):
    """A duplicate points at a case that goes on by itself."""
    _check_before_the_dictamen(complaint)
    check_move(complaint.stage, Stage.DUPLICATE)
    if original is None:
        return
    if original.pk == complaint.pk:
        raise Refused("Una queja no puede ser duplicada de sí misma.")
    if original.stage in (Stage.CANCELLED, Stage.DUPLICATE):
        raise Refused(f"{original.folio} está en la etapa «{original.get_stage_display()}»; elija el caso que sigue.")
    if original.case_file.customer_id != complaint.case_file.customer_id:
        raise Refused(f"{original.folio} es de otro cliente; no puede ser la misma queja.")


PREFIXES = {Kind.COMPLAINT: "Q", Kind.CLAIM: "R"}
