"""Addresses of the promises with a clock."""

from django.urls import path

from casework.deadlines import views

app_name = "deadlines"
urlpatterns = [
    path("plazos/<int:pk>/", views.Explain.as_view(), name="explain"),
]
