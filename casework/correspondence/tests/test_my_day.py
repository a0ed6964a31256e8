"""What waits for a person among the messages to customers."""

from django.utils import timezone

from casework.correspondence import approving
from casework.correspondence.models import Channel
from casework.correspondence.my_day import waiting
from casework.people.models import User
from nervion_cases.testing.situations import ruled


def groups(person):
    """The keys of the groups that are not empty, with their folios."""
    someone = User.objects.get(pk=person.pk)
    return {
        group.key: [row.folio for row in group.rows] for group in waiting(someone, at=timezone.now()) if group.count
    }


def written(cast, *, by, offered=True):
    """A case and what somebody wrote to its customer."""
    complaint = ruled(cast)
    at = timezone.now()
    message = approving.write(
        complaint.case_file,
        letter="complaint.answer",
        channel=Channel.PHONE,
        contact=cast.quiet,
        subject="Respuesta",
        body="Texto",
        by=by,
        at=at,
    )
    if offered:
        approving.submit(message, by=by, at=at)
    return complaint, message


def test_what_was_offered_waits_for_whoever_may_approve_and_did_not_write_it(cast):
    complaint, _ = written(cast, by=cast.beto)

    assert groups(cast.beto) == {}
    assert groups(cast.ana) == {}
    assert groups(cast.elena) == {"aprobar": [complaint.folio]}


def test_a_draft_waits_for_nobody(cast):
    written(cast, by=cast.ana, offered=False)

    assert groups(cast.ana) == groups(cast.beto) == {}


def test_what_was_returned_waits_for_its_author_with_the_reason(cast):
    complaint, message = written(cast, by=cast.ana)
    approving.send_back(message, reason="Falta la fecha.", by=cast.beto, at=timezone.now())

    assert groups(cast.beto) == {}
    assert groups(cast.ana) == {"corregir": [complaint.folio]}


def test_what_is_approved_waits_to_be_told(cast):
    complaint, message = written(cast, by=cast.ana)
    approving.approve(message, version=1, by=cast.beto, at=timezone.now())

    assert groups(cast.ana) == {"entregar": [complaint.folio]}
    assert groups(cast.beto) == {}


def test_many_to_approve_hide_nothing_to_correct(cast, monkeypatch):
    monkeypatch.setattr("casework.correspondence.my_day.SHOWN", 1)
    for _ in range(2):
        written(cast, by=cast.ana)
    complaint, message = written(cast, by=cast.beto)
    approving.send_back(message, reason="Falta la fecha.", by=cast.elena, at=timezone.now())

    beto = User.objects.get(pk=cast.beto.pk)
    found = {group.key: group for group in waiting(beto, at=timezone.now())}

    assert (found["aprobar"].words, found["corregir"].words) == ("2", "1")
    assert [row.folio for row in found["corregir"].rows] == [complaint.folio]


def test_it_costs_one_query(cast, django_assert_max_num_queries):
    written(cast, by=cast.ana)
    written(cast, by=cast.ana)
    beto = User.objects.with_roles().get(pk=cast.beto.pk)

    with django_assert_max_num_queries(1):
        assert [group.count for group in waiting(beto, at=timezone.now())] == [2, 0, 0]
    gil = User.objects.with_roles().get(pk=cast.gil.pk)
    with django_assert_max_num_queries(0):
        assert waiting(gil, at=timezone.now()) == []
