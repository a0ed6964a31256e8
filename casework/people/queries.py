"""What the screens ask about people and departments."""

from django.db.models import Prefetch

from casework.people.models import Department, Substitute, User
from casework.people.policies import ANSWERS_FOR_AN_AREA


def people():
    """Everyone, with department and roles, in one query."""
    return User.objects.with_roles()


def departments(*, day):
    """Departments with their head and the substitutes in force or to come, in two queries."""
    coming = Substitute.objects.filter(until__gte=day).select_related("person").order_by("since", "pk")
    return Department.objects.select_related("head").prefetch_related(
        Prefetch("substitutes", queryset=coming, to_attr="coming_substitutes")
    )


def who_can_answer():
    """Active people who may head an area or stand in for its head."""
    return User.objects.in_role(*ANSWERS_FOR_AN_AREA).order_by("first_name", "last_name")
