"""Addresses of the promises with a clock."""

from django.urls import path

from casework.deadlines import recalculation_views, settings_views, views

app_name = "deadlines"
urlpatterns = [
    path("plazos/<int:pk>/", views.Explain.as_view(), name="explain"),
    path("ajustes/promesas/", settings_views.Settings.as_view(), name="settings"),
    path("ajustes/promesas/<slug:key>/propuesta/", settings_views.ProposeRule.as_view(), name="propose_rule"),
    path("ajustes/promesas/<slug:key>/calendario/", settings_views.SwitchCalendar.as_view(), name="switch_calendar"),
    path("ajustes/calendarios/<slug:key>/recalculo/", recalculation_views.Recalculate.as_view(), name="recalculate"),
    path("ajustes/propuestas/<int:pk>/aprobacion/", settings_views.ApproveRule.as_view(), name="approve_rule"),
    path("ajustes/propuestas/<int:pk>/retiro/", settings_views.WithdrawRule.as_view(), name="withdraw_rule"),
]
