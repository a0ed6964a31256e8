"""What waits for a person, as Mi día shows it. Each app offers its groups through the table MY_DAY of the settings."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Waiting:
    """One thing to do: where, what, until when. `deadline` is drawn with its badge; `since` is an aware datetime."""

    title: str
    url: str
    folio: str = ""
    what: str = ""
    deadline: object = None
    since: object = None

    @property
    def due(self):
        """The instant by which a list is ordered; without one, last."""
        return self.deadline.due_at if self.deadline else self.since


@dataclass(frozen=True)
class Group:
    """A heading with its things, the most urgent first. `url` opens all of them, `action` says what one does there."""

    key: str
    title: str
    rows: list = field(default_factory=list)
    url: str = ""
    total: int | None = None
    alarm: bool = False

    @property
    def count(self):
        """How many wait; the rows may be only the first of them."""
        return len(self.rows) if self.total is None else self.total
