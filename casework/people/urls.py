"""The addresses of people and departments."""

from django.urls import path

from casework.people import views, views_me

app_name = "people"

urlpatterns = [
    path("personas/", views.PeopleList.as_view(), name="list"),
    path("personas/invitacion/", views.Invite.as_view(), name="invite"),
    path("personas/<int:pk>/", views.PersonDetail.as_view(), name="detail"),
    path("personas/<int:pk>/invitacion/", views.Reinvite.as_view(), name="reinvite"),
    path("personas/<int:pk>/baja/", views.Deactivate.as_view(), name="deactivate"),
    path("personas/<int:pk>/alta/", views.Reactivate.as_view(), name="reactivate"),
    path("personas/departamentos/", views.DepartmentList.as_view(), name="departments"),
    path("personas/departamentos/<slug:code>/jefe/", views.SetHead.as_view(), name="set_head"),
    path("personas/departamentos/<slug:code>/suplencia/", views.NameSubstitute.as_view(), name="name_substitute"),
    path("personas/suplencias/<int:pk>/termino/", views.EndSubstitute.as_view(), name="end_substitute"),
    path("mi-cuenta/", views_me.Me.as_view(), name="me"),
    path("mi-cuenta/atajos/", views_me.Shortcuts.as_view(), name="shortcuts"),
    path("mi-cuenta/sesiones/", views_me.OtherSessions.as_view(), name="other_sessions"),
    path("invitacion/", views_me.AcceptInvitation.as_view(), name="accept"),
    path("invitacion/<str:token>/", views_me.InvitationLink.as_view(), name="invitation"),
]
