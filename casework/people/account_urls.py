"""The doors of django-allauth that are open: sign-up, changing one's e-mail and confirming it stay closed."""

from allauth.account import views
from allauth.mfa.recovery_codes.views import download_recovery_codes, view_recovery_codes
from django.urls import include, path, re_path

# allauth writes down, while showing them, that the codes were seen.
view_recovery_codes.may_write_on_get = download_recovery_codes.may_write_on_get = True
# Its limits count whatever is no GET, also the HEAD of a scanner of mail.
for counted in (views.login, views.password_change, views.password_set, views.password_reset_from_key):
    counted.may_write_on_get = True

urlpatterns = [
    path("entrar/", views.login, name="account_login"),
    path("salir/", views.logout, name="account_logout"),
    path("inactiva/", views.account_inactive, name="account_inactive"),
    path("confirmar/", views.reauthenticate, name="account_reauthenticate"),
    path("contrasena/", views.password_change, name="account_change_password"),
    path("contrasena/nueva/", views.password_set, name="account_set_password"),
    path("recuperar/", views.password_reset, name="account_reset_password"),
    path("recuperar/enviado/", views.password_reset_done, name="account_reset_password_done"),
    path("recuperar/listo/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^recuperar/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("dos-pasos/", include("allauth.mfa.urls")),
]
