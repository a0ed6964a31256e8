"""Every request has a number: in its answer, on the page of an error, and on each line of the log it causes."""

from time import monotonic

import structlog
from django.dispatch import receiver
from django_structlog import signals
from django_structlog.middlewares import RequestMiddleware

from casework.web.logs import hide
from casework.web.views import OUTAGES

logger = structlog.get_logger("nervion.requests")


class RequestLog(RequestMiddleware):
    """One line a request, when it ends. The number is ours: what a client calls its request is not believed."""

    def prepare(self, request):
        """Number the request."""
        request.began = monotonic()
        super().prepare(request)
        request.id = structlog.contextvars.get_contextvars()["request_id"]

    def handle_response(self, request, response):
        """Tell the number and write the line; of what failed it was written when it did, with its trace."""
        response.headers["X-Request-ID"] = request.id
        if not hasattr(request, "_raised_exception"):
            self.bind_user_id(request)
            logger.log(
                self._log_level_for_status_code(response.status_code),
                "request_finished",
                code=response.status_code,
                request=self.format_request(request),
                ms=round((monotonic() - request.began) * 1000, 1),
            )
        structlog.contextvars.clear_contextvars()

    @staticmethod
    def format_request(request):
        """Method and path without its token. What follows the «?» may be anybody's words."""
        return f"{request.method} {hide(request.path)}"

    @staticmethod
    def bind_user_id(request):
        """Who asks, if that is known already: a line of the log is worth no question to the database."""
        person = getattr(request, "_cached_user", None)
        if person is not None and person.pk is not None:
            structlog.contextvars.bind_contextvars(user_id=person.pk)


@receiver(signals.bind_extra_request_failed_metadata)
def say_shortly(exception, log_kwargs, **_):
    """A database that is not there is one line a request, not a trace a request."""
    if isinstance(exception, OUTAGES):
        log_kwargs["code"] = 503
        if getattr(exception.__cause__, "pgcode", None) is None:  # it did not even answer
            log_kwargs.update(exc_info=False, error=str(exception))
