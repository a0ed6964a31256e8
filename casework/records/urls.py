"""Addresses of the record."""

from django.urls import path

from casework.records import views

app_name = "records"

urlpatterns = [
    path("evidencia/subir/", views.Upload.as_view(), name="upload"),
    path("evidencia/descartar/", views.Discard.as_view(), name="discard"),
    path("evidencia/<int:pk>/", views.Shown.as_view(), name="evidence"),
    path("evidencia/<int:pk>/miniatura/", views.Thumb.as_view(), name="thumb"),
    path("evidencia/<int:pk>/original/", views.Original.as_view(), name="original"),
]
