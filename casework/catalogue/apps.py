"""Django's plug for this room."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "casework.catalogue"
    label = "catalogue"
    verbose_name = "Catálogo"
