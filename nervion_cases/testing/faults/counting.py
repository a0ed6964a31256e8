"""What must hold in the database after a blow, counted: I1, I2, I5, I6, I7, I9, I12."""

import hashlib
import time
from collections import Counter
from datetime import timedelta

from django.db import connection, connections
from django.db.models import Count, F, Q

from casework.alerts.models import Alert
from casework.deadlines.models import Deadline
from casework.mail.models import MailState, OutgoingMail
from casework.moment import database_now
from casework.records import shelf
from casework.records.models import CaseFile, Evidence, FolioSeries, TimelineEntry
from complaints.models import Complaint

SCAN = timedelta(seconds=30)  # of the timetable
CLOCKS = 3  # that a registered complaint starts


def reconnect():
    """The server was another one until a moment ago."""
    connections.close_all()


def check_registered(ledger, crowd, *, waiting_allowed=0):
    """What people were shown is there, once, whole, and its folios have no gap."""
    shown = crowd.shown()
    unseen = [one for one in crowd.shown_or_not if not one.folio]
    ledger.check(len(unseen) <= waiting_allowed, f"{len(shown)} people were shown a folio, {len(unseen)} never")
    kept = {str(submission): folio for submission, folio in _kept()}
    lost = {s for s, folios in shown.items() if kept.get(s) not in folios}
    ledger.equal(len(lost), 0, f"I12: of {len(shown)} folios shown, those that are not in the database as shown")
    ledger.equal(sum(len(folios) > 1 for folios in shown.values()), 0, "I6: forms that were shown two folios")
    repeated = sum(len(one.attempts) > 1 for one in crowd.shown_or_not)
    ledger.note(
        f"I6: {repeated} forms were sent more than once; {len(kept)} forms made {Complaint.objects.count()} cases"
    )
    ledger.check(len(kept) == Complaint.objects.count(), "I6: one case a form")
    check_folios(ledger)
    check_whole(ledger)


def _kept():
    return Complaint.objects.exclude(submission=None).values_list("submission", "case_file__folio")


def check_folios(ledger):
    """I5: 1..n of each series and year, as many as the series says."""
    wrong = {}
    for series in FolioSeries.objects.all():
        start = f"{series.prefix}-{series.year}-"
        numbers = sorted(
            int(folio.removeprefix(start))
            for folio in CaseFile.objects.filter(folio__startswith=start).values_list("folio", flat=True)
        )
        if numbers != list(range(1, series.last + 1)):
            wrong[start] = (len(numbers), series.last)
    ledger.equal(wrong, {}, f"I5: series with a gap (of {CaseFile.objects.count()} folios)")


def check_whole(ledger):
    """Every case has all that its transaction wrote, and once."""
    complaints = Complaint.objects.count()
    lines = TimelineEntry.objects.filter(verb="complaint.registered")
    wrong = {
        "cases without their line, or with two": complaints - lines.count(),
        "lines of the same case": lines.count() - lines.values("case_file").distinct().count(),
        "cases without their three deadlines": Complaint.objects.annotate(n=Count("case_file__deadlines"))
        .exclude(n=CLOCKS)
        .count(),
        "acuses owed without a mail": Complaint.objects.exclude(contact=None)
        .exclude(contact__email="")
        .exclude(case_file__outgoing_mail__letter="complaint.acknowledgement")
        .count(),
    }
    found = {what: n for what, n in wrong.items() if n}
    ledger.equal(found, {}, f"{complaints} complaints; left half-done")


def check_versions(ledger):
    """I7: the version of each case is one more than the corrections that were accepted, each with its line."""
    wrong = (
        CaseFile.objects.annotate(n=Count("timeline", filter=Q(timeline__verb="complaint.corrected")))
        .exclude(version=F("n") + 1)
        .count()
    )
    edits = TimelineEntry.objects.filter(verb="complaint.corrected").count()
    ledger.equal(wrong, 0, f"I7: {edits} corrections accepted; cases whose version is not 1 + its corrections")


# --- Thresholds -------------------------------------------------------------------------------------------------------
def overdue():
    """Running deadlines whose next look has come."""
    return Deadline.objects.running().filter(look_again_at__lte=database_now()).count()


def wait_for_thresholds(ledger, *, since, periods=2):
    """I1: within two scan periods of `since`, everything due was climbed: breach, line and alerts."""
    limit = periods * SCAN.total_seconds() + 5  # and what one pass takes
    while overdue() and time.monotonic() < since + limit:
        time.sleep(0.25)
    seconds, left = time.monotonic() - since, overdue()
    ledger.check(not left, f"I1: {left} thresholds due and not climbed, {seconds:.0f} s afterwards (2 periods: 60 s)")
    check_thresholds(ledger)


def check_thresholds(ledger):
    """I1 and I2 of what was climbed: each breach has one line and its alerts, none was told twice."""
    broken = Deadline.objects.exclude(breached_at=None)
    lines = TimelineEntry.objects.filter(verb="deadline.breached").count()
    ledger.equal(lines, broken.count(), "I1: lines of breaches, as many as breaches")
    told = Counter(Alert.objects.filter(occasion__startswith="deadline:").values_list("occasion", flat=True))
    known = {int(occasion.split(":")[1]) for occasion in told}
    running = Deadline.objects.running().exclude(breached_at=None).values_list("pk", flat=True)
    ledger.equal(len(set(running) - known), 0, f"I1: breaches that nobody was told of ({sum(told.values())} alerts)")
    rows = Alert.objects.count() - Alert.objects.values("person", "reason", "occasion").distinct().count()
    ledger.equal(rows, 0, "I2: alerts beyond one a key")
    early = Deadline.objects.filter(breached_at__gt=database_now()).count()
    ledger.equal(early, 0, "I13: breaches before their time")


def unsent():
    """Mails still owed whose time has come."""
    return OutgoingMail.objects.filter(
        state__in=[MailState.PENDING, MailState.SENDING], not_before__lte=database_now()
    ).count()


# --- Files ------------------------------------------------------------------------------------------------------------
def check_files(ledger):
    """I9: every row has its files, and each file is what its name says."""
    broken = changed = files = 0
    for row in Evidence.objects.all():
        for path in filter(None, (row.original, row.shown, row.thumb)):
            files += 1
            try:
                with shelf.open_file(path) as kept:
                    digest = hashlib.sha256(kept.read()).hexdigest()
            except FileNotFoundError:
                broken += 1
            else:
                changed += digest != path.rpartition("/")[2]
        changed += row.original.rpartition("/")[2] != row.sha256
    ledger.equal(broken, 0, f"I9: of {files} files of {Evidence.objects.count()} rows, those that are gone")
    ledger.equal(changed, 0, "I9: files whose SHA-256 is not that of their row")


def nameless():
    """Files on the shelf that no row names, unfinished ones included."""
    named = {p for row in Evidence.objects.values_list("original", "shown", "thumb") for p in row}
    everything = shelf.all_files(before=database_now() + timedelta(days=1))
    return [path for path in everything if path not in named]


def backends():
    """Connections that others hold to this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return cursor.fetchone()[0] - 1
