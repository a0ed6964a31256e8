"""The data of the bench are what the verbs would have written."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from casework.catalogue.models import Customer
from casework.people.models import User
from casework.records.models import CaseFile
from complaints import actions
from complaints.models import Channel, Complaint, Kind, Reason
from nervion_cases.testing.bench import data, multiply, sample, stories

COMPLAINTS = 200
SOME = ("closed by mail", "duplicate", "channelled")


def test_copies_are_what_the_verbs_would_have_written(committed, client):
    """Same rows as a lived case, instants by the real clock, found by folio; what differs afterwards is noticed."""
    data.populate()
    plots = [replace(plot, starts=1, share=100) for plot in stories.PLOTS if plot.name in SOME]
    lived = sample.shapes_of(copy(plots))
    assert Complaint.objects.count() == COMPLAINTS
    sample.check(lived, count=8)

    # The next case goes on where they end.
    coordinator, customer = User.objects.get(username="coordinador"), Customer.objects.order_by("-pk")[0]
    at = timezone.now()
    registered = actions.register(
        customer=customer,
        contact=customer.contacts.exclude(email="").get(),
        kind=Kind.COMPLAINT,
        channel=Channel.PHONE,
        reason=Reason.QUALITY,
        lote_not_applicable=True,
        description="La siguiente después de las copias.",
        received_at=at - timedelta(minutes=3),
        by=User.objects.get(username="ejecutivo"),
        at=at,
    )
    series = registered.folio.rpartition("-")[0]
    assert CaseFile.objects.filter(folio__startswith=series).order_by("-folio")[0].pk == registered.pk

    client.force_login(coordinator)
    copies = Complaint.objects.with_case_file().exclude(pk__in=lived).exclude(pk=registered.pk)
    url = copies.order_by("-pk")[0].get_absolute_url()
    for page in (url, f"{url}?pestana=mensajes", f"{url}?pestana=historial"):
        answer = client.get(page)
        assert answer.status_code == 200
        assert "zz" not in answer.content.decode().lower()  # every mark became somebody

    odd = copies.filter(stage="channelled").order_by("pk")[0]
    actions.assign_responsible(odd, person=User.objects.get(username="ivonne.servicio"), by=coordinator, at=at)
    with pytest.raises(sample.NotAlike, match="no lived case"):
        sample.look_at(odd, set(lived.values()))


def copy(plots):
    """Live them once each and copy; what was lived."""
    lived = data.live_prototypes(plots)
    multiply.multiply(lived, COMPLAINTS)
    return lived
