"""Killed after the case was made and before anybody was told (F36): the same form, sent again, shows the same folio."""

import signal
import uuid

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casework.mail.models import OutgoingMail
from complaints.models import Complaint
from complaints.tests.records import lines
from nervion_cases.testing.cast import make_cast

FORM = "complaints:register"
SEND = """
from django.test import Client
from casework.people.models import User
browser = Client()
browser.force_login(User.objects.get(pk={pk}), backend="casework.people.accounts.PeopleBackend")
browser.post("{url}", {said!r})
"""


def test_f36_killed_before_the_answer_the_form_sent_again_makes_no_second_case(committed):
    cast = make_cast()
    said = {
        "submission": str(uuid.uuid4()),
        "channel": "phone",
        "received_at": f"{timezone.localtime():%d/%m/%Y %H:%M}",
        "customer": cast.customer.pk,
        "customer_text": cast.customer.name,
        "contact": cast.contact.pk,
        "kind": "complaint",
        "reason": "quality",
        "lote": "L24 0117-A",
        "description": "Se escurre.",
    }

    ended = committed.run(SEND.format(pk=cast.ana.pk, url=reverse(FORM), said=said), CRASH_AT="post_register")

    made = Complaint.objects.with_case_file().get()
    assert ended == -signal.SIGKILL
    browser = Client()
    browser.force_login(cast.ana, backend="casework.people.accounts.PeopleBackend")
    answer = browser.post(reverse(FORM), said)
    assert (answer.status_code, answer.url) == (302, reverse("complaints:registered", args=[made.folio]))
    assert Complaint.objects.count() == OutgoingMail.objects.count() == 1
    assert lines(made).count("complaint.registered") == 1
