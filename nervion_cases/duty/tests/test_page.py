"""`/guardia/`: whoever is on duty reads how each part is and what to do; never anything of a case but how many."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command

from casework.alerts.models import Alert
from casework.mail.models import Heartbeat
from casework.mail.outbox import heartbeat
from casework.moment import PLANT, database_now
from nervion_cases.duty import facts, parts
from nervion_cases.duty.parts import State
from nervion_cases.testing.situations import registered

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=PLANT)  # a Wednesday at noon
OPENING = NOW.replace(hour=8)
WELL = {name: NOW - timedelta(seconds=20) for name in ("worker", "deadlines", "dispatch")} | {
    "digest": OPENING + timedelta(minutes=1),
    "clocks": NOW - timedelta(hours=10),
    "backup": NOW - timedelta(hours=10),
}


def judged(*, beats=WELL, broker=True, disk=(50 * 10**9, 100 * 10**9), **said):
    """Each part that is not well: key → (state, what to do)."""
    pulse = facts.Pulse(
        now=NOW,
        beats=beats,
        **{"oldest_due": None, "due": 0, "tried": 0, "dead": 0, "uncertain": 0, "opening": OPENING, "next_look": None}
        | said,
    )
    every = parts.parts(facts.Facts(pulse=pulse, broker=broker, disk=disk))
    return {part.key: part.state for part in every if part.state is not State.GOOD}


def beats(**changed):
    return {name: at for name, at in (WELL | changed).items() if at}


def test_all_is_well():
    assert judged() == {}


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"broker": False}, {"cola": State.BAD}),
        ({"beats": beats(worker=None)}, {"trabajador": State.BAD}),
        ({"beats": beats(worker=NOW - timedelta(seconds=181))}, {"trabajador": State.BAD}),
        ({"beats": beats(worker=NOW - timedelta(seconds=180))}, {}),
        ({"beats": beats(deadlines=NOW - timedelta(minutes=4))}, {"barrido": State.BAD}),
        ({"beats": beats(dispatch=NOW - timedelta(minutes=4))}, {"despacho": State.BAD}),
        ({"next_look": NOW - timedelta(minutes=4)}, {"barrido": State.CARE}),
        ({"next_look": NOW - timedelta(minutes=2)}, {}),
        ({"oldest_due": NOW - timedelta(minutes=16), "due": 3}, {"correo": State.CARE}),
        ({"oldest_due": NOW - timedelta(minutes=14), "due": 3}, {}),
        ({"dead": 1}, {"incidentes": State.CARE}),
        ({"uncertain": 1}, {"incidentes": State.CARE}),
        ({"beats": beats(digest=OPENING - timedelta(hours=20))}, {"resumen": State.CARE}),
        ({"beats": beats(digest=None), "opening": None}, {}),
        ({"beats": beats(digest=None), "opening": NOW - timedelta(minutes=10)}, {}),
        ({"beats": beats(backup=NOW - timedelta(hours=27))}, {"respaldo": State.CARE}),
        ({"beats": beats(backup=None)}, {"respaldo": State.CARE}),
        ({"beats": beats(clocks=NOW - timedelta(hours=27))}, {"relojes": State.CARE}),
        ({"disk": (3 * 10**9, 100 * 10**9)}, {"disco": State.CARE}),
        ({"disk": (10**8, 10**11)}, {"disco": State.BAD}),
        ({"disk": None}, {"disco": State.CARE}),
    ],
)
def test_each_thing_is_noticed(said, wrong):
    assert judged(**said) == wrong


def test_a_demo_is_not_told_to_make_a_backup(settings):
    settings.DEMO = True

    assert judged(beats=beats(backup=None, clocks=None)) == {}


def test_without_a_database_nothing_is_called_well_that_is_not_known():
    known = {part.key: part for part in parts.parts(facts.Facts(pulse=None, broker=True, disk=(10**11, 10**11)))}

    assert {key for key, part in known.items() if part.state is State.GOOD} == {"cola", "disco"}
    assert known["trabajador"].says == "No se sabe: la base de datos no responde."


def test_whatever_is_wrong_says_what_to_do():
    every = parts.parts(
        facts.Facts(
            pulse=facts.Pulse(NOW, {}, NOW - timedelta(hours=1), 1, 1, 1, 1, OPENING, None), broker=False, disk=(1, 1)
        )
    )

    assert [part.key for part in every if part.state is not State.GOOD and not part.todo] == []


@pytest.mark.django_db
def test_a_backup_says_that_it_went_well():
    call_command("heartbeat", "backup", stdout=StringIO())

    known = {part.key: part for part in parts.parts(facts.gathered(facts.everything()))}

    assert known["respaldo"].state is State.GOOD
    with pytest.raises(CommandError):
        call_command("heartbeat", "worker")


@pytest.fixture
def as_administrator(cast, signed_in):
    return signed_in(cast.irma)


def test_the_page_says_it_in_words_and_first_what_is_wrong(cast, as_administrator):
    now = database_now()
    for name in ("deadlines", "dispatch", "digest", "clocks", "backup"):
        heartbeat(name, at=now)

    text = as_administrator.get("/guardia/").content.decode()

    assert "Hay 1 cosa que está mal. Empiece por la primera." in text
    assert "systemctl status nervion-worker" in text
    assert text.index("Proceso de tareas") < text.index("Base de datos")


def test_of_the_cases_it_says_only_how_many(cast, as_administrator):
    complaint = registered(cast, at=database_now() - timedelta(days=20))
    Alert.objects.all().delete()

    text = as_administrator.get("/guardia/").content.decode()

    assert "Quejas y reclamaciones sin terminar" in text
    for secret in (complaint.folio, complaint.case_file.title, cast.customer.name, cast.ana.last_name):
        assert secret not in text


def test_only_who_decides_about_a_mail_is_led_to_it(cast, signed_in, monkeypatch):
    monkeypatch.setattr(facts, "read_pulse", lambda: facts.Pulse(database_now(), {}, None, 0, 0, 1, 0, None, None))

    assert "/correo/incidentes/" in signed_in(cast.beto).get("/guardia/").content.decode()
    assert "/correo/incidentes/" not in signed_in(cast.irma).get("/guardia/").content.decode()


def test_it_asks_the_same_number_of_questions_however_much_there_is(
    cast, as_administrator, django_assert_max_num_queries
):
    as_administrator.get("/guardia/")  # what is built once
    with django_assert_max_num_queries(16) as few:
        as_administrator.get("/guardia/")
    for _ in range(3):
        registered(cast, at=database_now() - timedelta(days=20))
    Heartbeat.objects.bulk_create([Heartbeat(name=f"otro {n}", at=database_now()) for n in range(5)])
    with django_assert_max_num_queries(16) as many:
        as_administrator.get("/guardia/")

    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("query", "refresh"),
    [
        ("", "30; url=/guardia/?vuelta=1"),
        ("?vuelta=7", "30; url=/guardia/?vuelta=8"),
        ("?vuelta=50", None),
        ("?vuelta=no", None),
        ("?vuelta=-1", None),
        ("?vuelta=٣", None),
        ("?vuelta=" + "9" * 5000, None),
    ],
)
def test_it_asks_again_by_itself_for_a_while(as_administrator, query, refresh):
    response = as_administrator.get(f"/guardia/{query}")

    assert response.status_code == 200
    assert response.headers.get("Refresh") == refresh


def test_a_page_left_open_does_not_keep_a_session_for_ever():
    from nervion_cases.duty import page

    assert page.EVERY_SECONDS * page.TURNS < django_settings.SESSION_IDLE_SECONDS
