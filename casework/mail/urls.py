"""Addresses of the post: what could not be delivered."""

from django.urls import path

from casework.mail import views

app_name = "mail"
urlpatterns = [
    path("correo/incidentes/", views.Incidents.as_view(), name="incidents"),
    path("correo/incidentes/<int:pk>/atendido/", views.Attend.as_view(), name="attend"),
    path("correo/incidentes/<int:pk>/reenvio/", views.SendAgain.as_view(), name="send_again"),
    path("correo/incidentes/<int:pk>/llegada/", views.Arrived.as_view(), name="arrived"),
]
