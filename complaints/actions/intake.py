"""Recepción y registro: MPC-SER-002 §5.1, §5.2 and the acuse of §3."""

from django.db import IntegrityError, transaction

from casework.catalogue.models import Lote
from casework.correspondence.sending import send_template
from casework.deadlines import running
from casework.deadlines.models import PromiseKey
from casework.records import evidence as evidence_room
from casework.records import folios, participation, timeline
from casework.records.models import CaseFile, CaseKind
from casework.rules import Conflict, Refused
from casework.text import code
from complaints import letters, permissions, policies
from complaints.actions.common import SERVICE, department, index, locked, move
from complaints.models import Acknowledgement, Complaint, Correction, Kind, Reason
from complaints.models.acknowledgement import AcknowledgementChannel
from complaints.stages import Stage
from coordination.actions import answerable


def register(*, customer, by, at, submission=None, **said):
    """Register what a customer told us, and send the acuse when there is an address. MPC-SER-002 §3, §5.1, §5.2.

    `said` is what `_open` takes. `submission` (UUID) makes a second click return the first complaint.
    """
    permissions.check_may_register(by)
    if submission and (already := _already(submission, by)):
        return already
    try:
        return _open(customer=customer, submission=submission, stage=Stage.REGISTERED, by=by, at=at, **said)
    except IntegrityError:
        if submission and (already := _already(submission, by)):
            return already
        raise


def receive(*, customer, at, by=None, submission=None, **said):
    """Keep a report that came by itself; an executive confirms its category later (product §2). `by` is nobody."""
    return _open(customer=customer, submission=submission, stage=Stage.TO_CONFIRM, by=by, at=at, **said)


def _already(submission, by):
    complaint = Complaint.objects.select_related("case_file").filter(submission=submission).first()
    if complaint and complaint.case_file.opened_by_id != by.pk:
        raise Refused("Ese formulario ya lo envió otra persona. Abra uno nuevo.")
    return complaint


@transaction.atomic
def _open(
    *,
    customer,
    kind,
    channel,
    received_at,
    reason,
    description,
    contact=None,
    product=None,
    lote="",
    lote_not_applicable=False,
    invoice="",
    quantity=None,
    unit="",
    amount_claimed=None,
    wants_return=False,
    external_reference="",
    evidence=(),
    submission=None,
    stage,
    by,
    at,
):
    policies.check_reception(received_at, at)
    policies.check_lote(code(lote), lote_not_applicable)
    if contact and contact.customer_id != customer.pk:
        raise Refused("El contacto elegido no es de ese cliente.")
    service = department(SERVICE)
    responsible = answerable(service, at)
    case_file = CaseFile.objects.create(
        folio=folios.take_folio(prefix=policies.PREFIXES[Kind(kind)], at=at),
        kind=CaseKind.COMPLAINT,
        title=_title(reason, product),
        customer=customer,
        department=service,
        responsible=responsible,
        external_reference=external_reference,
        opened_at=received_at,
        opened_by=by,
        last_movement_at=at,
    )
    complaint = Complaint.objects.create(
        case_file=case_file,
        stage=stage,
        kind=kind,
        channel=channel,
        received_at=received_at,
        registered_at=at,
        contact=contact,
        reason=reason,
        product=product,
        lote=_known_lote(product, lote),
        lote_text=lote,
        lote_key=code(lote)[:40],
        lote_not_applicable=lote_not_applicable,
        invoice=invoice,
        quantity=quantity,
        unit=unit,
        amount_claimed=amount_claimed,
        description=description,
        wants_return=wants_return,
        submission=submission,
    )
    index(complaint, anew=True)
    participation.joins(case_file, department=service, at=at)
    for person in filter(None, {by, responsible}):
        participation.joins(case_file, person=person, at=at)
    verb = "complaint.registered" if stage == Stage.REGISTERED else "complaint.received"
    names = {"kind": complaint.get_kind_display().lower(), "channel": complaint.get_channel_display().lower()}
    timeline.write(case_file, verb, by=by, at=at, **names)
    keys = (PromiseKey.ACKNOWLEDGEMENT, PromiseKey.CUSTOMER_ANSWER, PromiseKey.CLOSURE)
    running.promise_each(case_file, keys, at=received_at)
    if evidence:
        evidence_room.attach(evidence, case_file, by=by, at=at)
    if contact and contact.email:
        _acknowledge(complaint, channel=AcknowledgementChannel.MAIL, text="", by=by or responsible, at=at)
    return complaint


def _title(reason, product):
    label = Reason(reason).label
    return f"{label} · {product.name}"[:200] if product else label


def _known_lote(product, lote):
    if not product or not code(lote):
        return None
    return Lote.objects.filter(product=product, key=code(lote)[:40]).first()


@transaction.atomic
def confirm(complaint, *, kind, by, at):
    """Confirm the category of what came by itself: queja or reclamación. The folio stays. MPC-SER-002 §3."""
    permissions.check_may_confirm(by)
    complaint = locked(complaint)
    policies.check_can_confirm(complaint)
    complaint.kind = kind
    complaint.save(update_fields=["kind"])
    move(complaint, Stage.REGISTERED)
    participation.joins(complaint.case_file, person=by, at=at)
    kind_label = complaint.get_kind_display().lower()
    timeline.write(complaint.case_file, "complaint.confirmed", by=by, at=at, kind=kind_label)
    return complaint


@transaction.atomic
def acknowledge(complaint, *, channel, text="", happened_at=None, by, at):
    """Owe the customer the acuse de recibo. MPC-SER-002 §3: in less than 24 business hours.

    By mail the text is the pre-approved template and the deadline is met when the server takes it; by telephone,
    letter or visit the text said is recorded and it counts from `happened_at` (aware, not in the future).
    """
    permissions.check_may_acknowledge(by)
    complaint = locked(complaint)
    policies.check_can_acknowledge(complaint)
    return _acknowledge(complaint, channel=channel, text=text, happened_at=happened_at, by=by, at=at)


def _acknowledge(complaint, *, channel, text, by, at, happened_at=None):
    case_file = complaint.case_file
    if channel == AcknowledgementChannel.MAIL:
        if not complaint.contact or not complaint.contact.email:
            raise Refused("El contacto no tiene correo. Dé el acuse por teléfono, carta o visita y regístrelo aquí.")
        given = Acknowledgement.objects.create(
            complaint=complaint, channel=channel, text=letters.acknowledgement_text(complaint), at=at, by=by
        )
        given.mail = send_template(
            letters.ACKNOWLEDGEMENT,
            key=f"acknowledgement:{given.pk}",
            to=complaint.contact.email,
            context={"folio": case_file.folio, "text": given.text},
            case_file=case_file,
            subject_pk=given.pk,
            at=at,
        )
        given.save(update_fields=["mail"])
        timeline.write(case_file, "acknowledgement.prepared", by=by, at=at)
        return given
    if not text.strip():
        raise Refused("Escriba lo que se le dijo al cliente.")
    happened_at = happened_at or at
    if happened_at > at:
        raise Refused("La fecha del acuse no puede ser futura.")
    if happened_at < complaint.received_at:
        raise Refused("El acuse no puede ser anterior a la recepción de la queja.")
    given = Acknowledgement.objects.create(
        complaint=complaint, channel=channel, text=text, at=happened_at, accepted_at=happened_at, by=by
    )
    label = given.get_channel_display()
    timeline.write(case_file, "acknowledgement.given", by=by, at=happened_at, channel=label)
    running.meet(case_file, PromiseKey.ACKNOWLEDGEMENT, at=happened_at, by=by, recorded_at=at)
    return given


CORRECTABLE = (
    "kind",
    "channel",
    "reason",
    "product",
    "lote_text",
    "lote_not_applicable",
    "invoice",
    "quantity",
    "unit",
    "amount_claimed",
    "description",
    "wants_return",
    "contact",
)


@transaction.atomic
def correct(complaint, *, changes, reason, version, by, at):
    """Correct what was registered wrong, with a reason; the old value stays readable (product §2).

    `changes` maps fields of `CORRECTABLE` to new values. Raises `Conflict` if `version` is no longer the case's.
    """
    complaint = locked(complaint)
    permissions.check_may_correct(by, complaint)
    policies.check_not_over(complaint)
    if not CaseFile.objects.filter(pk=complaint.pk, version=version).update(version=version + 1):
        raise Conflict("Otra persona cambió este caso mientras usted escribía. Revise sus cambios antes de guardar.")
    corrected = []
    for field, after in changes.items():
        if field not in CORRECTABLE:
            raise Refused(f"El campo {field} no se corrige aquí.")
        before = getattr(complaint, field)
        if before == after:
            continue
        label = str(Complaint._meta.get_field(field).verbose_name)
        shown_before = _as_read(complaint, field)
        setattr(complaint, field, after)
        Correction.objects.create(
            complaint=complaint,
            field=label,
            before=shown_before,
            after=_as_read(complaint, field),
            reason=reason,
            at=at,
            by=by,
        )
        corrected.append(label)
    if not corrected:
        raise Refused("No cambió ningún dato.")
    policies.check_lote(code(complaint.lote_text), complaint.lote_not_applicable)
    if complaint.contact and complaint.contact.customer_id != complaint.case_file.customer_id:
        raise Refused("El contacto elegido no es de ese cliente.")
    complaint.lote_key = code(complaint.lote_text)[:40]
    complaint.lote = _known_lote(complaint.product, complaint.lote_text)
    complaint.save(update_fields=[*CORRECTABLE, "lote_key", "lote"])
    case_file = complaint.case_file
    case_file.title = _title(complaint.reason, complaint.product)
    case_file.save(update_fields=["title"])
    index(complaint)
    timeline.write(
        case_file, "complaint.corrected", by=by, at=at, fields=", ".join(corrected), reason=reason, version=version + 1
    )
    return complaint


def _as_read(complaint, field):
    display = getattr(complaint, f"get_{field}_display", None)
    value = display() if display else getattr(complaint, field)
    if isinstance(value, bool):
        return "sí" if value else "no"
    return "" if value is None else str(value)
