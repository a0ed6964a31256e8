"""What waits for a person in the post: incidents, on the coordinator's day."""

from django.urls import reverse

from casework.mail.incidents import check_may_attend, open_incidents, what_failed
from casework.rules import says_yes
from casework.web.waiting import Group, Waiting

AT_MOST = 50


def incidents(person, *, at):
    """Mails that could not be delivered; at most one query."""
    if not says_yes(check_may_attend, person):
        return []
    url = reverse("mail:incidents")
    rows = [
        Waiting(
            title=mail.subject,
            url=url,
            folio=mail.case_file.folio if mail.case_file else "",
            what=what_failed(mail),
            since=mail.settled_at,
        )
        for mail in open_incidents()[:AT_MOST]
    ]
    return [Group(key="correos-sin-entregar", title="Correos sin entregar", rows=rows, url=url, alarm=True)]
