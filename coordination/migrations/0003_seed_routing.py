"""The routes of MPC-SER-002 §5.4: técnico → Calidad / Ingeniería, logístico → Almacén PT / Transporte,
administrativo → Crédito y Cobranza / Facturación."""

from django.db import migrations

ROUTES = {
    "technical": ["calidad", "ingenieria"],
    "logistic": ["almacen-pt", "transporte"],
    "administrative": ["credito", "facturacion"],
}


def add(apps, schema_editor):
    """The first of each is the one proposed."""
    rule = apps.get_model("coordination", "RoutingRule")
    departments = {d.code: d for d in apps.get_model("people", "Department").objects.all()}
    for matter, codes in ROUTES.items():
        for position, code in enumerate(codes):
            rule.objects.create(matter=matter, department=departments[code], primary=position == 0, hours=48)


def remove(apps, schema_editor):
    """Only what this migration added."""
    apps.get_model("coordination", "RoutingRule").objects.filter(
        department__code__in=[code for codes in ROUTES.values() for code in codes]
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("coordination", "0002_only_listed_moves"), ("people", "0002_roles_and_departments")]

    operations = [migrations.RunPython(add, remove)]
