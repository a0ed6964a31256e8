"""Evidence: files that are received, attached to a case, discarded, and swept when nobody wanted them (trust §4).

Nothing decides where a file lies but its content; nothing of a photograph is shown but a copy drawn anew.
"""

import errno
import logging
from datetime import timedelta

from django.db import transaction

from casework.faults import crash_point
from casework.records import shelf, timeline
from casework.records.filenames import clean_name
from casework.records.filetypes import PDF, recognise
from casework.records.images import copies_of
from casework.records.models import CaseFile, Evidence, EvidenceKind
from casework.rules import Refused

logger = logging.getLogger("nervion.evidence")

LARGEST = 15 * 1024 * 1024
MOST_AT_ONCE = 10
MOST_UNATTACHED = 200
MOST_PER_CASE = 300
UNATTACHED_FOR = timedelta(days=30)
BATCH = 200

EMPTY = "El archivo está vacío."
TOO_HEAVY = "El archivo debe pesar menos de 15 MB."
TOO_MANY = f"Puede subir hasta {MOST_AT_ONCE} archivos a la vez."
FAILED = "No se pudo subir el archivo. Inténtelo de nuevo."
NO_ROOM = (
    "No queda espacio para guardar archivos. Lo que escribió sigue aquí; avise a quien administra el sistema o envíelo "
    "sin archivos."
)
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # the disk, the share of whoever runs us, the largest file allowed
TOO_MANY_WAITING = (
    f"Tiene {MOST_UNATTACHED} archivos sin agregar a un caso, que es el límite. Termine o descarte sus borradores."
)
TOO_MANY_IN_CASE = f"Un caso puede tener hasta {MOST_PER_CASE} archivos; con estos se pasaría del límite."
GONE = "Un archivo ya no está disponible. Quítelo y súbalo de nuevo."


class TooHeavy(Refused):
    """More bytes than allowed; machines are answered 413."""


class NoRoom(Refused):
    """The disk is full; machines are answered 507."""


def receive(file, *, by, at):
    """Keep an uploaded file: the original untouched, and of a photograph its copies. Belongs to no case yet.

    `file` is Django's UploadedFile. Raises `Refused` with a sentence for whoever uploads it.
    """
    check_size(file)
    if Evidence.objects.unattached_of(by).count() >= MOST_UNATTACHED:
        raise Refused(TOO_MANY_WAITING)
    media_type = recognise(file, name=file.name, declared=getattr(file, "content_type", ""))
    digest = shelf.digest_of(file)
    copies = None if media_type == PDF else copies_of(file, media_type)
    evidence = Evidence(
        kind=EvidenceKind.PHOTO if copies else EvidenceKind.DOCUMENT,
        name=clean_name(file.name),
        media_type=media_type,
        size=file.size,
        sha256=digest,
        uploaded_at=at,
        uploaded_by=by,
    )
    try:
        with transaction.atomic():
            shelf.hold()
            evidence.original = shelf.keep(file, digest)
            if copies:
                evidence.width, evidence.height = copies.width, copies.height
                evidence.shown, evidence.shown_sha256 = shelf.keep_bytes(copies.shown)
                evidence.thumb, _ = shelf.keep_bytes(copies.thumb)
            crash_point("post_fs")
            evidence.save(force_insert=True)
    except OSError as no:  # a full or broken disk: nothing half-written stays, and the form keeps what was typed
        logger.exception("a file could not be kept")
        raise (NoRoom(NO_ROOM) if no.errno in FULL else Refused(FAILED)) from None
    return evidence


def check_size(file):
    """Not empty, not more than 15 MB."""
    if not file.size:
        raise Refused(EMPTY)
    if file.size > LARGEST:
        raise TooHeavy(TOO_HEAVY)


@transaction.atomic
def attach(ids, case_file, *, by, at):
    """Make uploaded files part of a case (MPC-SER-002 §5.5). Those attached, in the order of their upload.

    Only files that `by` uploaded and no case has. What the case already has, by content, is skipped.
    """
    wanted = numbers(ids)
    if not wanted:
        return []
    case_file = CaseFile.objects.select_for_update(of=("self",)).get(pk=case_file.pk)
    waiting = list(Evidence.objects.unattached_of(by).filter(pk__in=wanted).select_for_update(of=("self",)))
    already = case_file.evidence.filter(pk__in=wanted, uploaded_by=by).count()  # the same form, sent twice
    if len(waiting) + already != len(wanted):
        raise Refused(GONE)
    known = set(case_file.evidence.values_list("sha256", flat=True))
    attached = []
    for evidence in waiting:
        if evidence.sha256 in known:
            evidence.delete()
            continue
        known.add(evidence.sha256)
        evidence.case_file, evidence.attached_at, evidence.attached_by = case_file, at, by
        attached.append(evidence)
    if len(known) > MOST_PER_CASE:
        raise Refused(TOO_MANY_IN_CASE)
    for evidence in attached:
        evidence.save(update_fields=["case_file", "attached_at", "attached_by"])
        timeline.write(
            case_file,
            "evidence.added",
            by=by,
            at=at,
            name=evidence.name,
            sha256=evidence.sha256,
            shown_sha256=evidence.shown_sha256,
        )
    return attached


def unattached_of(person, ids):
    """Of some uploaded files, those still waiting for a case; other people's are left out."""
    return Evidence.objects.unattached_of(person).filter(pk__in=numbers(ids)).order_by("pk")


def discard(evidence, *, by):
    """Take back an uploaded file that no case has. Its content goes with the next sweep, unless somebody shares it."""
    gone, _ = Evidence.objects.unattached_of(by).filter(pk=evidence.pk).delete()
    if not gone:
        raise Refused("Solo puede quitar archivos suyos que aún no son parte de un caso.")


def sweep_unattached(at):
    """Forget uploads that nobody attached in 30 days, and files on the shelf that no row names. How many of each."""
    with transaction.atomic():
        old = Evidence.objects.filter(case_file=None, uploaded_at__lt=at - UNATTACHED_FOR)
        rows = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True))
        Evidence.objects.filter(pk__in=rows, case_file=None).delete()
    before = at - shelf.ORPHAN_AFTER
    paths = shelf.all_files(before=before)
    files = sum(_remove_orphans(paths[start : start + BATCH], before) for start in range(0, len(paths), BATCH))
    return len(rows), files


def numbers(ids):
    """Row numbers out of what a form sent: each once; what is no number is nobody's file."""
    return {int(text) for text in map(str, ids) if text.isascii() and text.isdigit() and len(text) <= 18}


@transaction.atomic
def _remove_orphans(paths, before):
    if not shelf.alone():
        return 0  # somebody is laying files down; the next sweep comes
    named = set()
    for column in ("original", "shown", "thumb"):
        named.update(Evidence.objects.filter(**{f"{column}__in": paths}).values_list(column, flat=True))
    orphans = [path for path in paths if path not in named and shelf.older_than(path, before)]
    for path in orphans:
        shelf.remove(path)
    return len(orphans)
