"""What waits for a person among requests."""

import pytest
from django.utils import timezone

from coordination import actions
from coordination.my_day import waiting
from nervion_cases.testing.situations import channelled, request_of

pytestmark = pytest.mark.django_db


def shown(person):
    return {group.key: [row.folio for row in group.rows] for group in waiting(person, at=timezone.now()) if group.rows}


def test_what_an_area_needs_to_know_waits_for_servicio_al_cliente_until_it_is_said(cast):
    request = request_of(channelled(cast))
    asked = actions.ask_for_information(request, question="¿Con qué se diluyó?", by=cast.carla, at=timezone.now())

    assert shown(cast.ana) == {"informar-areas": [request.folio]}
    assert shown(cast.beto) == {"informar-areas": [request.folio]}
    assert shown(cast.carla) == {"responder-solicitudes": [request.folio]}

    actions.give_information(asked, reply="Con agua", by=cast.ana, at=timezone.now())
    assert shown(cast.ana) == {}
    assert shown(cast.beto) == {}


def test_of_many_the_ones_due_first_are_drawn_and_no_group_hides_another(cast, monkeypatch):
    monkeypatch.setattr("coordination.my_day.SHOWN", 1)
    long, urgent = request_of(channelled(cast)), request_of(channelled(cast, urgent_hours=1))
    done = [request_of(channelled(cast)) for _ in range(2)]
    for request in done:
        actions.answer(request, action="Hecho.", by=cast.carla, at=timezone.now())

    (to_answer,) = (group for group in waiting(cast.carla, at=timezone.now()) if group.rows)
    assert ([row.folio for row in to_answer.rows], to_answer.words) == ([urgent.folio], "2")

    actions.ask_for_information(long, question="¿Con qué se diluyó?", by=cast.carla, at=timezone.now())
    words = {group.key: group.words for group in waiting(cast.beto, at=timezone.now()) if group.count}
    assert words == {"verificar-solicitudes": "2", "informar-areas": "1"}
