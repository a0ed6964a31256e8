"""The letters that MPC-SER-002 writes to a customer, and what their delivery means."""

from casework.mail import letters
from casework.moment import PLANT
from complaints.models import Complaint

ACKNOWLEDGEMENT = "complaint.acknowledgement"
ANSWER = "complaint.answer"
SURVEY = "complaint.survey"


def register_all():
    """Plug the letters in, with their outcomes."""
    letters.register(
        ACKNOWLEDGEMENT,
        on_accepted="complaints.outcomes.acknowledgement_accepted",
        on_dead="complaints.outcomes.acknowledgement_failed",
        on_bounced="complaints.outcomes.acknowledgement_bounced",
        still_applies="complaints.outcomes.acknowledgement_still_applies",
        priority=2,
        to_customer=True,
    )
    letters.register(
        ANSWER,
        on_accepted="complaints.outcomes.answer_accepted",
        on_dead="complaints.outcomes.answer_failed",
        on_bounced="complaints.outcomes.answer_bounced",
        still_applies="complaints.outcomes.answer_still_applies",
        priority=2,
        to_customer=True,
    )
    letters.register(
        SURVEY,
        still_applies="complaints.outcomes.survey_still_applies",
        priority=7,
        to_customer=True,
        personal=True,
    )


def acknowledgement_text(complaint: Complaint):
    """The pre-approved words of the acuse (MPC-SER-002 §3), exactly as they leave."""
    contact = complaint.contact.name
    product = f" sobre {complaint.product.name}" if complaint.product else ""
    received = complaint.received_at.astimezone(PLANT)
    return (
        f"Estimado(a) {contact}:\n\n"
        f"Recibimos el {received:%d/%m/%Y} a las {received:%H:%M} su reporte{product} y lo registramos con el folio "
        f"{complaint.folio}.\n\n"
        "Nuestro equipo lo está revisando. Le daremos respuesta a más tardar 15 días naturales después de haberlo "
        "recibido. Si quiere agregar algo, llámenos o escríbanos y mencione su folio.\n\n"
        "Gracias por avisarnos.\n\nServicio al Cliente\nPinturas Nervión"
    )
