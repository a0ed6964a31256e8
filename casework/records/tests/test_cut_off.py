"""Killed between a file and its row (F30): the file is nobody's, and goes when it is an hour old."""

import os
import signal
import time
from datetime import timedelta

from django.utils import timezone

from casework.records import evidence, shelf
from casework.records.models import Evidence
from casework.records.tests import files
from casework.records.tests.cases import received
from nervion_cases.testing.cast import make_cast

UPLOAD = """
from django.utils import timezone
from casework.people.models import User
from casework.records import evidence
from casework.records.tests import files
evidence.receive(files.upload(files.jpeg((61, 63))), by=User.objects.get(pk={pk}), at=timezone.now())
"""


def everything():
    return set(shelf.all_files(before=timezone.now() + timedelta(days=1)))


def test_f30_killed_after_the_file_and_before_its_row(committed):
    ana = make_cast().ana
    before = everything()

    ended = committed.run(UPLOAD.format(pk=ana.pk), CRASH_AT="post_fs")

    orphans = everything() - before
    assert ended == -signal.SIGKILL
    assert not Evidence.objects.exists()
    assert len(orphans) == 2  # the original, and a copy so small that it is the thumb as well
    evidence.sweep_unattached(timezone.now())
    assert orphans <= everything()  # young: somebody may be about to name them
    kept = received(ana, files.jpeg((61, 63)))  # the same photograph again: found on the shelf, and young again
    assert {kept.original, kept.shown, kept.thumb} == orphans
    for path in orphans:
        long_ago = time.time() - 7200
        os.utime(shelf.shelf().path(path), (long_ago, long_ago))
    evidence.sweep_unattached(timezone.now())
    assert orphans <= everything()  # named by now
    evidence.discard(kept, by=ana)
    evidence.sweep_unattached(timezone.now())
    assert not orphans & everything()
