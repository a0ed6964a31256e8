"""Files become part of a case, or are forgotten."""

import hashlib
import os
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from casework.records import evidence, shelf
from casework.records.models import Evidence
from casework.records.sentences import sentence
from casework.records.tests import files
from casework.records.tests.cases import attached, case_of, different_jpegs, received
from casework.rules import Refused


def attach(rows, case_file, *, by):
    return evidence.attach([row.pk for row in rows], case_file, by=by, at=timezone.now())


def age(path, **how_much):
    """Make a file on the shelf older."""
    then = (timezone.now() - timedelta(**how_much)).timestamp()
    os.utime(shelf.shelf().path(path), (then, then))


def on_the_shelf():
    return {path for path in shelf.all_files(before=timezone.now() + timedelta(days=1))}


# --- Attaching ----------------------------------------------------------------------------------------------------------
def test_files_join_the_case_with_a_line_each(cast):
    case_file = case_of(cast, cast.ana)
    first = received(cast.ana, files.phone_jpeg(), "golpe.jpg")
    second = received(cast.ana, files.pdf(), "ficha.pdf", "application/pdf")

    rows = attach([first, second], case_file, by=cast.ana)

    assert rows == [first, second]
    assert [row.case_file for row in case_file.evidence.all()] == [case_file, case_file]
    lines = list(case_file.timeline.order_by("pk"))
    assert [sentence(line) for line in lines] == ["Ana López agregó golpe.jpg", "Ana López agregó ficha.pdf"]
    assert lines[0].facts == {"name": "golpe.jpg", "sha256": first.sha256, "shown_sha256": first.shown_sha256}
    assert lines[1].facts == {"name": "ficha.pdf", "sha256": second.sha256, "shown_sha256": ""}


def test_only_ones_own_files_join_a_case(cast):
    case_file = case_of(cast, cast.ana, cast.diego)
    mine, theirs = received(cast.ana), received(cast.diego)

    with pytest.raises(Refused):
        attach([mine, theirs], case_file, by=cast.ana)

    assert not case_file.evidence.exists()
    assert not case_file.timeline.exists()
    assert attach([mine], case_file, by=cast.ana) == [mine]


def test_a_file_of_another_case_cannot_be_taken(cast):
    here, there = case_of(cast, cast.ana), case_of(cast, cast.ana)
    row = attached(cast.ana, here)

    with pytest.raises(Refused):
        attach([row], there, by=cast.ana)

    row.refresh_from_db()
    assert row.case_file == here


def test_the_same_form_twice_adds_once(cast):
    case_file = case_of(cast, cast.ana)
    row = received(cast.ana)

    assert attach([row], case_file, by=cast.ana) == [row]
    assert attach([row], case_file, by=cast.ana) == []
    assert case_file.timeline.count() == 1


def test_what_the_case_has_already_is_skipped(cast):
    case_file = case_of(cast, cast.ana)
    attached(cast.ana, case_file)
    again, twin, other = received(cast.ana), received(cast.ana), received(cast.ana, files.jpeg((99, 99)))

    assert attach([again, twin, other], case_file, by=cast.ana) == [other]

    assert case_file.evidence.count() == 2
    assert not Evidence.objects.filter(case_file=None).exists()


def test_a_case_has_a_limit(cast, monkeypatch):
    monkeypatch.setattr(evidence, "MOST_PER_CASE", 2)
    case_file = case_of(cast, cast.ana)
    rows = [received(cast.ana, content) for content in different_jpegs(3)]
    attach(rows[:2], case_file, by=cast.ana)

    with pytest.raises(Refused) as no:
        attach(rows[2:], case_file, by=cast.ana)

    assert str(no.value) == evidence.TOO_MANY_IN_CASE
    assert case_file.evidence.count() == 2
    assert Evidence.objects.filter(pk=rows[2].pk, case_file=None).exists()


def test_numbers_that_are_none_are_ignored(cast):
    assert evidence.numbers(["7", 7, "x", "", "-1", "9" * 50, "²", None]) == {7}
    assert list(evidence.unattached_of(cast.ana, ["x", "9" * 50])) == []
    assert evidence.attach([], case_of(cast, cast.ana), by=cast.ana, at=timezone.now()) == []


# --- Taking back --------------------------------------------------------------------------------------------------------
def test_an_upload_may_be_taken_back_until_it_is_part_of_a_case(cast):
    case_file = case_of(cast, cast.ana)
    mine, kept = received(cast.ana), attached(cast.ana, case_file, files.jpeg((50, 50)))

    evidence.discard(mine, by=cast.ana)
    with pytest.raises(Refused):
        evidence.discard(kept, by=cast.ana)
    with pytest.raises(Refused):
        evidence.discard(received(cast.diego), by=cast.ana)

    assert not Evidence.objects.filter(pk=mine.pk).exists()
    assert Evidence.objects.filter(pk=kept.pk).exists()


# --- The sweep ------------------------------------------------------------------------------------------------------------
def test_the_sweep_forgets_what_nobody_attached_in_thirty_days(cast):
    old, young = received(cast.ana), received(cast.ana)
    kept = attached(cast.ana, case_of(cast, cast.ana), files.jpeg((50, 50)))
    month = timezone.now() - timedelta(days=30, minutes=1)
    Evidence.objects.filter(pk__in=[old.pk, kept.pk]).update(uploaded_at=month)

    assert evidence.sweep_unattached(timezone.now())[0] == 1

    assert set(Evidence.objects.values_list("pk", flat=True)) == {young.pk, kept.pk}


def test_the_sweep_removes_files_without_a_row_after_an_hour(cast):
    evidence.sweep_unattached(timezone.now() + timedelta(hours=2))
    row = attached(cast.ana, case_of(cast, cast.ana))
    old, _ = shelf.keep_bytes(b"nobody's, two hours old")
    young, _ = shelf.keep_bytes(b"nobody's, still young")
    age(old, hours=2)
    age(row.original, days=400)
    half = shelf.shelf().save("tmp/half-written", files.upload(b"half"))
    age(half, hours=2)

    assert evidence.sweep_unattached(timezone.now()) == (0, 2)

    assert on_the_shelf() == {row.original, row.shown, row.thumb, young}


def test_content_that_is_shared_again_is_young_again(cast):
    path, digest = shelf.keep_bytes(b"nobody's")
    age(path, hours=2)

    shelf.keep(files.upload(b"nobody's"), digest)
    evidence.sweep_unattached(timezone.now())

    assert shelf.shelf().exists(path)


def test_a_discarded_twin_does_not_take_the_file_of_the_other(cast):
    mine, theirs = received(cast.ana), received(cast.diego)
    evidence.discard(mine, by=cast.ana)
    for path in (theirs.original, theirs.shown, theirs.thumb):
        age(path, hours=2)

    evidence.sweep_unattached(timezone.now())

    assert shelf.shelf().exists(theirs.original)


def test_every_row_has_its_file_with_the_same_hash(cast):
    case_file = case_of(cast, cast.ana)
    for content in different_jpegs(3):
        attached(cast.ana, case_file, content)
    evidence.sweep_unattached(timezone.now() + timedelta(hours=3))

    for row in Evidence.objects.all():
        for path, digest in ((row.original, row.sha256), (row.shown, row.shown_sha256)):
            with shelf.open_file(path) as file:
                assert hashlib.sha256(file.read()).hexdigest() == digest


def test_the_sweep_leaves_files_alone_while_somebody_lays_one_down(cast):
    path, _ = shelf.keep_bytes(b"nobody's, but somebody is at the shelf")
    age(path, hours=2)
    somebody = connection.copy()
    try:
        with somebody.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock_shared(%s)", [shelf.LOCK])

        assert evidence.sweep_unattached(timezone.now())[1] == 0
        assert shelf.shelf().exists(path)
    finally:
        somebody.close()

    assert evidence.sweep_unattached(timezone.now())[1] == 1
