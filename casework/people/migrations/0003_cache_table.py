"""The table of Django's database cache, where attempts to sign in are counted (see CACHES in the settings)."""

from django.db import migrations

CREATE = """
CREATE TABLE IF NOT EXISTS cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS cache_expires ON cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0002_roles_and_departments")]

    operations = [migrations.RunSQL(CREATE, "DROP TABLE cache")]
