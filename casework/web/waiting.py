"""What waits for a person, as Mi día shows it. Each app offers its groups through the table MY_DAY of the settings."""

from dataclasses import dataclass, field

SHOWN = 10  # of a group on the page, the most urgent ones; it says how many more there are


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
    """A heading with its things, the most urgent first. `url` is a screen on which all are done at once.

    `rest` is a list that holds those that are not drawn, `total` counts all where `rows` are only the first ones; with `more`,
    whoever counted stopped there.
    """

    key: str
    title: str
    rows: list = field(default_factory=list)
    url: str = ""
    rest: str = ""
    total: int | None = None
    more: bool = False
    alarm: bool = False

    @property
    def count(self):
        """How many wait, as far as they were counted."""
        return len(self.rows) if self.total is None else self.total

    @property
    def words(self):
        """«12», or «200+» where counting stopped."""
        return f"{self.count}+" if self.more else str(self.count)

    @property
    def shown(self):
        """The rows that the page draws."""
        return self.rows[:SHOWN]
