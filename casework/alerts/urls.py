"""Addresses of the bell."""

from django.urls import path

from casework.alerts import views

app_name = "alerts"
urlpatterns = [
    path("avisos/", views.Bell.as_view(), name="list"),
    path("avisos/leidos/", views.SeeAll.as_view(), name="see_all"),
    path("avisos/<int:pk>/", views.Open.as_view(), name="open"),
]
