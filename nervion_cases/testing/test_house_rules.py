"""House rules are tests, not reminders."""

import ast
import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest
from celery.schedules import crontab
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, models, transaction
from django.utils.module_loading import import_string

from casework.alerts.sentences import SENTENCES as ALERT_SENTENCES
from casework.records.sentences import SENTENCES
from casework.rules import says_yes
from complaints import stages as complaint_stages
from coordination import stages as request_stages
from nervion_cases.celery import app as celery_app
from nervion_cases.testing.diagrams import both

ROOT = Path(settings.BASE_DIR)
OURS = ("nervion_cases", "casework", "complaints", "coordination")
VERBS = (
    "complaints.actions",
    "coordination.actions",
    "casework.correspondence.approving",
    "casework.people.actions",
    "casework.catalogue.actions",
    "casework.worktime.actions",
    "casework.deadlines.rules",
)


QUESTIONS = {"locked", "hold_all", "answerable", "usable_survey"}  # they write nothing


def our_files():
    """Every Python file of ours that is not a test or a migration."""
    for root in OURS:
        for path in sorted((ROOT / root).rglob("*.py")):
            if not {"tests", "migrations", "__pycache__"} & set(path.parts):
                yield path


def our_models():
    return [model for model in apps.get_models() if model.__module__.split(".")[0] in OURS]


def public_functions(*modules):
    for name in modules:
        module = import_module(name)
        names = getattr(module, "__all__", None)
        for found, function in inspect.getmembers(module, inspect.isfunction):
            own = function.__module__.startswith(name.rpartition(".")[0] if names is None else name)
            listed = found in names if names is not None else function.__module__ == name
            if own and listed and not found.startswith(("_", "check_")) and found not in QUESTIONS:
                yield pytest.param(function, id=f"{name}.{found}")


@pytest.mark.parametrize("verb", list(public_functions(*VERBS)))
def test_every_verb_says_who_and_when(verb):
    assert {"by", "at"} <= set(inspect.signature(verb).parameters)


@pytest.mark.parametrize("path", list(our_files()), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_room_and_file_has_a_sign(path):
    text = path.read_text()

    assert not text.strip() or ast.get_docstring(ast.parse(text)), f"{path} has no docstring"


@pytest.mark.parametrize("app", [app for app in apps.get_app_configs() if app.name.split(".")[0] in OURS], ids=str)
def test_every_app_has_a_door_sign(app):
    assert len((app.module.__doc__ or "").split()) > 10


def written_verbs():
    """Verbs that the code writes in the timeline, and reasons that it tells people."""
    told = re.compile(r"""timeline\.(?:write|entry)\(\s*[\w.]+,\s*"([\w.]+)\"""")
    for path in our_files():
        yield from told.findall(path.read_text())


def test_every_verb_written_has_a_sentence():
    written = set(written_verbs())

    assert len(written) > 25
    assert written <= set(SENTENCES)


def test_every_reason_told_has_a_sentence():
    told = re.compile(r"""bell\.tell\([^"]*?"([\w.]+)\"""", re.DOTALL)
    reasons = {reason for path in our_files() for reason in told.findall(path.read_text())}

    assert len(reasons) >= 4
    assert reasons <= set(ALERT_SENTENCES)


def refusals():
    """Literal sentences of refusals in the code."""
    for path in our_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Refused", "Forbidden", "Conflict"):
                for argument in node.args[:1]:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        yield pytest.param(argument.value, id=f"{path.name}:{node.lineno}")


@pytest.mark.parametrize("text", list(refusals()))
def test_every_refusal_is_a_sentence_without_shouting(text):
    assert text.endswith((".", "?"))
    assert "¡" not in text


@pytest.mark.parametrize("entry", list(celery_app.conf.beat_schedule.values()), ids=lambda entry: entry["task"])
def test_every_entry_of_the_timetable_is_a_real_task(entry):
    celery_app.loader.import_default_modules()

    assert entry["task"] in celery_app.tasks
    if not isinstance(entry["schedule"], crontab):  # once a day: nothing piles up
        assert entry["options"]["expires"] <= entry["schedule"]


@pytest.mark.parametrize("path", settings.MY_DAY)
def test_every_dotted_path_of_the_settings_is_real(path):
    assert callable(import_string(path))


def paired_fields():
    """(model, stem) for every `<stem>_at` with a `<stem>_by`."""
    for model in our_models():
        names = {field.name: field for field in model._meta.fields}
        for name, field in names.items():
            stem = name.removesuffix("_at")
            if name.endswith("_at") and f"{stem}_by" in names and field.null:
                yield pytest.param(model, stem, id=f"{model.__name__}.{stem}")


# What came with the system was proposed and approved by nobody; a constraint of another shape holds the rest.
CAME_WITH_THE_SYSTEM = {("CalendarVersion", "proposed"), ("DayOff", "proposed"), ("ExtraOpening", "proposed")}
PAIRED = [pair for pair in paired_fields() if (pair.values[0].__name__, pair.values[1]) not in CAME_WITH_THE_SYSTEM]


@pytest.mark.parametrize(("model", "stem"), PAIRED)
def test_the_database_keeps_who_and_when_together(model, stem):
    """A constraint names both columns, so neither can be set without the other."""
    together = [
        constraint
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
        and f"{stem}_at" in str(constraint.condition)
        and f"{stem}_by" in str(constraint.condition)
    ]

    assert together, f"{model.__name__}: no constraint keeps {stem}_at and {stem}_by together"


def test_there_are_pairs_to_keep():
    assert len(PAIRED) >= 5


def test_constraint_and_index_names_are_unique():
    names = [constraint.name for model in our_models() for constraint in model._meta.constraints]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("stages", [complaint_stages, request_stages], ids=["complaint", "request"])
def test_only_the_listed_moves_are_possible(stages):
    for current in stages.Stage:
        for target in stages.Stage:
            assert says_yes(stages.check_move, current, target) is (target in stages.MOVES[current])


@pytest.mark.parametrize("stages", [complaint_stages, request_stages], ids=["complaint", "request"])
def test_every_stage_has_a_holder(stages):
    assert set(stages.BALL_IS_WITH) == set(stages.Stage)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "stages"), [("complaints_move", complaint_stages), ("coordination_move", request_stages)]
)
def test_the_database_holds_the_same_moves(table, stages):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT current, target FROM {table}")
        held = set(cursor.fetchall())

    assert held == {(current.value, target.value) for current in stages.Stage for target in stages.MOVES[current]}


def test_the_diagrams_of_the_readme_are_those_of_the_code():
    readme = (ROOT / "README.md").read_text()

    for diagram in both():
        assert diagram in readme


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model.__name__)
def test_the_glossary_names_every_model(model):
    readme = (ROOT / "README.md").read_text().lower()

    assert f"| {model._meta.verbose_name} |" in readme


def test_every_template_is_used():
    """Named by a view, another template, or a registry: a template nobody names is dead."""
    folder = ROOT / "templates"
    code = "\n".join(path.read_text() for root in OURS for path in (ROOT / root).rglob("*.py"))
    pages = {path: path.read_text() for path in folder.rglob("*.*") if path.is_file()}
    outside = ("account", "allauth", "mfa", "bootstrap5", "emails", "django", "usersessions")
    unused = []
    for path in pages:
        name = str(path.relative_to(folder))
        if name.split("/")[0] in outside or re.fullmatch(r"\d{3}\.html", name):
            continue
        if "/_part_" in name:  # chosen by the tab: complaints/_part_<tab>.html
            continue
        if name not in code and not any(name in text for other, text in pages.items() if other != path):
            unused.append(name)

    assert unused == []


def test_templates_have_no_inline_script_or_style():
    inline = re.compile(r"""<script(?![^>]*\b(?:src=|type="application/json"))|\sstyle=["']|\son[a-z]+=["']""")
    guilty = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if "emails" not in path.parts and inline.search(path.read_text())
    ]

    assert guilty == []


@pytest.mark.django_db
def test_a_line_of_the_timeline_cannot_be_changed_or_deleted(cast):
    from nervion_cases.testing.situations import registered

    line = registered(cast).case_file.timeline.first()

    for statement in (
        "UPDATE records_timelineentry SET verb = 'x' WHERE id = %s",
        "DELETE FROM records_timelineentry WHERE id = %s",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [line.pk])
