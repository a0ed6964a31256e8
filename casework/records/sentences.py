"""What the bitácora says: one sentence per verb. `{actor}` is who did it; the rest are the facts of the line.

A fact that is missing from an old line reads as nothing. Add a verb here first; a test holds the list complete.
"""

from string import Formatter

SENTENCES = {
    # MPC-SER-002
    "complaint.registered": "{actor} registró la {kind} recibida por {channel}",
    "complaint.received": "Llegó un reporte por {channel}; espera que un ejecutivo confirme su categoría",
    "complaint.confirmed": "{actor} confirmó la categoría: {kind}",
    "complaint.corrected": "{actor} corrigió {fields}. Motivo: {reason}",
    "complaint.triaged": "{actor} la clasificó como asunto {matter}, gravedad {severity}; responsable: {responsible}",
    "complaint.channelled": "{actor} la canalizó a {departments}",
    "complaint.triaged_again": "{actor} la devolvió al análisis inicial. Motivo: {reason}",
    "complaint.investigated_again": "{actor} pidió investigarla otra vez. Motivo: {reason}",
    "complaint.closed": "{actor} cerró el caso",
    "complaint.reopened": "{actor} reabrió el caso. Motivo: {reason}",
    "complaint.cancelled": "{actor} anuló el caso. Motivo: {reason}",
    "complaint.duplicated": "{actor} la marcó como duplicada de {original}",
    "complaint.has_duplicate": "{actor} marcó {duplicate} como duplicada de esta",
    "complaint.assigned": "{actor} designó responsable a {responsible}",
    "acknowledgement.prepared": "{actor} preparó el acuse de recibo por correo",
    "acknowledgement.sent": "El servidor de correo del cliente aceptó el acuse de recibo",
    "acknowledgement.given": "{actor} dio el acuse de recibo por {channel}",
    "acknowledgement.failed": "El acuse de recibo no se pudo entregar",
    "dictamen.issued": "{actor} emitió el dictamen: {verdict}. Causa raíz: {root_cause}",
    "answer.drafted": "{actor} redactó la respuesta al cliente",
    "answer.edited": "{actor} cambió la respuesta; la aprobación anterior queda sin efecto",
    "answer.approved": "{actor} aprobó la respuesta al cliente",
    "answer.returned": "{actor} devolvió la respuesta para corregirla. Motivo: {reason}",
    "answer.sent": "La respuesta salió al cliente por {channel}",
    "answer.failed": "La respuesta no se pudo entregar",
    "conformity.recorded": "{actor} registró la conformidad del cliente: {result}",
    "conformity.attempted": "{actor} intentó obtener la conformidad del cliente ({attempt} de 3)",
    "survey.sent": "Se envió la encuesta de satisfacción",
    "survey.answered": "El cliente respondió la encuesta: {score} de 5",
    # MPC-SER-009
    "request.asked": "{actor} pidió a {department}: {question}",
    "request.assigned": "{actor} la asignó a {department}, responsable {responsible}",
    "request.answered": "{actor} respondió por {department}",
    "request.more_information": "{actor} pidió más información: {question}",
    "request.information_given": "{actor} dio la información pedida",
    "request.rerouted": "{actor} dijo que no corresponde a {department}. Motivo: {reason}",
    "request.accepted": "{actor} aceptó la respuesta de {department}",
    "request.returned": "{actor} devolvió la respuesta a {department} para re-trabajo. Motivo: {reason}",
    "request.withdrawn": "{actor} retiró la solicitud. Motivo: {reason}",
    "request.handed_over": "{actor} la encargó a {responsible}",
    "request.seen": "{actor} la vio por primera vez",
    # What any case has
    "evidence.added": "{actor} agregó {name}",
    "deadline.breached": "Venció el plazo: {promise}",
    "deadline.met": "Se cumplió el plazo: {promise}",
    "deadline.met_late": "Se atendió fuera de plazo: {promise}",
    "deadline.unmet": "Vuelve a correr el plazo: {promise}",
    "deadline.extended": "{actor} prometió al cliente otra fecha para {promise}: {until}. Motivo: {reason}",
    "deadline.recalculated": "Plazo recalculado por cambio de calendario: {promise}, antes {before}, después {after}",
    "mail.attended": "{actor} dio por atendido un correo que no se pudo entregar",
    "mail.sent_again": "{actor} pidió enviar de nuevo un correo que no se había entregado",
    "mail.arrived": "{actor} confirmó que sí llegó un correo cuya entrega era dudosa",
    "contact.recorded": "{actor} habló con el cliente por {channel}: {said}",
}


class _Facts(dict):
    def __missing__(self, key):
        return ""


def sentence(line):
    """The line in words. Names are as they were when it happened."""
    facts = _Facts(line.facts)
    facts["actor"] = str(line.actor) if line.actor_id else "El sistema"
    return Formatter().vformat(SENTENCES.get(line.verb, line.verb), (), facts).strip()
