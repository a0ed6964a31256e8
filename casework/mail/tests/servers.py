"""Mail servers of the tests: one that keeps what it takes, and can misbehave in every way a real one does."""

import asyncio
from email import message_from_bytes
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from django.db import connection


class Script:
    """What the server keeps, and how it behaves: `mood(number, recipient)` names the mishap of each delivery.

    Moods: None (well), a text («451 4.7.1 later», said to RCPT), `drop` (the connection is cut after the final dot and
    the message is kept), `lose` (cut after the final dot, not kept), `cut` (cut in the middle of the text), `hang`.
    """

    def __init__(self):
        self.taken = []
        self.mood = lambda number, recipient: None
        self.deliveries = 0
        self.while_sending = None

    @property
    def message_ids(self):
        """Of every copy taken, in order."""
        return [message["Message-ID"] for message in self.taken]

    def to(self, recipient):
        """The copies that a recipient got."""
        return [message for message in self.taken if message["To"] == recipient]

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        self.deliveries += 1
        mood = self.mood(self.deliveries, address)
        session.mood = mood
        if mood and mood[0].isdigit():
            return mood
        if mood == "hang":
            await asyncio.sleep(60)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        mood = getattr(session, "mood", None)
        if self.while_sending:
            await asyncio.get_running_loop().run_in_executor(None, self.while_sending)
        if mood != "lose":
            self.taken.append(message_from_bytes(envelope.original_content, policy=default))
        if mood in ("drop", "lose"):
            server.transport.abort()
            return "250 too late"
        if mood and mood[:2] == "d ":
            return mood[2:]
        return "250 OK"


class Cutting(SMTP):
    """An aiosmtpd that can cut in the middle of the text."""

    async def smtp_DATA(self, arg):  # noqa: N802
        if getattr(self.session, "mood", None) == "cut":
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
