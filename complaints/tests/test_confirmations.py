"""The category of what came by itself, and the evidence added to a case."""

from complaints.stages import Stage
from complaints.tests.pages import fresh, read, send, text_of
from nervion_cases.testing.situations import complaint_at, registered


def test_two_buttons_decide_the_category_and_the_folio_stays(cast, signed_in):
    complaint = complaint_at(Stage.TO_CONFIRM, cast=cast)

    page = text_of(read(signed_in(cast.ana), "confirm", complaint))
    answer = send(signed_in(cast.ana), "confirm", complaint, kind="claim")

    assert "Es una queja" in page
    assert "Es una reclamación" in page
    assert answer.status_code == 302
    now = fresh(complaint)
    assert (now.stage, now.kind, now.folio) == (Stage.REGISTERED, "claim", complaint.folio)


def test_it_is_confirmed_once_and_by_servicio_al_cliente(cast, signed_in):
    complaint = complaint_at(Stage.TO_CONFIRM, cast=cast)

    assert send(signed_in(cast.elena), "confirm", complaint, kind="claim").status_code == 403
    assert send(signed_in(cast.ana), "confirm", complaint, kind="otra").status_code == 422
    assert fresh(complaint).stage == Stage.TO_CONFIRM
    assert send(signed_in(cast.beto), "confirm", complaint, kind="complaint").status_code == 302
    assert send(signed_in(cast.ana), "confirm", complaint, kind="claim").status_code == 409
    assert fresh(complaint).kind == "complaint"


def test_what_was_registered_by_a_person_has_nothing_to_confirm(cast, signed_in):
    page = read(signed_in(cast.ana), "confirm", registered(cast))

    assert page.status_code == 200
    assert "ya está confirmada" in text_of(page)
