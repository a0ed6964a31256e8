"""An overdue promise, from the data to the mail server, by the tasks that the beat wakes."""

from datetime import timedelta

from casework.deadlines.models import PromiseKey
from casework.deadlines.tasks import send_digests, sweep_deadlines
from casework.mail.models import Heartbeat
from casework.mail.tasks import beat, deliver_pending
from nervion_cases.testing.cast import make_cast
from nervion_cases.testing.moving import alerts_round_the_clock, make_older
from nervion_cases.testing.situations import channelled, request_of


def test_an_overdue_alert_reaches_the_people_at_any_hour(committed, post):
    alerts_round_the_clock()
    cast = make_cast()
    complaint = channelled(cast)
    request = request_of(complaint)
    deliver_pending(unknown="of another release")
    assigned = [message["Subject"] for message in post.to("carla@nervion.example")]

    make_older(request.case_file, timedelta(days=9), keys=[PromiseKey.COORDINATION_ANSWER])
    sweep_deadlines()
    send_digests()
    beat()
    deliver_pending()

    subjects = [message["Subject"] for message in post.to("carla@nervion.example")]
    late = f"[{request.folio}] Venció un plazo"
    assert len(assigned) == 1
    assert assigned[0].startswith(f"[{request.folio}] Se le asignó un caso · vence ")
    assert subjects.count(late) == 1
    assert [message["Subject"] for message in post.to("beto@nervion.example")].count(late) == 1
    assert set(Heartbeat.objects.values_list("name", flat=True)) >= {"worker", "deadlines", "dispatch"}
