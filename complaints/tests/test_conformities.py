"""The customer's conformity (MPC-SER-002 §5.8)."""

from complaints.stages import Stage
from complaints.tests.pages import address, fresh, read, send, text_of
from nervion_cases.testing.situations import answered, complaint_at


def test_a_customer_who_agrees_lets_the_case_close(cast, signed_in):
    complaint = answered(cast)

    answer = send(signed_in(cast.ana), "conformity", complaint, result="satisfied", note="Está contento.")

    assert answer.url == complaint.get_absolute_url()
    assert complaint.conformities.get().result == "satisfied"
    assert address("close", complaint) in text_of(read(signed_in(cast.ana), "conformity", complaint))


def test_a_customer_who_does_not_is_offered_another_investigation(cast, signed_in):
    complaint = answered(cast)

    answer = send(signed_in(cast.ana), "conformity", complaint, result="dissatisfied", note="Quiere otra revisión.")
    to_beto = text_of(read(signed_in(cast.beto), "conformity", complaint))
    to_ana = text_of(read(signed_in(cast.ana), "conformity", complaint))

    assert answer.url == address("conformity", complaint)
    assert address("investigate_again", complaint) in to_beto
    assert address("investigate_again", complaint) not in to_ana
    assert "El coordinador decide" in to_ana


def test_three_attempts_without_a_reply_are_enough(cast, signed_in):
    complaint = answered(cast)
    browser = signed_in(cast.ana)

    for attempt in (1, 2, 3):
        page = read(browser, "conformity", complaint)
        assert f"Intento {attempt} de 3" in text_of(page)
        assert address("close", complaint) not in text_of(page)
        send(browser, "conformity", complaint, result="no_reply", note="No contestó.", attempt=attempt)

    assert "ya puede cerrarse" in text_of(read(browser, "conformity", complaint))
    assert address("close", complaint) in text_of(read(browser, "conformity", complaint))


def test_the_same_attempt_sent_twice_counts_once(cast, signed_in):
    complaint = answered(cast)
    browser = signed_in(cast.ana)
    data = {"result": "no_reply", "note": "No contestó el teléfono.", "attempt": 1}

    assert send(browser, "conformity", complaint, data).status_code == 302
    again = send(browser, "conformity", complaint, data)

    assert again.status_code == 409
    assert "No contestó el teléfono." in text_of(again)
    assert complaint.conformities.count() == 1


def test_what_is_missing_is_said(cast, signed_in):
    complaint = answered(cast)

    answer = send(signed_in(cast.ana), "conformity", complaint, result="", note="Algo dijo")

    assert answer.status_code == 422
    assert "Elija qué dijo el cliente." in text_of(answer)
    assert "Algo dijo" in text_of(answer)
    assert not complaint.conformities.exists()


def test_it_waits_for_the_answer_and_is_recorded_once(cast, signed_in):
    early = complaint_at(Stage.RULED, cast=cast)
    late = complaint_at(Stage.CLOSED, cast=cast)
    data = {"result": "satisfied", "note": "Dijo que sí"}

    assert send(signed_in(cast.ana), "conformity", early, data).status_code == 409
    assert send(signed_in(cast.beto), "conformity", late, data).status_code == 409
    assert not early.conformities.exists()
    assert late.conformities.count() == 1


def test_calidad_does_not_speak_for_the_customer(cast, signed_in):
    complaint = answered(cast)
    data = {"result": "satisfied", "note": "Dijo que sí"}

    assert send(signed_in(cast.carla), "conformity", complaint, data).status_code == 403
    assert not complaint.conformities.exists()
    assert send(signed_in(cast.elena), "conformity", complaint, data).status_code == 302
    assert fresh(complaint).stage == Stage.ANSWERED
