"""Whose turn it is in a complaint, and which moves exist (MPC-SER-002 §5, product §2)."""

from django.db.models import TextChoices

from casework.rules import Refused


class Stage(TextChoices):
    """Where a complaint stands."""

    TO_CONFIRM = "to_confirm", "Por confirmar"
    REGISTERED = "registered", "Registrada"
    CHANNELLED = "channelled", "En investigación"
    RULED = "ruled", "Con dictamen"
    ANSWERED = "answered", "Respondida"
    CLOSED = "closed", "Cerrada"
    CANCELLED = "cancelled", "Anulada"
    DUPLICATE = "duplicate", "Duplicada"


MOVES = {
    Stage.TO_CONFIRM: {Stage.REGISTERED, Stage.CANCELLED, Stage.DUPLICATE},
    Stage.REGISTERED: {Stage.CHANNELLED, Stage.CANCELLED, Stage.DUPLICATE},
    Stage.CHANNELLED: {Stage.RULED, Stage.REGISTERED, Stage.CANCELLED, Stage.DUPLICATE},
    Stage.RULED: {Stage.ANSWERED, Stage.CHANNELLED},
    Stage.ANSWERED: {Stage.CLOSED, Stage.CHANNELLED},
    Stage.CLOSED: {Stage.CHANNELLED},  # only through a Reopening
    Stage.CANCELLED: set(),
    Stage.DUPLICATE: set(),
}

OVER = (Stage.CLOSED, Stage.CANCELLED, Stage.DUPLICATE)


class Holder(TextChoices):
    """Who must move next."""

    EXECUTIVE = "executive", "Servicio al Cliente"
    COORDINATOR = "coordinator", "el coordinador"
    DEPARTMENTS = "departments", "las áreas"
    NOBODY = "nobody", "nadie"


BALL_IS_WITH = {
    Stage.TO_CONFIRM: Holder.EXECUTIVE,
    Stage.REGISTERED: Holder.COORDINATOR,
    Stage.CHANNELLED: Holder.COORDINATOR,  # the departments while a request is assigned: see queries.ball_is_with
    Stage.RULED: Holder.EXECUTIVE,
    Stage.ANSWERED: Holder.EXECUTIVE,
    Stage.CLOSED: Holder.NOBODY,
    Stage.CANCELLED: Holder.NOBODY,
    Stage.DUPLICATE: Holder.NOBODY,
}


def check_move(current, target):
    """The move is in the table."""
    if target not in MOVES[Stage(current)]:
        raise Refused(
            f"Un caso «{Stage(current).label}» no puede pasar a «{Stage(target).label}». "
            "Vuelva a abrir la página para ver cómo está ahora."
        )
