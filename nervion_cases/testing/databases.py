"""Databases made from a template and thrown away, and which of them Django talks to."""

from django.conf import settings
from django.db import connection, connections


def point_to(name):
    """Let Django talk to another database from now on."""
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = name
    connections["default"].settings_dict["NAME"] = name
    connections.settings["default"]["NAME"] = name


def statement(sql):
    """Run SQL outside the database of the tests: one cannot clone or drop what one is in."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql)


def clone(template, name):
    """A new database like the template, in the place of one that a killed run may have left."""
    drop(name)
    statement(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def send_away(name):
    """End the connections of our role. A server's own housekeeper is not ours to end; it leaves by itself."""
    statement(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        f"WHERE datname = '{name}' AND usename = current_user AND pid <> pg_backend_pid()"
    )


def drop(name):
    """Away with it, whoever of ours is still connected."""
    send_away(name)
    statement(f'DROP DATABASE IF EXISTS "{name}"')
