"""The five promises of the procedures, as they hold from 2010. They come with the system: approved by nobody."""

from datetime import UTC, date, datetime

from django.db import migrations

HOLDS_FROM = date(2010, 1, 1)
SEEDED_AT = datetime(2010, 1, 1, 6, tzinfo=UTC)  # the plant's midnight
PROMISES = [
    ("acknowledgement", "business_seconds", 24, True, "habil", "MPC-SER-002 §3"),
    ("customer_answer", "natural_days", 15, False, None, "MPC-SER-002 §5.7"),
    ("closure", "natural_days", 15, False, None, "MPC-SER-002 §6"),
    ("coordination_answer", "business_seconds", 48, False, "habil", "MPC-SER-009 §3.2"),
    ("coordination_urgent", "business_seconds", 8, False, "jornada", "MPC-SER-009 §3.2"),
]


def seed(apps, schema_editor):
    calendars = {row.key: row for row in apps.get_model("worktime", "Calendar").objects.all()}
    apps.get_model("deadlines", "PromiseRule").objects.bulk_create(
        apps.get_model("deadlines", "PromiseRule")(
            key=key,
            unit=unit,
            amount=amount,
            strict=strict,
            calendar=calendars.get(calendar),
            clause=clause,
            holds_from=HOLDS_FROM,
            proposed_at=SEEDED_AT,
            approved_at=SEEDED_AT,
        )
        for key, unit, amount, strict, calendar, clause in PROMISES
    )


def unseed(apps, schema_editor):
    """Nothing to undo: 0001 drops the table."""


class Migration(migrations.Migration):
    dependencies = [("deadlines", "0001_initial")]

    operations = [migrations.RunPython(seed, unseed)]
