"""Addresses of the steps of a complaint: nouns, whose POST makes one. Included by complaints/urls.py, before the folio."""

from django.urls import path

from complaints.views import (
    acknowledgements,
    answers,
    assignments,
    channellings,
    closures,
    confirmations,
    conformities,
    corrections,
    dictamenes,
    endings,
    evidence,
    surveys,
)

urlpatterns = [
    path("encuesta/", surveys.SurveyView.as_view(), name="survey_form"),
    path("encuesta/gracias/", surveys.SurveyThanks.as_view(), name="survey_thanks"),
    path("encuesta/<str:token>/", surveys.OpenSurvey.as_view(), name="survey"),
    path("quejas/por-clasificar/", channellings.TriageView.as_view(), name="triage"),
    path("quejas/<str:folio>/acuse/", acknowledgements.AcknowledgeView.as_view(), name="acknowledge"),
    path("quejas/<str:folio>/canalizacion/", channellings.ChannelView.as_view(), name="channel"),
    path("quejas/<str:folio>/analisis/", channellings.TriageAgainView.as_view(), name="triage_again"),
    path("quejas/<str:folio>/investigacion/", channellings.InvestigateAgainView.as_view(), name="investigate_again"),
    path("quejas/<str:folio>/responsable/", assignments.AssignView.as_view(), name="assign"),
    path("quejas/<str:folio>/evidencias/", evidence.AddEvidenceView.as_view(), name="add_evidence"),
    path("quejas/<str:folio>/dictamen/", dictamenes.RuleView.as_view(), name="rule"),
    path("quejas/<str:folio>/respuesta/", answers.AnswerView.as_view(), name="answer"),
    path("quejas/<str:folio>/respuesta/aprobacion/", answers.ApproveAnswerView.as_view(), name="approve_answer"),
    path("quejas/<str:folio>/respuesta/devolucion/", answers.ReturnAnswerView.as_view(), name="return_answer"),
    path("quejas/<str:folio>/respuesta/entrega/", answers.DeliverAnswerView.as_view(), name="deliver_answer"),
    path("quejas/<str:folio>/conformidad/", conformities.ConformityView.as_view(), name="conformity"),
    path("quejas/<str:folio>/cierre/", closures.CloseView.as_view(), name="close"),
    path("quejas/<str:folio>/reapertura/", endings.ReopenView.as_view(), name="reopen"),
    path("quejas/<str:folio>/anulacion/", endings.CancelView.as_view(), name="cancel"),
    path("quejas/<str:folio>/duplicado/", endings.DuplicateView.as_view(), name="duplicate"),
    path("quejas/<str:folio>/correccion/", corrections.CorrectView.as_view(), name="correct"),
    path("quejas/<str:folio>/confirmacion/", confirmations.ConfirmView.as_view(), name="confirm"),
]
