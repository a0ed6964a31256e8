"""The gallery at /componentes/: every component in every state. A change of look is made here first."""

from datetime import timedelta
from types import SimpleNamespace as Sample

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.utils import timezone
from django.views.generic import TemplateView

from casework.rules import Forbidden, Step
from casework.web.screens import Screen

STEPS_OF_A_COMPLAINT = (
    "Recepción",
    "Registro",
    "Análisis inicial",
    "Canalización",
    "Investigación",
    "Dictamen",
    "Respuesta",
    "Cierre",
)


def check_may_see_gallery(person):
    """Furniture is looked at by the administrator; in the demo, by anyone who has signed in."""
    if not settings.DEMO and not person.has_role("administrador"):
        raise Forbidden


class SampleForm(forms.Form):
    """One field of each kind."""

    customer = forms.CharField(label="Cliente", help_text="Escriba dos letras de su clave, nombre o ciudad.")
    channel = forms.ChoiceField(
        label="Canal",
        choices=[
            ("phone", "Teléfono"),
            ("mail", "Correo"),
            ("web", "Formulario web"),
            ("visit", "Visita"),
            ("chat", "WhatsApp"),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.ChoiceField(
        label="Motivo", choices=[("", "Seleccione un motivo"), ("quality", "Calidad"), ("packing", "Empaque")]
    )
    received = forms.CharField(
        label="Fecha y hora de recepción", help_text="dd/mm/aaaa hh:mm, por ejemplo 21/11/2026 16:05."
    )
    lote = forms.CharField(label="Lote", required=False)
    description = forms.CharField(
        label="Qué pasó", widget=forms.Textarea(attrs={"rows": 3}), help_text="Con las palabras del cliente."
    )
    urgent = forms.BooleanField(label="El cliente detuvo su línea", required=False)

    def clean(self):
        if self.data.get("whole_form_fails"):
            self.add_error(None, "La queja ya se había registrado a las 10:42 con el folio Q-2026-00012.")
        return super().clean()


def deadlines(at):
    """A deadline in each state, with the words that the procedure would use."""
    day = timedelta(days=1)

    def promise(start, due, **more):
        return Sample(starts_at=at + start * day, due_at=at + due * day, **more)

    return [
        ("En plazo", promise(-7, 8), "Cumplida"),
        ("Por vencer", promise(-12, 3), "Cumplida"),
        ("Por vencer, hoy", promise(-1.9, 0.1), "Cumplida"),
        ("Vencida", promise(-17, -2, breached_at=at - 2 * day), "Cumplida"),
        ("Cumplida en plazo", promise(-20, -5, met_at=at - 11 * day), "Cerrada"),
        ("Cumplida fuera de plazo", promise(-20, -5, met_at=at - 2 * day, breached_at=at - 5 * day), "Cerrada"),
        ("Terminada sin veredicto", promise(-5, 10, ended_at=at), "Cumplida"),
        ("Sin plazo", Sample(due_at=None), "Cumplida"),
    ]


class Gallery(Screen, TemplateView):
    """Every component in every state, for whoever changes the look."""

    template_name = "web/gallery.html"
    permission = staticmethod(check_may_see_gallery)

    def get_context_data(self, **kwargs):
        at = timezone.now()
        why = [
            "El reloj empieza cuando el cliente habló: viernes 13 de noviembre de 2026, 16:40.",
            "Viernes 13, hábil: corren 7 h 20 min.",
            "Sábado 14 y domingo 15: no corren.",
            "Lunes 16, inhábil (art. 74 LFT): no corre.",
            "Martes 17, hábil: corren las 16 h 40 min que faltan. Vence el martes 17 de noviembre de 2026, 16:40.",
        ]
        states = deadlines(at)
        broken = SampleForm({"received": "mañana", "description": "", "whole_form_fails": "yes"})
        broken.is_valid()
        broken.add_error("received", "La fecha de recepción no puede ser futura")
        entries = [
            Sample(sentence="Ana López envió la respuesta al cliente", at=at - timedelta(minutes=12), icon="send"),
            Sample(sentence="Venció el plazo: respuesta al cliente", at=at - timedelta(hours=30), icon="clock"),
            Sample(
                sentence="Diego Ríos respondió la solicitud CI-2026-00045",
                at=at - timedelta(days=3),
                icon="chat-left-text",
                note="Se revisó la retención del lote: 12 cubetas con tapa mal sellada.\nSe separaron en el almacén 3.",
                late=True,
                recorded_at=at - timedelta(days=2),
                url="#",
                url_label="Ver la respuesta",
            ),
            Sample(sentence="Ana López registró la queja", at=at - timedelta(days=9), icon="plus-lg"),
        ]
        rows = [
            Sample(
                folio="Q-2026-00042",
                customer="Recubrimientos del Bajío",
                reason="Calidad",
                stage="channelled",
                stage_name="En investigación",
                amount=18250,
                deadline=states[0][1],
            ),
            Sample(
                folio="Q-2026-00039",
                customer="Ferretería y Pinturas La Norteña de Monterrey",
                reason="Empaque",
                stage="ruled",
                stage_name="Con dictamen",
                amount=1250.5,
                deadline=states[1][1],
            ),
            Sample(
                folio="R-2026-00011",
                customer="Muebles Íñiguez",
                reason="Entrega",
                stage="registered",
                stage_name="Registrada",
                amount=None,
                deadline=states[3][1],
            ),
            Sample(
                folio="Q-2026-00028",
                customer="Comercial Azcapotzalco",
                reason="Facturación",
                stage="closed",
                stage_name="Cerrada",
                amount=640,
                deadline=states[4][1],
            ),
        ]
        photo = "/static/img/sample-photo.svg"
        return super().get_context_data(
            **kwargs,
            states=states,
            why=why,
            clocks=[
                Sample(name="Acuse de recibo", deadline=states[4][1], done="Enviado"),
                Sample(name="Respuesta de Calidad", deadline=states[1][1], why=why),
                Sample(
                    name="Respuesta al cliente",
                    deadline=states[0][1],
                    note="Esperó al cliente 3 días (no detiene el plazo)",
                ),
                Sample(name="Cierre", deadline=states[0][1], done="Cerrada"),
            ],
            pills=[
                ("Por confirmar", "to_confirm"),
                ("Registrada", "registered"),
                ("En investigación", "channelled"),
                ("Con dictamen", "ruled"),
                ("Respondida", "answered"),
                ("Cerrada", "closed"),
                ("Anulada", "cancelled"),
                ("Duplicada", "duplicate"),
                ("Reabierta", "reopened"),
                ("Urgente", "urgent"),
            ],
            steps=[
                Step("Responder", "#", primary=True),
                Step("Necesito más información", "#"),
                Step("Cerrar", "#", why_not="Falta registrar la conformidad del cliente."),
            ],
            steps_of_a_complaint=STEPS_OF_A_COMPLAINT,
            tabs=[
                Sample(label="Resumen", url="#", current=True),
                Sample(label="Investigación", url="#"),
                Sample(label="Evidencias", url="#", count=4),
                Sample(label="Mensajes", url="#"),
                Sample(label="Historial", url="#"),
            ],
            entries=entries,
            rows=rows,
            page=Paginator(range(240), 20).page(3),
            plain_form=SampleForm(initial={"received": "21/11/2026 10:42"}),
            broken=broken,
            queues=[
                Sample(label="Mis casos", url="#", current=True, count=7),
                Sample(label="Por clasificar", url="#", count=3),
                Sample(label="Por vencer", url="#", count=2),
                Sample(label="Vencidas", url="#", count=1),
                Sample(label="Todas", url="#"),
            ],
            chips=[
                Sample(label="Motivo: empaque", url="#", removable=True),
                Sample(label="Recibida desde 01/11/2026", url="#", removable=True),
            ],
            photos=[
                Sample(
                    url="#",
                    thumb_url=photo,
                    name="IMG_2041.jpg",
                    detail="Ana López · 21/11/2026 10:44",
                    alt="Tapa mal sellada",
                ),
                Sample(
                    url="#", thumb_url=photo, name="etiqueta-lote-L240117A.jpg", detail="Ana López · 21/11/2026 10:45"
                ),
                Sample(url="#", thumb_url="", name="certificado.pdf", detail="Carla Núñez · 22/11/2026 09:10"),
            ],
            tags=[Sample(label="En investigación", kind="channelled"), Sample(label="Urgente", kind="urgent")],
            filter_form=SampleForm(prefix="filtro"),
            uploaded=[
                Sample(id=1, name="IMG_2041.heic", size=2_412_000, thumb_url=photo),
                Sample(id=2, name="video-de-la-línea.pdf", size=9_800_000, thumb_url="", progress=62),
                Sample(
                    id=3, name="certificado.pdf", size=0, thumb_url="", error="El archivo está protegido con contraseña"
                ),
            ],
            missing=[
                Sample(label="Dictamen técnico", done=True),
                Sample(label="Respuesta enviada al cliente", done=True),
                Sample(label="Conformidad del cliente", done=False, url="#", action="Registrar"),
                Sample(label="Solicitud CI-2026-00045 verificada", done=False, url="#", action="Verificar"),
            ],
            someone="Diego Ríos",
            at=at,
            money=18250.5,
        )
