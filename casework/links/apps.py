"""Django's plug for this room."""

from django.apps import AppConfig


class LinksConfig(AppConfig):
    name = "casework.links"
    label = "links"
    verbose_name = "Enlaces"
