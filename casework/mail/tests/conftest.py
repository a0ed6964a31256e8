"""The mail server of the tests."""

import pytest

from casework.mail.tests.servers import Script, Server


@pytest.fixture
def post(settings):
    """A real SMTP server that the settings point to. `post.mood` makes it misbehave; `post.taken` is what it took."""
    script = Script()
    server = Server(script)
    server.start()
    script.port = server.port
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield script
    server.stop(no_assert=True)
