"""Whether what is kept is whole: folios without gaps, a bitácora for each case, every file as its row says (I5, I9).

Asked after a restore, and whenever somebody wants to know.
"""

import hashlib
import json
from dataclasses import dataclass, field

from django.db.models.functions import Substr

from casework.records import shelf
from casework.records.models import CaseFile, Evidence, FolioSeries, TimelineEntry


@dataclass
class Findings:
    """What was counted, and what is wrong, in words for whoever asked."""

    counted: list = field(default_factory=list)
    wrong: list = field(default_factory=list)


def examine(*, evidence_until=None):
    """All of it. Of evidence uploaded after `evidence_until` no files are expected: the copy at hand is older."""
    found = Findings()
    check_folios(found)
    check_timeline(found)
    check_evidence(found, until=evidence_until)
    return found


def check_folios(found):
    """1..n in each series and year, n being the last number given."""
    for series in FolioSeries.objects.order_by("prefix", "year"):
        start = f"{series.prefix}-{series.year}-"
        given = CaseFile.objects.filter(folio__startswith=start)
        numbers = sorted(
            int(number) for number in given.annotate(n=Substr("folio", len(start) + 1)).values_list("n", flat=True)
        )
        found.counted.append(f"Folios {series}: {len(numbers)}, hasta el {series.last}")
        if numbers != list(range(1, series.last + 1)):
            missing = sorted(set(range(1, series.last + 1)) - set(numbers))
            found.wrong.append(f"Folios {series}: faltan {missing[:10]} o sobran; el último dado es {series.last}.")


def check_timeline(found):
    """Every case has lines; how many there are, and one digest of all of them, which two copies can compare."""
    lines, digest = digest_of_timeline()
    cases = CaseFile.objects.count()
    found.counted += [f"Expedientes: {cases}", f"Líneas de bitácora: {lines}, huella {digest}"]
    silent = CaseFile.objects.filter(timeline=None).count()
    if silent:
        found.wrong.append(f"Hay {silent} expedientes sin una sola línea de bitácora.")


def digest_of_timeline():
    """How many lines, and the SHA-256 of all of them in the order in which they were written."""
    digest, lines = hashlib.sha256(), 0
    rows = TimelineEntry.objects.order_by("pk").values_list(
        "pk", "case_file", "verb", "at", "recorded_at", "actor", "facts"
    )
    for pk, case_file, verb, at, recorded_at, actor, facts in rows.iterator(chunk_size=5000):
        line = [pk, case_file, verb, at.isoformat(), recorded_at.isoformat(), actor, facts]
        digest.update(json.dumps(line, sort_keys=True, ensure_ascii=False).encode() + b"\n")
        lines += 1
    return lines, digest.hexdigest()


def check_evidence(found, *, until=None):
    """Every file that a row names is there, and its content is what its name says."""
    rows = Evidence.objects.order_by("pk")
    expected = rows if until is None else rows.filter(uploaded_at__lt=until)
    sound, missing, changed = set(), [], []
    for row in expected.iterator(chunk_size=2000):
        for path in filter(None, (row.original, row.shown, row.thumb)):
            if path in sound:
                continue
            try:
                same = _content_of(path) == path.rpartition("/")[2]
            except FileNotFoundError:
                missing.append(path)
                continue
            (sound.add if same else changed.append)(path)
        if row.original.rpartition("/")[2] != row.sha256:
            changed.append(row.original)
    found.counted.append(f"Evidencias: {rows.count()}, con {len(sound)} archivos íntegros")
    later = rows.count() - expected.count()
    if later:
        found.counted.append(f"Evidencias posteriores a la copia de los archivos: {later}")
    if missing:
        found.wrong.append(f"Faltan {len(missing)} archivos de evidencia, por ejemplo {missing[0]}.")
    if changed:
        found.wrong.append(f"{len(changed)} archivos de evidencia no tienen el contenido de su SHA-256: {changed[0]}.")


def _content_of(path):
    with shelf.open_file(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
