"""The roles of product §1: groups of Django with a name that people read."""

from django.db.models import TextChoices


class Role(TextChoices):
    """What a person does here. Stored as the name of a Django group."""

    EXECUTIVE = "ejecutivo", "Ejecutivo de Servicio al Cliente"
    COORDINATOR = "coordinador", "Coordinador de Servicio al Cliente"
    QUALITY = "calidad", "Control de Calidad"
    HEAD = "jefe", "Jefe de Departamento"
    MEMBER = "area", "Personal de un área"
    COMMERCIAL = "comercial", "Dirección Comercial"
    DIRECTION = "direccion", "Dirección General"
    FACILITATOR = "facilitador", "Facilitador de la reunión semanal"
    ADMINISTRATOR = "administrador", "Administrador del sistema"
    AUDITOR = "auditor", "Auditor ISO 9001"
