"""Where backups are kept: copies of the database by the instant they end, the WAL since, and the folder of evidence.

    base/20261121T071233.123456Z/   what pg_basebackup wrote, verified
    wal/000000010000000000000007.gz continuous: from it any later instant can be restored
    media/evidence/aa/bb/<sha256>   each content once, as in MEDIA_ROOT

PostgreSQL fills `wal/` by itself as soon as the folder exists, and it exists since the first backup: whoever makes no
backups keeps no WAL. Nothing here starts a server.
"""

import gzip
import hashlib
import json
import os
import re
import shlex
import shutil
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from nervion_cases.local.install import CannotGoOn, locked

STAMP = "%Y%m%dT%H%M%S.%fZ"
SEGMENT = re.compile(r"[0-9A-F]{24}")
MONTHS_KEPT = 12


def archive_command(wal):
    """Shell for `archive_command`: nothing while the folder is missing; else whole, on disk, and never overwriting.

    A segment that is there already is fine if it is the same: PostgreSQL may ask twice after a crash.
    """
    folder = shlex.quote(str(wal)).replace("%", "%%")
    kept, unfinished = f"{folder}/%f.gz", f"{folder}/%f.tmp"
    write = f"gzip -1 -c %p > {unfinished} && sync {unfinished} && mv {unfinished} {kept} && sync {folder}"
    return f"test ! -d {folder} || if test -f {kept}; then gzip -cd {kept} | cmp -s - %p; else {write}; fi"


def restore_command(wal):
    """Shell for `restore_command`. A segment that cannot be read ends the recovery; a missing one is where WAL ends."""
    kept = shlex.quote(str(wal)).replace("%", "%%") + "/%f.gz"
    return f"test -f {kept} || exit 1; gzip -cd {kept} > %p || exit 126"


class Base:
    """One copy of the database."""

    def __init__(self, folder):
        self.folder = folder
        self.finished = datetime.strptime(folder.name, STAMP).replace(tzinfo=UTC)

    @property
    def segments(self):
        """Names of the WAL that it needs to be whole, in order."""
        return sorted(path.name for path in (self.folder / "pg_wal").iterdir() if SEGMENT.fullmatch(path.name))

    @property
    def end(self):
        """Timeline and position of its end."""
        last = json.loads((self.folder / "backup_manifest").read_text())["WAL-Ranges"][-1]
        return last["Timeline"], position(last["End-LSN"])

    @property
    def history(self):
        """What PostgreSQL tells of the timelines before its own."""
        path = self.folder / "pg_wal" / f"{self.end[0]:08X}.history"
        return path.read_text() if path.exists() else ""


def position(lsn):
    """«0/3000148» as a number."""
    high, low = lsn.split("/")
    return int(high, 16) << 32 | int(low, 16)


class Store:
    """The folder of backups. `own` makes its folders belong to whoever runs PostgreSQL."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.base, self.wal, self.media = (self.folder / name for name in ("base", "wal", "media"))
        self.stamp = self.folder / "evidence"  # touched as of when the evidence is here

    def prepare(self, own):
        """Make its folders; from here on PostgreSQL archives."""
        for folder in (self.folder, self.base, self.media, self.wal):
            own(folder)

    @contextmanager
    def held(self):
        """One backup at a time."""
        with locked(self.folder / "lock", waiting="Hay otro respaldo en curso; se espera a que termine…"):
            yield

    def put_aside(self):
        """Backups of a database that is gone: a new one must not archive among its WAL. Where they are now, or None."""
        if not self.folder.exists():
            return None
        aside = self.folder.with_name(f"{self.folder.name}-apartado-{datetime.now():%Y%m%d-%H%M%S}")
        self.folder.rename(aside)
        return aside

    # --- Copies -------------------------------------------------------------------------------------------------------
    def bases(self):
        """Finished copies, oldest first."""
        return [Base(path) for path in sorted(self.base.glob("2*Z"))] if self.base.exists() else []

    def choose(self, to=None):
        """The newest copy that ended by then and belongs to what was being lived then: a restore abandons a future."""
        history = self.history(to)
        chosen = [one for one in self.bases() if (to is None or one.finished <= to) and _lives_on(one, history)]
        if not chosen:
            known = ", ".join(f"{one.finished:%Y-%m-%d %H:%M:%S} UTC" for one in self.bases()) or "ninguno"
            raise CannotGoOn(f"No hay un respaldo del cual partir en {self.folder}. Respaldos: {known}.")
        return chosen[-1]

    def history(self, at=None):
        """Of the timeline that was lived at an instant (None: the newest): its number, and where each earlier one was left.

        A restore begins a timeline. Whoever went back too far can still go to what was lived before that. Where the
        archive is younger than a timeline, the copies know of it.
        """
        told = {
            int(path.name[:8], 16): gzip.decompress(path.read_bytes()).decode()
            for path in self.wal.glob("*.history.gz")
            if at is None or _begun(path) <= at
        }
        for one in self.bases():
            if (number := one.end[0]) > 1 and (at is None or one.finished <= at):
                told.setdefault(number, one.history)
        if not told:
            return 1, {}
        newest = max(told)
        lines = [line.split("\t") for line in told[newest].splitlines() if line.strip()]
        return newest, {int(line[0]): position(line[1]) for line in lines}

    def gaps(self, since):
        """Segments that are missing in the archive after `since`; 16 MB each, as PostgreSQL makes them by default."""
        kept = sorted(path.name[:24] for path in self.wal.glob("*.gz") if SEGMENT.fullmatch(path.name[:-3]))
        missing = []
        for one, other in pairwise(kept):
            if one[:8] == other[:8] and one[8:] >= since[8:] and _number(other) - _number(one) != 1:
                missing.append(f"{one}–{other}")
        return missing

    def prune(self, *, keep_days, now):
        """Forget old copies, but the newest and one a month for a year; then WAL that no daily copy needs. How many."""
        bases = self.bases()
        recent = [one for one in bases if one.finished > now - timedelta(days=keep_days)] or bases[-1:]
        monthly = {}
        for one in bases:
            if one.finished > now - timedelta(days=31 * MONTHS_KEPT):
                monthly.setdefault(f"{one.finished:%Y%m}", one)
        old = [one for one in bases if one not in recent and one not in monthly.values()]
        for one in old:
            shutil.rmtree(one.folder)
        if recent:
            oldest = recent[0].segments[0][8:]
            for path in self.wal.iterdir():
                if SEGMENT.match(path.name) and path.name[8:24] < oldest:
                    path.unlink()
        return len(old)

    # --- Evidence -----------------------------------------------------------------------------------------------------
    def bring(self, media):
        """Copy what is new in the folder of evidence, and remember as of when all of it is here."""
        began = time.time()
        copied, bad = mirror(media, self.media)
        if not bad:
            self.stamp.touch()
            os.utime(self.stamp, (began, began))
        return copied, bad

    @property
    def evidence_as_of(self):
        """Whatever was uploaded before is here."""
        return datetime.fromtimestamp(self.stamp.stat().st_mtime, UTC) if self.stamp.exists() else None


def _begun(history):
    """When a timeline had begun: what gzip noted, in whole seconds, of the file that PostgreSQL wrote then.

    The second belongs to what was lived before: nobody lives anything in the one in which a restore ends.
    """
    with open(history, "rb") as file:
        return datetime.fromtimestamp(int.from_bytes(file.read(8)[4:], "little") + 1, UTC)


def _lives_on(base, history):
    newest, left_at = history
    timeline, end = base.end
    return timeline == newest or end <= left_at.get(timeline, -1)


def _number(segment):
    return int(segment[8:16], 16) * 256 + int(segment[16:], 16)


def mirror(source, target):
    """Copy the files of evidence that `target` lacks, each checked against its name. How many; and the bad ones.

    Files never change once they have their name, so a copy taken after the database has all that its rows name.
    """
    copied, bad = 0, []
    if not source.exists():
        return copied, bad
    owner = target.stat()
    for path in sorted(source.glob("evidence/??/??/[0-9a-f]*")):
        home = target / path.relative_to(source)
        try:
            size = path.stat().st_size
            if home.exists() and home.stat().st_size == size:
                continue
            good = _copy(path, home, owner)
        except FileNotFoundError:  # nobody's any more: the sweeper took it meanwhile
            continue
        if good:
            copied += 1
        else:
            bad.append(path)
    return copied, bad


def _copy(path, home, owner):
    """Whether the content was what its name says; only then it gets that name."""
    for folder in (home.parents[2], home.parents[1], home.parent):
        if not folder.exists():
            folder.mkdir(mode=0o700)
            _give(folder, owner)
    unfinished = home.with_name(f".{home.name}.{os.getpid()}")
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as source, open(unfinished, "xb", opener=_private) as out:
            while piece := source.read(1 << 20):
                digest.update(piece)
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
        if digest.hexdigest() != home.name:
            return False
        _give(unfinished, owner)
        unfinished.replace(home)
    finally:
        unfinished.unlink(missing_ok=True)
    return True


def _private(path, flags):
    return os.open(path, flags, 0o600)


def _give(path, owner):
    if os.geteuid() == 0:
        os.chown(path, owner.st_uid, owner.st_gid)
