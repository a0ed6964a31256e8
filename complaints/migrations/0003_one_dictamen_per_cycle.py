"""A case is ruled once in each cycle: another dictamen begins with another investigation (MPC-SER-002 §5.6)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0002_only_listed_moves")]

    operations = [
        migrations.AddConstraint(
            model_name="dictamen",
            constraint=models.UniqueConstraint(fields=("complaint", "cycle"), name="one_dictamen_per_cycle"),
        ),
    ]
