"""The addresses of the calendars."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from casework.worktime import views


class Reviewed(StringConverter):
    """What is proposed and approved."""

    regex = "versiones|inhabiles"


register_converter(Reviewed, "reviewed")

app_name = "worktime"

urlpatterns = [
    path("ajustes/calendarios/", views.Calendars.as_view(), name="calendars"),
    path("ajustes/calendarios/inhabil/", views.ProposeDayOff.as_view(), name="propose_day_off"),
    path("ajustes/calendarios/<slug:key>/version/", views.ProposeVersion.as_view(), name="propose_version"),
    path("ajustes/calendarios/<reviewed:what>/<int:pk>/aprobacion/", views.Approve.as_view(), name="approve"),
    path("ajustes/calendarios/<reviewed:what>/<int:pk>/retiro/", views.Withdraw.as_view(), name="withdraw"),
]
