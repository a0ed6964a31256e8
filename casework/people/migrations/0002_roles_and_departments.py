"""The ten roles as groups and the thirteen departments of the company (product §1)."""

from django.db import migrations

ROLES = (
    "ejecutivo",
    "coordinador",
    "calidad",
    "jefe",
    "area",
    "comercial",
    "direccion",
    "facilitador",
    "administrador",
    "auditor",
)
DEPARTMENTS = (
    ("servicio", "Servicio al Cliente"),
    ("ventas", "Ventas"),
    ("produccion", "Producción"),
    ("calidad", "Calidad"),
    ("ingenieria", "Ingeniería"),
    ("compras", "Compras"),
    ("logistica", "Logística"),
    ("almacen-pt", "Almacén PT"),
    ("transporte", "Transporte"),
    ("credito", "Crédito y Cobranza"),
    ("facturacion", "Facturación"),
    ("comercial", "Dirección Comercial"),
    ("direccion", "Dirección General"),
)


def seed(apps, schema_editor):
    """Make what is not there; a second run changes nothing."""
    for name in ROLES:
        apps.get_model("auth", "Group").objects.get_or_create(name=name)
    for code, name in DEPARTMENTS:
        apps.get_model("people", "Department").objects.get_or_create(code=code, defaults={"name": name})


def unseed(apps, schema_editor):
    """Nothing to undo: 0001 drops the tables, and groups without people are harmless."""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [migrations.RunPython(seed, unseed)]
