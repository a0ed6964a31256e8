"""Addresses of the correspondence. Messages are written and approved on the pages of the cases they belong to."""

app_name = "correspondence"
urlpatterns = []
