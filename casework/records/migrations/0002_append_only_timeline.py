"""The bitácora is only ever added to (MPC-SER-002 §7): the database refuses to change or delete a line."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION records_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'La tabla % solo se agrega: no se cambia ni se borra.', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER timeline_is_append_only BEFORE UPDATE OR DELETE ON records_timelineentry
    FOR EACH ROW EXECUTE FUNCTION records_refuse_change();
"""

BACKWARDS = """
DROP TRIGGER timeline_is_append_only ON records_timelineentry;
DROP FUNCTION records_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
