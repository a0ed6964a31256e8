"""Addresses of requests: the map is the glossary."""

from django.urls import path

from coordination.views import answers, requests, verifications

app_name = "coordination"

urlpatterns = [
    path("solicitudes/", requests.ListView.as_view(), name="list"),
    path("solicitudes/<str:folio>/", requests.DetailView.as_view(), name="detail"),
    path("solicitudes/<str:folio>/visto/", requests.SeenView.as_view(), name="seen"),
    path("solicitudes/<str:folio>/respuesta/", answers.AnswerView.as_view(), name="answer"),
    path("solicitudes/<str:folio>/informacion/", answers.AskMoreView.as_view(), name="ask_more"),
    path("solicitudes/<str:folio>/informacion/<int:pk>/", answers.ReplyView.as_view(), name="reply"),
    path("solicitudes/<str:folio>/devolucion/", answers.RerouteView.as_view(), name="reroute"),
    path("solicitudes/<str:folio>/encargo/", answers.HandOverView.as_view(), name="hand_over"),
    path("solicitudes/<str:folio>/asignacion/", verifications.AssignView.as_view(), name="assign"),
    path("solicitudes/<str:folio>/verificacion/", verifications.VerifyView.as_view(), name="verify"),
]
