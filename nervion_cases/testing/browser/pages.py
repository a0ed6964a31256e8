"""The pages of the walk: each page of the table of addresses, as the people who work on it see it.

A page is `name`, `name?query` or `name object`, where the object says which row the address needs: a stage of a
complaint, `asked:` and a stage of a request, or a kind of row.
"""

from django.db.models import Q
from django.urls import URLResolver, get_resolver, reverse

COMMON = ["my_day", "alerts:list", "people:me"]
LISTS = ["complaints:list", "coordination:list", "search?q=mate"]

PAGES = {
    "": [
        "account_login",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "account_inactive",
        "complaints:survey_thanks",
    ],
    "ejecutivo": [
        *COMMON,
        *LISTS,
        "search?q=nadalisto",
        "complaints:list?cola=mias",
        "complaints:register",
        "complaints:registered registered",
        "complaints:detail to_confirm",
        "complaints:detail registered",
        "complaints:detail ruled",
        "complaints:detail?pestana=evidencias photographed",
        "complaints:detail?pestana=mensajes answered",
        "complaints:detail?pestana=historial closed",
        "complaints:confirm to_confirm",
        "complaints:acknowledge quiet",
        "complaints:add_evidence registered",
        "complaints:correct registered",
        "complaints:answer ruled",
        "complaints:conformity answered",
        "complaints:close answered",
        "coordination:detail asked:assigned",
        "coordination:reply question",
        "deadlines:explain deadline",
        "catalogue:add_customer",
    ],
    "coordinador": [
        *COMMON,
        "complaints:list",
        "complaints:triage",
        "complaints:channel registered",
        "complaints:channel ruled",
        "complaints:triage_again channelled",
        "complaints:investigate_again ruled",
        "complaints:assign channelled",
        "complaints:detail channelled",
        "complaints:detail answered",
        "complaints:detail closed",
        "complaints:detail cancelled",
        "complaints:detail duplicate",
        "complaints:answer waiting",
        "complaints:close answered",
        "complaints:reopen closed",
        "complaints:cancel registered",
        "complaints:duplicate registered",
        "coordination:detail asked:answered",
        "coordination:verify asked:answered",
        "coordination:assign asked:asked",
        "coordination:hand_over asked:assigned",
        "mail:incidents",
        "duty",
        "deadlines:settings",
        "worktime:calendars",
        "worktime:propose_day_off",
    ],
    "calidad": [
        *COMMON,
        "complaints:list",
        "complaints:detail channelled",
        "complaints:rule channelled",
        "complaints:rule ruled",
        "coordination:list",
        "coordination:detail asked:assigned",
    ],
    "jefe": [
        *COMMON,
        "coordination:list",
        "coordination:detail asked:assigned",
        "coordination:answer asked:assigned",
        "coordination:ask_more asked:assigned",
        "coordination:reroute asked:assigned",
        "coordination:hand_over asked:assigned",
        "coordination:detail asked:accepted",
        "complaints:detail channelled",
    ],
    "area": [*COMMON, *LISTS],
    "comercial": [
        *COMMON,
        "complaints:list",
        "complaints:detail channelled",
        "deadlines:settings",
        "worktime:calendars",
    ],
    "direccion": [*COMMON, *LISTS, "complaints:detail closed"],
    "facilitador": [*COMMON],
    "administrador": [
        *COMMON,
        "duty",
        "people:list",
        "people:invite",
        "people:detail person",
        "people:departments",
        "people:set_head department",
        "people:name_substitute department",
        "catalogue:customers",
        "catalogue:customer customer",
        "catalogue:add_contact customer",
        "catalogue:contact contact",
        "catalogue:products",
        "catalogue:product product",
        "catalogue:add_product",
        "catalogue:add_lote product",
        "catalogue:lote lote",
        "deadlines:settings",
        "deadlines:propose_rule promise",
        "deadlines:recalculate calendar",
        "worktime:calendars",
        "worktime:propose_day_off",
        "worktime:propose_version calendar",
        "gallery",
        "account_change_password",
        "account_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
    ],
    "auditor": [*COMMON, *LISTS, "complaints:detail closed", "coordination:detail asked:accepted"],
}

ELSEWHERE = {
    "case_file": "leads on to the case",
    "csp_report": "no page",
    "health": "JSON",
    "metrics": "for Prometheus",
    "account_logout": "only a question to those without scripts; the menu posts",
    "account_set_password": "closed: everybody has a password",
    "account_reset_password_from_key": "test_entering",
    "mfa_authenticate": "test_entering",
    "mfa_reauthenticate": "test_entering",
    "mfa_deactivate_totp": "test_entering",
    "mfa_view_recovery_codes": "test_entering",
    "mfa_generate_recovery_codes": "test_entering",
    "mfa_download_recovery_codes": "a file",
    "mfa_reauthenticate_webauthn": "needs a key",
    "mfa_remove_webauthn": "needs a key",
    "mfa_edit_webauthn": "needs a key",
    "people:invitation": "test_entering",
    "people:accept": "test_entering",
    "catalogue:customer_options": "JSON",
    "catalogue:product_options": "JSON",
    "catalogue:lote_options": "JSON",
    "complaints:similar": "a part of the form",
    "complaints:contacts": "a part of the form",
    "complaints:survey": "test_story",
    "complaints:survey_form": "test_story",
    "complaints:approve_answer": "leads on to the answer",
    "complaints:return_answer": "leads on to the answer",
    "complaints:deliver_answer": "leads on to the answer",
    "records:evidence": "a file",
    "records:thumb": "a file",
    "records:original": "a file",
}


def address(page, person):
    """The path of a page for somebody."""
    name, _, wanted = page.partition(" ")
    name, _, query = name.partition("?")
    path = reverse(name, args=row(wanted, person) if wanted else [])
    return f"{path}?{query}" if query else path


def row(wanted, person):
    """What an address needs, of a row that the person sees."""
    from casework.catalogue.models import Contact, Customer, Lote, Product
    from casework.deadlines.models import Deadline
    from casework.people.models import Department, User
    from coordination.models import InformationRequest

    if wanted.startswith("asked:"):
        return [asked(wanted.removeprefix("asked:"), person)]
    if wanted == "question":
        question = InformationRequest.objects.filter(replied_at=None).select_related("request__case_file").first()
        return [question.request.folio, question.pk]
    if wanted == "deadline":
        return [Deadline.objects.filter(case_file__in=seen(person).values("pk"), breached_at=None).first().pk]
    simple = {
        "person": lambda: [User.objects.get(username="ejecutivo").pk],
        "department": lambda: [Department.objects.get(code="calidad").code],
        "customer": lambda: [Customer.objects.earliest("pk").pk],
        "contact": lambda: list(Contact.objects.values_list("customer", "pk").earliest("pk")),
        "product": lambda: [Product.objects.earliest("pk").pk],
        "lote": lambda: list(Lote.objects.values_list("product", "pk").earliest("pk")),
        "promise": lambda: ["acknowledgement"],
        "calendar": lambda: ["jornada"],
    }
    return simple[wanted]() if wanted in simple else [complaint(wanted, person)]


def seen(person):
    """The complaints that somebody sees, the oldest first."""
    from complaints.models import Complaint

    return Complaint.objects.visible_to(person).order_by("pk")


def complaint(wanted, person):
    """The folio of a complaint at a stage, or in a situation; of the person's own when there is one."""
    rows = seen(person)
    situations = {
        "photographed": lambda: rows.filter(case_file__evidence__isnull=False),
        "quiet": lambda: rows.filter(stage="registered", acknowledgements=None),
        "waiting": lambda: rows.filter(stage="ruled", answers__message__submitted_at__isnull=False),
    }
    found = situations[wanted]() if wanted in situations else rows.filter(stage=wanted)
    own = found.filter(Q(case_file__responsible=person) | Q(case_file__opened_by=person))
    return (own or found).values_list("case_file__folio", flat=True)[0]


def asked(stage, person):
    """The folio of a request at a stage; of the person's own department when there is one."""
    from coordination.models import CoordinationRequest

    rows = CoordinationRequest.objects.visible_to(person).filter(stage=stage).order_by("pk")
    own = rows.filter(department=person.department_id)
    return (own or rows).values_list("case_file__folio", flat=True)[0]


def names():
    """Every name of the table of addresses that answers GET."""

    def walk(resolver, space=""):
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern, f"{pattern.namespace}:" if pattern.namespace else space)
            else:
                view = getattr(pattern.callback, "view_class", None)
                methods = getattr(view, "http_method_names", ["get"])
                if "get" in methods and (view is None or hasattr(view, "get")):
                    yield f"{space}{pattern.name}"

    return sorted(set(walk(get_resolver())))
