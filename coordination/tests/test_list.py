"""The list of requests: what it costs, what it shows to whom, and what it does with a hostile address."""

import pytest
from django.urls import reverse
from django.utils import timezone

from coordination import actions
from nervion_cases.testing.situations import area, channelled, request_of

pytestmark = pytest.mark.django_db


def of_the_warehouse(cast):
    """A request to Almacén PT about a complaint that Beto channelled."""
    return request_of(channelled(cast, matter="logistic", areas=("almacen-pt",)))


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("who", ["ana", "beto", "diego", "elena", "gil"])
def test_the_list_costs_the_same_for_one_row_and_for_three(cast, signed_in, django_assert_max_num_queries, rows, who):
    for _ in range(rows):
        of_the_warehouse(cast)
    browser = signed_in(getattr(cast, who))
    browser.get(reverse("coordination:list"))

    with django_assert_max_num_queries(8):
        response = browser.get(reverse("coordination:list"))

    assert response.context["page_obj"].paginator.count == rows


@pytest.mark.parametrize(
    "asked",
    [
        {"estado": "borrada"},
        {"estado": "' OR 1=1--"},
        {"area": "9" * 50},
        {"area": "-1"},
        {"area": "NaN"},
        {"orden": "responsible__password"},
        {"campo__regex": ".*"},
        {"filtro": '{"a":1}'},
        {"case_file__responsible__password__startswith": "a"},
        {"page": "-1"},
        {"page": "0"},
        {"page": "1e9"},
        {"page": "NaN"},
        {"page": "9" * 50},
        {"page": "9" * 5000},
    ],
    ids=lambda asked: next(f"{key}={value[:12]}" for key, value in asked.items()),
)
def test_a_hostile_address_is_ignored_and_never_breaks(cast, signed_in, asked):
    of_the_warehouse(cast)
    response = signed_in(cast.beto).get(reverse("coordination:list"), asked)
    assert response.status_code == 200
    assert response.context["page_obj"].paginator.count == 1


def test_the_list_is_filtered_by_stage_and_area(cast, signed_in):
    of_the_warehouse(cast)
    done = of_the_warehouse(cast)
    actions.answer(done, action="Se repuso.", by=cast.diego, at=timezone.now())
    actions.accept(done, by=cast.beto, at=timezone.now())
    browser = signed_in(cast.beto)

    def count(**asked):
        return browser.get(reverse("coordination:list"), asked).context["page_obj"].paginator.count

    assert (count(), count(estado="accepted"), count(estado=""), count(estado="assigned")) == (1, 1, 2, 1)
    assert (count(area=area("almacen-pt").pk), count(area=area("calidad").pk)) == (1, 0)


def test_an_area_lists_only_its_own(cast, signed_in):
    of_the_warehouse(cast)
    count = {
        who: signed_in(getattr(cast, who)).get(reverse("coordination:list")).context["page_obj"].paginator.count
        for who in ("diego", "fermin", "luz")
    }
    assert count == {"diego": 1, "fermin": 0, "luz": 0}
    assert signed_in(cast.irma).get(reverse("coordination:list")).status_code == 403
