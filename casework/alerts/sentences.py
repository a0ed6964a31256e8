"""What an alert says: a headline and a sentence per reason. Names are the facts of the alert, as they were.

Add a reason here first; a test holds the list complete. The folio and the link stand beside it on every screen.
"""

from string import Formatter

SENTENCES = {
    # A complaint
    "complaint.assigned": ("Usted es responsable de un caso", "{by} le pidió darle seguimiento."),
    # Between departments
    "request.assigned": ("Se le asignó un caso", "{department} debe responder: {question}"),
    "request.answered": ("Una solicitud espera su verificación", "{by} respondió por {department}."),
    "request.more_information": ("Un área necesita más información", "{by} pregunta: {question}"),
    "request.information_given": ("Llegó la información que pidió", "{by} respondió su pregunta."),
    "request.rerouted": ("Una solicitud espera que la asigne", "{by} dijo que no corresponde a {department}. {reason}"),
    "request.returned": ("Le devolvieron una respuesta", "{by} la devolvió para re-trabajo. Motivo: {reason}"),
    # Messages to customers
    "approval.asked": ("Un mensaje al cliente espera su aprobación", "{by} lo envió a aprobación."),
    "approval.returned": ("Le devolvieron un mensaje al cliente", "{by} pide corregirlo. Motivo: {reason}"),
    # The post
    "mail.acknowledgement_failed": (
        "El acuse de recibo no se pudo entregar",
        "Dé el acuse por teléfono o corrija el correo del cliente; el plazo sigue corriendo.",
    ),
    "mail.answer_failed": (
        "La respuesta al cliente no se pudo entregar",
        "Corrija el correo del cliente o elija otro medio; el plazo sigue corriendo.",
    ),
    # Promises with a clock
    "deadline.half": ("Va a la mitad del plazo", "{promise}: vence el {due}."),
    "deadline.three_quarters": ("Queda la cuarta parte del plazo", "{promise}: vence el {due}."),
    "deadline.breached": ("Venció un plazo", "{promise}: venció el {due}."),
    "deadline.late": ("Sigue vencido un plazo", "{promise}: venció el {due}; {late} de retraso."),
}


class _Facts(dict):
    def __missing__(self, key):
        return ""


def _filled(template, alert):
    return " ".join(Formatter().vformat(template, (), _Facts(alert.facts)).split())


def headline(alert):
    """The few words that say what happened."""
    return _filled(SENTENCES.get(alert.reason, (alert.reason, ""))[0], alert)


def sentence(alert):
    """The sentence under the headline."""
    return _filled(SENTENCES.get(alert.reason, ("", ""))[1], alert)
