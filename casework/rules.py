"""How a rule says no: a sentence for the person at the screen, and its one-line twins for drawing."""

from dataclasses import dataclass


class Refused(Exception):
    """An anticipated no. Its message is Spanish, for the person at the screen, and ends with a full stop."""


class Forbidden(Refused):
    """A no to the person, not to the case: the post does not allow it. Screens answer 403."""

    def __init__(self, sentence="Su puesto no puede hacer esto. Pídalo al coordinador."):
        super().__init__(sentence)


class Conflict(Refused):
    """Somebody changed the same thing meanwhile. Screens answer 409 and show both texts."""


def says_yes(check, *args, **kwargs):
    """Whether a rule lets something happen."""
    try:
        check(*args, **kwargs)
    except Refused:
        return False
    return True


def reason(check, *args, **kwargs):
    """Why a rule refuses, or an empty text."""
    try:
        check(*args, **kwargs)
    except Refused as no:
        return str(no)
    return ""


@dataclass(frozen=True)
class Step:
    """Something a person may do next; `why_not` empty means «go ahead»."""

    label: str
    url: str
    why_not: str = ""
    primary: bool = False
