"""How much memory each process of the house holds, from /proc: RSS decides, PSS is told beside it.

RSS counts pages shared with the parent in full, so it is the larger of the two.
"""

from dataclasses import dataclass
from pathlib import Path

from nervion_cases.testing.bench.table import Row

MOST = 120  # MB
MB = 1024  # kB, as /proc counts


@dataclass(frozen=True)
class Held:
    """By one process, in MB."""

    rss: float
    pss: float


def family(pid):
    """A process and all that it started."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += family(int(child))
    return found


def held(pid):
    """What one process holds now."""
    values = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, _, rest = line.partition(":")
        if name in ("Rss", "Pss"):
            values[name.lower()] = int(rest.split()[0]) / MB
    return Held(**values)


def largest(process):
    """Of a part and its children, the one that holds most, and how many processes there are."""
    found = [held(pid) for pid in family(process.pid)]
    return max(found, key=lambda one: one.rss), len(found)


@dataclass(frozen=True)
class Weighing:
    """The largest process of each part at one moment."""

    parts: dict  # name → (Held, how many processes)


def weigh(house, names=("web", "worker")):
    """Every part named, now."""
    return Weighing({name: largest(house.parts[name]) for name in names})


def rows(weighed):
    """The table: `weighed` is size → (at rest, after the run)."""
    for name in ("web", "worker"):
        words, most = [], 0
        for size, (rest, after) in weighed.items():
            (before, count), (later, _) = rest.parts[name], after.parts[name]
            most = max(most, before.rss, later.rss)
            words.append(
                f"at {size:,}: {before.rss:.0f} MB at rest, {later.rss:.0f} MB after (PSS {before.pss:.0f}, {later.pss:.0f})"
            )
        finals = [after.parts[name][0].rss for _, after in weighed.values()]
        same = max(finals) <= 1.15 * min(finals)
        measured = f"{'; '.join(words)}; the largest of {count} processes, RSS{'' if same else '; GROWS WITH THE DATA'}"
        yield Row(f"memory, {name}", f"≤ {MOST} MB, same at both sizes", measured, most <= MOST and same)
