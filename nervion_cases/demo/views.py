"""The demo's mailbox: what its mail server received, for anyone signed in to read."""

import re
from email import policy
from email.parser import BytesParser

from django.conf import settings
from django.http import Http404
from django.utils.dateparse import parse_datetime
from django.views.generic import TemplateView

from casework.web.screens import ANYONE, Screen

NAME = re.compile(r"^[\w.:+-]+\.eml$")
SHOWN = 100


def _when(message):
    """When the server received it, or when it says that it was written."""
    received = parse_datetime(message["X-Received-At"] or "")
    written = message["Date"]
    return received or (written.datetime if written else None)


def read(path):
    """A received message as the page shows it."""
    message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    body = message.get_body(preferencelist=("plain", "html"))
    return {
        "name": path.name,
        "to": message["X-Envelope-To"] or message["To"],
        "sender": message["From"],
        "subject": message["Subject"],
        "received": _when(message),
        "message_id": message["Message-ID"],
        "body": body.get_content() if body else "",
    }


class DemoMail(Screen, TemplateView):
    """The latest hundred."""

    permission = ANYONE
    template_name = "demo/mail.html"

    def get_context_data(self, **kwargs):
        """The newest first."""
        folder = settings.DEMO_MAIL_DIR
        paths = sorted(folder.glob("*.eml"), reverse=True)[:SHOWN] if folder.exists() else []
        return super().get_context_data(letters=[read(path) for path in paths], **kwargs)


class DemoMessage(Screen, TemplateView):
    """One message."""

    permission = ANYONE
    template_name = "demo/message.html"

    def get_context_data(self, **kwargs):
        """Only a file of the mailbox, by its name."""
        name = self.kwargs["name"]
        path = settings.DEMO_MAIL_DIR / name
        if not NAME.match(name) or not path.is_file():
            raise Http404
        return super().get_context_data(letter=read(path), **kwargs)
