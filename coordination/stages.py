"""Whose turn it is in a request between departments, and which moves exist (product §3)."""

from django.db.models import TextChoices

from casework.rules import Conflict


class Stage(TextChoices):
    """Where a request stands."""

    ASKED = "asked", "Por asignar"
    ASSIGNED = "assigned", "Asignada"
    ANSWERED = "answered", "Respondida"
    ACCEPTED = "accepted", "Aceptada"
    WITHDRAWN = "withdrawn", "Retirada"


MOVES = {
    Stage.ASKED: {Stage.ASSIGNED, Stage.WITHDRAWN},
    Stage.ASSIGNED: {Stage.ANSWERED, Stage.ASKED, Stage.WITHDRAWN},
    Stage.ANSWERED: {Stage.ACCEPTED, Stage.ASSIGNED},
    Stage.ACCEPTED: {Stage.ASSIGNED},
    Stage.WITHDRAWN: set(),
}


OWED = (Stage.ASKED, Stage.ASSIGNED)  # what may still be withdrawn


class Holder(TextChoices):
    """Who must move next."""

    DEPARTMENT = "department", "el departamento"
    COORDINATOR = "coordinator", "el coordinador"
    NOBODY = "nobody", "nadie"


BALL_IS_WITH = {
    Stage.ASKED: Holder.COORDINATOR,
    Stage.ASSIGNED: Holder.DEPARTMENT,
    Stage.ANSWERED: Holder.COORDINATOR,
    Stage.ACCEPTED: Holder.NOBODY,
    Stage.WITHDRAWN: Holder.NOBODY,
}


def check_move(current, target):
    """The move is in the table."""
    if target not in MOVES[Stage(current)]:
        raise Conflict(
            f"Una solicitud «{Stage(current).label}» no puede pasar a «{Stage(target).label}». "
            "Vuelva a abrir la página para ver cómo está ahora."
        )
