"""The demo's mail server: takes every message, sends none, and keeps each with its envelope as one file.

`make run` gives it a socket (`--fd`); the tests start one in a thread (`sink_in_thread`). What it says «250» to is on
disk, whole, under its final name.
"""

import argparse
import asyncio
import itertools
import os
import signal
import socket
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from email.header import Header
from pathlib import Path

from aiosmtpd.smtp import SMTP

LARGEST = 35 * 1024 * 1024


def header(name, value):
    """One line of ours on top of the message; an address can never start another one."""
    value = " ".join(str(value).split())
    return f"{name}: {value if value.isascii() else Header(value, 'utf-8', maxlinelen=10_000).encode()}\r\n".encode()


class Keeper:
    """Stores what arrives: `<utc-timestamp>-<n>.eml`, so that names sort as the messages came."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.numbers = itertools.count(1)

    async def handle_DATA(self, server, session, envelope):
        try:
            self.store(envelope.mail_from, envelope.rcpt_tos, envelope.original_content)
        except OSError as problem:
            return f"451 could not be stored ({problem.strerror})"
        return "250 stored"

    def store(self, mail_from, rcpt_tos, content):
        """Write aside, flush to disk, then give it its name: a reader never sees half a message."""
        now = datetime.now(UTC)
        name = f"{now:%Y%m%dT%H%M%S.%fZ}-{next(self.numbers):06d}.eml"
        unfinished = self.folder / f".{name}.{os.getpid()}"
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(header("X-Envelope-From", mail_from or "<>"))
            file.write(header("X-Envelope-To", ", ".join(rcpt_tos)))
            file.write(header("X-Received-At", now.isoformat()))
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(self.folder / name)
        return self.folder / name


async def serve(folder, listening, *, until):
    """Answer on a socket that is bound already, until an event is set."""
    keeper = Keeper(folder)

    def talk():
        return SMTP(
            keeper, data_size_limit=LARGEST, enable_SMTPUTF8=True, hostname="correo.demo", ident="Nervion Casos"
        )

    server = await asyncio.get_running_loop().create_server(talk, sock=listening)
    try:
        await until.wait()
    finally:
        server.close()


@contextmanager
def sink_in_thread(folder):
    """A sink of one's own, for a test: gives its port."""
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    loop = asyncio.new_event_loop()
    until = asyncio.Event()

    def answer():  # all of it in its own thread: whoever waits for it may have a loop of its own
        loop.run_until_complete(serve(folder, listening, until=until))
        loop.run_until_complete(_leave())
        loop.close()

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    try:
        yield port
    finally:
        loop.call_soon_threadsafe(until.set)
        thread.join(5)
        listening.close()


async def _leave():
    """Let the conversations that were open end before their loop does."""
    rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)


async def run(folder, listening):
    until = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, until.set)
    await serve(folder, listening, until=until)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--fd", type=int, required=True)
    parser.add_argument("--folder", required=True)
    asked = parser.parse_args()
    asyncio.run(run(asked.folder, socket.socket(fileno=asked.fd)))
