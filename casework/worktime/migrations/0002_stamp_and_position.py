"""The stamp that every change of a calendar moves, and business time in SQL. Built-in functions only: no extension."""

from django.db import migrations

WATCHED = (
    "worktime_calendar",
    "worktime_calendarversion",
    "worktime_window",
    "worktime_dayoff",
    "worktime_dayoff_calendars",
    "worktime_extraopening",
    "worktime_extraopening_calendars",
)

# A random stamp, not a counter: a transaction rolled back must not leave its stamp to the next one.
STAMP = """
CREATE FUNCTION worktime_move_stamp() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO worktime_revision (id, stamp) VALUES (1, gen_random_uuid())
    ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp;
    RETURN NULL;
END $$
"""

POSITION = """
CREATE FUNCTION worktime_position(calendar_key text, t timestamptz) RETURNS numeric
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
    known worktime_horizon%ROWTYPE;
    answer numeric;
BEGIN
    SELECT h.* INTO known FROM worktime_horizon h JOIN worktime_calendar c ON c.id = h.calendar_id
    WHERE c.key = calendar_key;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'No hay tramos del calendario %.', calendar_key USING ERRCODE = 'no_data_found';
    ELSIF known.stamp IS DISTINCT FROM (SELECT stamp FROM worktime_revision WHERE id = 1) THEN
        RAISE EXCEPTION 'Los tramos del calendario % son de una revisión anterior.', calendar_key
            USING ERRCODE = 'object_not_in_prerequisite_state';
    ELSIF t IS NULL OR t < known.starts OR t > known.ends THEN
        RAISE EXCEPTION 'El instante % queda fuera del calendario %.', t, calendar_key
            USING ERRCODE = 'datetime_field_overflow';
    END IF;
    SELECT s.seconds_before + extract(epoch FROM least(t, s.ends) - s.starts) INTO answer
    FROM worktime_segment s WHERE s.calendar_id = known.calendar_id AND s.starts <= t
    ORDER BY s.starts DESC LIMIT 1;
    RETURN coalesce(answer, 0);
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("worktime", "0001_calendars")]

    operations = [
        migrations.RunSQL(STAMP, "DROP FUNCTION worktime_move_stamp()"),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {table}_moves_the_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION worktime_move_stamp()",
                f"DROP TRIGGER {table}_moves_the_stamp ON {table}",
            )
            for table in WATCHED
        ),
        migrations.RunSQL(POSITION, "DROP FUNCTION worktime_position(text, timestamptz)"),
    ]
