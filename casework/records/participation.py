"""Who takes part in a case: written by the verbs, read by `visible_to`."""

from casework.records.models import Participation


def joins(case_file, *, person=None, department=None, at):
    """A person or a department begins to take part; once is enough."""
    taking = Participation(case_file=case_file, person=person, department=department, since=at)
    Participation.objects.bulk_create([taking], ignore_conflicts=True)


def leaves(case_file, *, person=None, department=None, at):
    """A person or a department no longer takes part."""
    case_file.participations.filter(person=person, department=department, until=None).update(until=at)
