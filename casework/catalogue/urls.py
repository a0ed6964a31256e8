"""The addresses of the catalogue."""

from django.urls import path

from casework.catalogue import views

app_name = "catalogue"

urlpatterns = [
    path("catalogo/clientes/", views.CustomerList.as_view(), name="customers"),
    path("catalogo/clientes/nuevo/", views.AddCustomer.as_view(), name="add_customer"),
    path("catalogo/clientes/opciones/", views.CustomerOptions.as_view(), name="customer_options"),
    path("catalogo/clientes/<int:pk>/", views.CustomerDetail.as_view(), name="customer"),
    path("catalogo/clientes/<int:pk>/contactos/", views.AddContact.as_view(), name="add_contact"),
    path("catalogo/clientes/<int:pk>/contactos/<int:contact>/", views.EditContact.as_view(), name="contact"),
    path("catalogo/productos/", views.ProductList.as_view(), name="products"),
    path("catalogo/productos/nuevo/", views.AddProduct.as_view(), name="add_product"),
    path("catalogo/productos/opciones/", views.ProductOptions.as_view(), name="product_options"),
    path("catalogo/productos/<int:pk>/", views.ProductDetail.as_view(), name="product"),
    path("catalogo/productos/<int:pk>/lotes/", views.AddLote.as_view(), name="add_lote"),
    path("catalogo/productos/<int:pk>/lotes/<int:lote>/", views.EditLote.as_view(), name="lote"),
    path("catalogo/lotes/opciones/", views.LoteOptions.as_view(), name="lote_options"),
]
