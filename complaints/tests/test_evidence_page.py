"""Adding evidence to a complaint (MPC-SER-002 §5.5)."""

import pytest
from django.utils import timezone

from casework.records import evidence as evidence_room
from casework.records.tests import files
from complaints.stages import OVER, Stage
from complaints.tests.pages import address, complaint_files, read, text_of
from nervion_cases.testing.situations import channelled, complaint_at, registered


def post(browser, complaint, *uploads, **data):
    return browser.post(address("add_evidence", complaint), data | {"files": list(uploads)})


def test_photographs_are_added_without_javascript(cast, signed_in):
    complaint = registered(cast)

    answer = post(signed_in(cast.ana), complaint, files.upload(files.jpeg(), "cubeta.jpg"))

    assert answer.url == complaint.get_absolute_url()
    assert complaint_files(complaint) == ["cubeta.jpg"]


def test_what_was_uploaded_before_is_added_by_its_number(cast, signed_in):
    complaint = registered(cast)
    row = evidence_room.receive(files.upload(files.jpeg(), "antes.jpg"), by=cast.ana, at=timezone.now())

    answer = signed_in(cast.ana).post(address("add_evidence", complaint), {"evidence": [row.pk]})

    assert answer.status_code == 302
    assert complaint_files(complaint) == ["antes.jpg"]


def test_another_persons_upload_is_not_added(cast, signed_in):
    complaint = registered(cast)
    row = evidence_room.receive(files.upload(files.jpeg(), "ajena.jpg"), by=cast.beto, at=timezone.now())

    answer = signed_in(cast.ana).post(address("add_evidence", complaint), {"evidence": [row.pk]})

    assert answer.status_code == 422
    assert complaint_files(complaint) == []
    assert signed_in(cast.beto).post(address("add_evidence", complaint), {"evidence": [row.pk]}).status_code == 302


def test_without_a_file_or_with_a_bad_one_it_says_so_and_keeps_the_good_ones(cast, signed_in):
    complaint = registered(cast)
    browser = signed_in(cast.ana)

    empty = post(browser, complaint)
    mixed = post(browser, complaint, files.upload(files.jpeg(), "buena.jpg"), files.upload(b"MZ", "virus.exe"))

    assert empty.status_code == mixed.status_code == 422
    assert "Elija al menos un archivo." in text_of(empty)
    assert "virus.exe" in text_of(mixed)
    assert "buena.jpg" in text_of(mixed)  # it waits on the form, sent again with it
    kept = [row["id"] for row in mixed.context["evidence"].uploaded]
    assert browser.post(address("add_evidence", complaint), {"evidence": kept}).status_code == 302
    assert complaint_files(complaint) == ["buena.jpg"]


def test_who_does_not_work_on_the_case_adds_nothing(cast, signed_in):
    complaint = channelled(cast, areas=("calidad",))
    photo = files.jpeg()

    assert post(signed_in(cast.elena), complaint, files.upload(photo, "a.jpg")).status_code == 403
    assert post(signed_in(cast.diego), complaint, files.upload(photo, "a.jpg")).status_code == 404
    assert complaint_files(complaint) == []
    assert post(signed_in(cast.carla), complaint, files.upload(photo, "a.jpg")).status_code == 302


@pytest.mark.parametrize("stage", OVER)
def test_nothing_is_added_to_a_case_that_is_over(cast, signed_in, stage):
    complaint = complaint_at(stage, cast=cast)

    assert post(signed_in(cast.ana if stage != Stage.CLOSED else cast.beto), complaint).status_code == 409
    assert read(signed_in(cast.beto), "add_evidence", complaint).context["why_not"]
