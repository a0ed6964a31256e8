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
