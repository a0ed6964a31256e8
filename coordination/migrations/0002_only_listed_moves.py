"""The moves of product §2 and §3, held by the database too: no direct write can skip a step."""

from django.db import migrations

# As they were when this migration was written; a later change of the table of moves is a later migration.
MOVES = {
    "asked": ["assigned", "withdrawn"],
    "assigned": ["answered", "asked", "withdrawn"],
    "answered": ["accepted", "assigned"],
    "accepted": ["assigned"],
}

ROWS = ", ".join(f"('{current}', '{target}')" for current, targets in MOVES.items() for target in targets)

FORWARDS = f"""
CREATE TABLE coordination_move (
    current varchar(12) NOT NULL, target varchar(12) NOT NULL, PRIMARY KEY (current, target)
);
INSERT INTO coordination_move (current, target) VALUES {ROWS};
CREATE FUNCTION coordination_refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM coordination_move WHERE current = OLD.stage AND target = NEW.stage) THEN
        RAISE EXCEPTION 'Un caso «%» no puede pasar a «%».', OLD.stage, NEW.stage
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER coordination_only_listed_moves BEFORE UPDATE OF stage ON coordination_coordinationrequest
    FOR EACH ROW WHEN (OLD.stage IS DISTINCT FROM NEW.stage) EXECUTE FUNCTION coordination_refuse_move();
"""

BACKWARDS = """
DROP TRIGGER coordination_only_listed_moves ON coordination_coordinationrequest;
DROP FUNCTION coordination_refuse_move();
DROP TABLE coordination_move;
"""


class Migration(migrations.Migration):
    dependencies = [("coordination", "0001_initial")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
