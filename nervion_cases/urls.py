"""The table of addresses: Spanish for people, English names for code."""

from django.conf import settings
from django.urls import include, path

from casework.web.gallery import Gallery
from casework.web.views import csp_report
from nervion_cases.duty.health import health
from nervion_cases.duty.metrics import metrics
from nervion_cases.duty.page import Duty
from nervion_cases.views import CaseFileRedirect, MyDay, Search

handler500 = "casework.web.views.server_error"
handler400 = "casework.web.views.bad_request"

urlpatterns = [
    path("", MyDay.as_view(), name="my_day"),
    path("buscar/", Search.as_view(), name="search"),
    path("expedientes/<str:folio>/", CaseFileRedirect.as_view(), name="case_file"),
    path("salud/", health, name="health"),
    path("guardia/", Duty.as_view(), name="duty"),
    path("metricas/", metrics, name="metrics"),
    path("csp/", csp_report, name="csp_report"),
    path("componentes/", Gallery.as_view(), name="gallery"),
    path("cuenta/", include("casework.people.account_urls")),
    path("", include("casework.people.urls")),
    path("", include("casework.catalogue.urls")),
    path("", include("casework.worktime.urls")),
    path("", include("casework.desk.urls")),
    path("", include("casework.records.urls")),
    path("", include("casework.mail.urls")),
    path("", include("casework.alerts.urls")),
    path("", include("casework.deadlines.urls")),
    path("", include("casework.correspondence.urls")),
    path("", include("coordination.urls")),
    path("", include("complaints.urls")),
]

if settings.DEMO:
    from nervion_cases.demo.views import DemoMail, DemoMessage

    urlpatterns += [
        path("demo/correo/", DemoMail.as_view(), name="demo_mail"),
        path("demo/correo/<str:name>/", DemoMessage.as_view(), name="demo_message"),
    ]
