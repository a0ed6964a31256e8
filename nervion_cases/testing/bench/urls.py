"""The real addresses, and the floor: the least that a page of this server can do."""

from django.shortcuts import render
from django.urls import path

from casework.catalogue.models import Customer
from casework.web.screens import public
from nervion_cases.urls import urlpatterns as real


@public
def floor(request, number):
    """One query by its key and a constant template, through the same middleware, for nobody who signed in."""
    Customer.objects.filter(pk=number).values_list("name").get()
    return render(request, "bench/floor.html")


urlpatterns = [*real, path("piso/<int:number>/", floor)]
