"""Addresses of the desk."""

from django.urls import path

from casework.desk import views

app_name = "desk"

urlpatterns = [
    path("borradores/<slug:form>/", views.Save.as_view(), name="save"),
    path("borradores/<slug:form>/descartar/", views.Discard.as_view(), name="discard"),
    path("borradores/<slug:form>/recuperar/", views.Restore.as_view(), name="restore"),
]
