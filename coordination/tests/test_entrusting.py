"""Whom a request is entrusted to, and who goes on reading it (MPC-SER-009 §3.4; trust §6)."""

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from casework.people.models import User
from casework.people.roles import Role
from casework.records.models import CaseFile
from casework.rules import Forbidden, Refused
from coordination import actions
from coordination.models import CoordinationRequest
from nervion_cases.testing.cast import Part, make_person
from nervion_cases.testing.situations import area, channelled, request_of


@pytest.fixture
def request_to_almacen(cast):
    """A request that Almacén PT owes."""
    return request_of(channelled(cast, areas=("almacen-pt",)))


@pytest.fixture
def nora(cast):
    """Somebody else of Almacén PT."""
    return make_person(Part("nora", "Nora", "Rey", "almacen-pt", (Role.MEMBER,)))


def sees(person, request):
    """Whether the person may open the request, and the complaint it is about."""
    visible = CaseFile.objects.visible_to(User.objects.get(pk=person.pk))
    return visible.filter(pk=request.pk).exists(), visible.filter(pk=request.about_id).exists()


def fresh(request):
    return CoordinationRequest.objects.get(pk=request.pk)


def test_whom_it_is_handed_to_answers_and_whoever_had_it_before_no_longer_reads_it(cast, request_to_almacen, nora):
    request = request_to_almacen

    for person in (cast.luz, cast.carla, cast.ana):
        with pytest.raises(Forbidden):
            actions.hand_over(request, person=nora, by=person, at=timezone.now())
    actions.hand_over(request, person=cast.luz, by=cast.diego, at=timezone.now())
    assert sees(cast.luz, request) == (True, True)
    actions.hand_over(request, person=nora, by=cast.diego, at=timezone.now())

    assert sees(nora, request) == (True, True)
    assert sees(cast.luz, request) == (False, False)
    assert sees(cast.diego, request) == (True, True)  # the head answers for the area
    with pytest.raises(Forbidden):
        actions.answer(request, action="Yo.", by=cast.luz, at=timezone.now())
    assert actions.answer(request, action="Se contó.", by=nora, at=timezone.now())


def test_whoever_has_another_request_of_the_case_goes_on_reading_it(cast, request_to_almacen, nora):
    request = request_to_almacen
    other = actions.ask(
        about=request.about, department=area("almacen-pt"), question="¿Y las tapas?", by=cast.beto, at=timezone.now()
    )
    for one in (request, other):
        actions.hand_over(one, person=cast.luz, by=cast.diego, at=timezone.now())

    actions.hand_over(request, person=nora, by=cast.diego, at=timezone.now())

    assert sees(cast.luz, request) == (False, True)
    assert sees(cast.luz, other) == (True, True)


def test_it_is_handed_to_somebody_of_the_area_who_may_answer(cast, request_to_almacen):
    executive = make_person(Part("raul", "Raúl", "Paz", "almacen-pt", (Role.EXECUTIVE,)))

    for person, sentence in ((cast.carla, "no es del departamento"), (executive, "no tiene un puesto que responda")):
        with pytest.raises(Refused, match=sentence):
            actions.hand_over(request_to_almacen, person=person, by=cast.diego, at=timezone.now())

    assert fresh(request_to_almacen).case_file.responsible == cast.diego


def test_an_area_whose_head_does_not_answer_is_answered_by_whoever_holds_the_post_there(cast, request_to_almacen):
    ask = {"about": request_to_almacen.about, "question": "¿Se autoriza?", "by": cast.beto, "at": timezone.now()}

    with pytest.raises(Refused, match="nadie tiene el puesto de Jefe"):
        actions.ask(department=area("direccion"), **ask)
    cast.julia.groups.set([Group.objects.get(name=Role.HEAD)])
    request = actions.ask(department=area("direccion"), **ask)

    assert request.case_file.responsible == cast.julia
    assert actions.answer(request, action="Sí.", by=User.objects.get(pk=cast.julia.pk), at=timezone.now())
