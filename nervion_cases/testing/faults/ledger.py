"""What a fault is, and what it did and counted."""

from dataclasses import dataclass, field

FAULTS = {}  # code → Fault, in the order in which they are run


@dataclass(frozen=True)
class Fault:
    """One injection: its code in the table of faults, what is done in a sentence, the invariants it proves."""

    code: str
    title: str
    proves: tuple
    run: object


def fault(code, title, *, proves):
    """Register a function `(house, ledger)` as a fault; `proves` is «I1 I2»."""

    def register(function):
        if code in FAULTS:
            raise ValueError(f"{code} is written twice")
        FAULTS[code] = Fault(code, title, tuple(proves.split()), function)
        return function

    return register


@dataclass
class Ledger:
    """What one fault counted. `check` is what must hold; `note` is what one wants to know."""

    notes: list = field(default_factory=list)
    broken: list = field(default_factory=list)

    def note(self, words):
        """Something counted or timed, printed and never judged."""
        self.notes.append(words)

    def check(self, holds, words):
        """Something that must hold, in words that say what was counted."""
        (self.notes if holds else self.broken).append(words)
        return holds

    def equal(self, found, expected, words):
        """Two counts that must be the same."""
        return self.check(found == expected, f"{words}: {found}" + ("" if found == expected else f", not {expected}"))
