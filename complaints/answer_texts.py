"""The first words of an answer to a customer, by verdict (MPC-SER-002 §5.7). People change them; nothing leaves unread."""

from casework.moment import PLANT

UPHELD = "Revisamos su reporte con las áreas responsables y le informamos que procede."
NOT_UPHELD = "Revisamos su reporte con las áreas responsables y le informamos que no procede."
IF_NOT_UPHELD = "Si tiene información que no conocíamos, responda a este mensaje y la revisaremos."
CLOSE = "Gracias por avisarnos.\n\nServicio al Cliente\nPinturas Nervión"


def proposed_subject(complaint):
    """«Respuesta a su reporte Q-2026-00042»"""
    return f"Respuesta a su reporte {complaint.folio}"


def proposed_body(complaint, dictamen):
    """A text to begin with. Without a dictamen, only the greeting and the farewell."""
    greeting = f"Estimado(a) {complaint.contact.name}:" if complaint.contact else "Estimado cliente:"
    received = complaint.received_at.astimezone(PLANT)
    product = f" sobre {complaint.product.name}" if complaint.product else ""
    lote = f", lote {complaint.lote_text}" if complaint.lote_text else ""
    parts = [
        greeting,
        f"Nos referimos a su reporte {complaint.folio}{product}{lote}, que recibimos el {received:%d/%m/%Y}.",
    ]
    if dictamen:
        parts += [
            UPHELD if dictamen.upheld else NOT_UPHELD,
            f"Qué encontramos: {dictamen.root_cause}",
            f"Qué haremos: {dictamen.plan}" if dictamen.upheld else IF_NOT_UPHELD,
        ]
    return "\n\n".join([*parts, CLOSE])
