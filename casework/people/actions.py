"""What may be done with people and departments. Every verb says who did it and when."""

import logging
from datetime import timedelta

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse

from casework.links.models import Link
from casework.moment import PLANT
from casework.people.models import Department, Substitute, User
from casework.people.policies import (
    check_can_answer_for,
    check_can_change_place,
    check_can_deactivate,
    check_identity_is_free,
    check_roles_fit,
)
from casework.rules import Conflict, Refused
from casework.text import plain

INVITATION = "people.invitation"
INVITATION_LASTS = timedelta(days=7)

logger = logging.getLogger("nervion.people")


@transaction.atomic
def invite(*, username, email, first_name, last_name, department, roles, reads_until=None, by, at):
    """A new person without a password yet; the letter brings the link with which to choose one."""
    check_identity_is_free(username, email)
    check_roles_fit(roles, department=department, reads_until=reads_until)
    person = User(
        username=plain(username),
        email=email.strip().lower(),
        first_name=first_name,
        last_name=last_name,
        department=department,
        reads_until=reads_until,
        date_joined=at,
    )
    person.set_unusable_password()
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        raise Conflict("Alguien acaba de invitar a una persona con ese usuario o ese correo.") from None
    person.groups.set(Group.objects.filter(name__in=roles))
    send_invitation(person, by=by, at=at)
    _note("invited", person, by=by, at=at)
    return person


@transaction.atomic
def send_invitation(person, *, by, at):
    """Send the link again; the earlier ones stop working."""
    if not person.is_active:
        raise Refused(f"{person} no está activa.")
    if person.has_usable_password():
        raise Refused(f"{person} ya eligió su contraseña. Si la olvidó, puede recuperarla al entrar.")
    withdraw_invitations(person, by=by, at=at)
    link, token = Link.objects.issue(purpose=INVITATION, subject=person.pk, at=at, expires_at=at + INVITATION_LASTS)
    get_adapter().send_mail(
        "account.invitation",
        person.email,
        {
            "user": person,
            "url": settings.SITE_URL + reverse("people:invitation", args=[token]),
            "invited_by": str(by),
            "expires_at": link.expires_at,
        },
    )
    return link


def withdraw_invitations(person, *, by, at):
    """The links sent to a person stop working."""
    Link.objects.filter(purpose=INVITATION, subject=str(person.pk), revoked_at=None).update(revoked_at=at)


@transaction.atomic
def accept_invitation(person, *, link, password, by, at):
    """The person chooses the first password; the link is spent."""
    spent = Link.objects.filter(pk=link.pk, revoked_at=None, expires_at__gt=at, used__lt=F("uses")).update(
        used=F("used") + 1
    )
    if not spent:
        raise Refused("Este enlace ya se usó o venció. Pida otra invitación al administrador.")
    person.set_password(password)
    person.save(update_fields=["password"])
    withdraw_invitations(person, by=by, at=at)
    _note("accepted", person, by=by, at=at)
    return person


@transaction.atomic
def place(person, *, first_name, last_name, email, department, roles, reads_until=None, by, at):
    """Change the name, the e-mail, the department or the posts of a person."""
    person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    check_identity_is_free(person.username, email, besides=person)
    check_roles_fit(roles, department=department, reads_until=reads_until)
    check_can_change_place(person, department=department, roles=roles)
    person.first_name, person.last_name, person.email = first_name, last_name, email.strip().lower()
    person.department, person.reads_until = department, reads_until
    try:
        with transaction.atomic():
            person.save(update_fields=["first_name", "last_name", "email", "department", "reads_until"])
    except IntegrityError:
        raise Conflict("Alguien acaba de dar ese correo a otra persona.") from None
    person.groups.set(Group.objects.filter(name__in=roles))
    _note("placed", person, by=by, at=at)
    return person


@transaction.atomic
def deactivate(person, *, by, at):
    """Close the account. Open sessions end with their next request; nothing the person did is erased."""
    person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    check_can_deactivate(person, by=by, day=at.astimezone(PLANT).date())
    person.is_active = False
    person.save(update_fields=["is_active"])
    withdraw_invitations(person, by=by, at=at)
    _note("deactivated", person, by=by, at=at)
    return person


@transaction.atomic
def reactivate(person, *, by, at):
    """Open the account again, with the posts it had."""
    person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    person.is_active = True
    person.save(update_fields=["is_active"])
    _note("reactivated", person, by=by, at=at)
    return person


@transaction.atomic
def set_head(department, *, person, by, at):
    """Put a person at the head of a department."""
    department = Department.objects.select_for_update(of=("self",)).get(pk=department.pk)
    check_can_answer_for(person, department)
    department.head = person
    department.save(update_fields=["head"])
    _note(f"heads {department.code}", person, by=by, at=at)
    return department


@transaction.atomic
def name_substitute(department, *, person, since, until, by, at):
    """Who answers for a department between two dates, both included (product §1)."""
    if until < since:
        raise Refused("La suplencia termina antes de empezar.")
    if until < at.astimezone(PLANT).date():
        raise Refused("La suplencia ya habría terminado. Escriba una fecha de hoy en adelante.")
    if person.pk == department.head_id:
        raise Refused(f"{person} ya encabeza {department}.")
    check_can_answer_for(person, department)
    substitute = Substitute.objects.create(
        department=department, person=person, since=since, until=until, named_by=by, named_at=at
    )
    _note(f"substitute in {department.code}", person, by=by, at=at)
    return substitute


@transaction.atomic
def end_substitute(substitute, *, by, at):
    """The head answers again from today; a substitution that had not begun is taken back."""
    today = at.astimezone(PLANT).date()
    substitute = Substitute.objects.select_for_update(of=("self",)).get(pk=substitute.pk)
    if substitute.until < today:
        raise Refused("Esa suplencia ya terminó.")
    if substitute.since >= today:
        substitute.delete()
    else:
        substitute.until = today - timedelta(days=1)
        substitute.save(update_fields=["until"])
    _note(f"substitute no more in {substitute.department.code}", substitute.person, by=by, at=at)


def end_other_sessions(person, *, keep, by, at):
    """Sign the person out everywhere but here. How many sessions ended."""
    theirs = [
        session.pk
        for session in Session.objects.filter(expire_date__gt=at).exclude(pk=keep).iterator()
        if session.get_decoded().get("_auth_user_id") == str(person.pk)
    ]
    Session.objects.filter(pk__in=theirs).delete()
    _note("ended other sessions", person, by=by, at=at)
    return len(theirs)


def set_shortcuts(person, *, on, by, at):
    """Single-key shortcuts on or off (WCAG 2.1.4)."""
    User.objects.filter(pk=person.pk).update(shortcuts=on)
    _note("shortcuts on" if on else "shortcuts off", person, by=by, at=at)


def _note(what, person, *, by, at):
    logger.info("person %s %s by %s at %s", person.pk, what, by.pk if by else None, at.isoformat())
