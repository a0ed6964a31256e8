"""Addresses of complaints: the map is the glossary."""

from django.urls import path

from complaints.urls_steps import urlpatterns as steps
from complaints.views import complaints, registering

app_name = "complaints"

urlpatterns = [
    path("quejas/", complaints.ListView.as_view(), name="list"),
    path("quejas/nueva/", registering.RegisterView.as_view(), name="register"),
    path("quejas/nueva/parecidas/", registering.SimilarView.as_view(), name="similar"),
    path("quejas/nueva/contactos/", registering.ContactsView.as_view(), name="contacts"),
    *steps,
    path("quejas/<str:folio>/", complaints.DetailView.as_view(), name="detail"),
    path("quejas/<str:folio>/registrada/", registering.RegisteredView.as_view(), name="registered"),
]
