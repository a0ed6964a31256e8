"""The rows of the bench and how they are printed."""

from dataclasses import dataclass

from nervion_cases.local.install import say


@dataclass(frozen=True)
class Row:
    """What was measured, the target in words, what came out with its spread, and whether the target holds."""

    what: str
    target: str
    measured: str
    holds: bool | None = None  # None: there is no target, or it cannot be said


def show(rows):
    """Print the table; a mark tells what falls short."""
    widths = [max(len(getattr(row, name)) for row in rows) for name in ("what", "target")]
    for row in rows:
        mark = {True: "✓", False: "✗", None: "·"}[row.holds]
        say(f"{mark} {row.what:<{widths[0]}}  {row.target:<{widths[1]}}  {row.measured}")
