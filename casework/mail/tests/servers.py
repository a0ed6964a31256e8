"""Mail servers of the tests: one that keeps what it takes, and can misbehave in every way a real one does."""

import asyncio
from collections import Counter
from email import message_from_bytes
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from django.db import connection

HANGS = 60  # seconds; longer than anybody waits for a mail server


class Script:
    """What the server keeps, and how it behaves: `mood(number, recipient)` names the mishap of each delivery.

    Moods: None (well), a text («451 4.7.1 later», said to RCPT; «d 451 …», said to the text), `drop` (the connection is
    cut after the final dot and the message is kept), `lose` (cut after the final dot, not kept), `cut` (cut in the
    middle of the text); `hang` (at RCPT), `hang data` (at DATA), `hang dot` (the message is kept). `greet(number)`
    names that of a connection: `hang` (after the banner). `mishaps` counts them.
    """

    def __init__(self):
        self.taken = []
        self.message_ids = []  # of every copy taken; no property, which aiosmtpd would ask at each connection
        self.mood = lambda number, recipient: None
        self.greet = lambda number: None
        self.connections = 0
        self.deliveries = 0
        self.mishaps = Counter()
        self.seconds = 0  # that it takes over each text
        self.while_sending = None

    def to(self, recipient):
        """The copies that a recipient got."""
        return [message for message in self.taken if message["To"] == recipient]

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802 - aiosmtpd's name
        self.connections += 1
        if self.greet(self.connections) == "hang":
            self.mishaps["hang banner"] += 1
            await asyncio.sleep(HANGS)
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        self.deliveries += 1
        mood = self.mood(self.deliveries, address)
        session.mood = mood
        if mood:
            self.mishaps[mood] += 1
        if mood and mood[0].isdigit():
            return mood
        if mood == "hang":
            await asyncio.sleep(HANGS)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        mood = getattr(session, "mood", None)
        if self.while_sending:
            await asyncio.get_running_loop().run_in_executor(None, self.while_sending)
        if self.seconds:
            await asyncio.sleep(self.seconds)
        if mood and mood[:2] == "d ":
            return mood[2:]
        if mood != "lose":
            message = message_from_bytes(envelope.original_content, policy=default)
            self.taken.append(message)
            self.message_ids.append(message["Message-ID"])
        if mood in ("drop", "lose"):
            server.transport.abort()
            return "250 too late"
        if mood == "hang dot":
            await asyncio.sleep(HANGS)
        return "250 OK"


class Cutting(SMTP):
    """An aiosmtpd that can cut in the middle of the text, or hang before it."""

    async def smtp_DATA(self, arg):  # noqa: N802
        mood = getattr(self.session, "mood", None)
        if mood == "hang data":
            await asyncio.sleep(HANGS)
        if mood == "cut":
            await self.push("354 go on")
            await asyncio.sleep(0)
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class Server(Controller):
    """The controller of a script on a free port, or on a given one."""

    def __init__(self, script, port=0):
        super().__init__(script, hostname="127.0.0.1", port=port)

    def factory(self):
        return Cutting(self.handler, hostname="prueba.example")

    def _trigger_server(self):
        """The port is free, so the one it got must be asked before it is knocked at."""
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def sessions_in_a_transaction():
    """How many clients of this database hold a transaction open and wait."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in trans%'"
        )
        return cursor.fetchone()[0]
