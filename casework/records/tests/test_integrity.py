"""What a restored copy is asked (I5, I9)."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from casework.records import integrity, shelf, timeline
from casework.records.models import CaseFile, FolioSeries
from casework.records.tests.cases import attached, different_jpegs
from nervion_cases.testing import situations


@pytest.fixture
def kept(cast, settings, tmp_path):
    """Three complaints, two photographs."""
    storage = settings.STORAGES["evidence"]
    where = {**storage, "OPTIONS": {**storage["OPTIONS"], "location": str(tmp_path / "evidence")}}
    settings.STORAGES = settings.STORAGES | {"evidence": where}
    complaints = [situations.registered(cast) for _ in range(3)]
    for complaint, content in zip(complaints, different_jpegs(2), strict=False):
        attached(cast.ana, complaint.case_file, content)
    return complaints


def wrong():
    return " ".join(integrity.examine().wrong)


def on_disk(row):
    return Path(shelf.shelf().path(row.original))


def test_what_is_whole_is_counted_and_said_to_be(kept):
    out = io.StringIO()

    call_command("check_integrity", stdout=out)

    said = out.getvalue()
    assert "Folios Q-" in said
    assert "Expedientes: 3" in said
    assert "Evidencias: 2, con 4 archivos íntegros" in said  # so small that what is shown and its thumb are one
    assert "Todo está completo." in said


def test_a_folio_that_is_missing_or_was_never_given(kept):
    FolioSeries.objects.update(last=4)
    assert "faltan [4]" in wrong()

    FolioSeries.objects.update(last=2)
    assert "el último dado es 2" in wrong()


def test_a_case_without_a_line(kept, cast):
    silent = CaseFile.objects.get(pk=kept[2].pk)
    silent.pk, silent.folio = None, "T-2026-00001"
    silent.save(force_insert=True)

    assert "1 expedientes sin una sola línea" in wrong()


def test_a_file_that_is_gone(kept):
    on_disk(kept[0].case_file.evidence.get()).unlink()

    assert "Faltan 1 archivos" in wrong()
    with pytest.raises(CommandError, match="Faltan 1 archivos"):
        call_command("check_integrity", stdout=io.StringIO())


def test_a_file_that_was_changed(kept):
    on_disk(kept[1].case_file.evidence.get()).write_bytes(b"another photograph")

    assert "1 archivos de evidencia no tienen el contenido" in wrong()


def test_files_younger_than_their_copy_are_not_expected(kept):
    on_disk(kept[0].case_file.evidence.get()).unlink()

    found = integrity.examine(evidence_until=timezone.now() - timedelta(hours=1))

    assert found.wrong == []
    assert "Evidencias posteriores a la copia de los archivos: 2" in found.counted


def test_the_digest_of_the_bitacora_is_that_of_every_line(kept, cast):
    before = integrity.digest_of_timeline()
    assert integrity.digest_of_timeline() == before

    timeline.write(kept[0].case_file, "complaint.registered", by=cast.ana, at=timezone.now())
    longer = integrity.digest_of_timeline()
    assert longer[0] == before[0] + 1

    with connection.cursor() as cursor:  # as nobody may, but somebody with the disk could
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE records_timelineentry DISABLE TRIGGER USER")
        cursor.execute("UPDATE records_timelineentry SET at = at - interval '1 second' WHERE verb LIKE 'complaint%'")
        cursor.execute("ALTER TABLE records_timelineentry ENABLE TRIGGER USER")
    assert integrity.digest_of_timeline()[1] != longer[1]
