"""One conversation with the mail server, which knows how far it came when it failed (trust §2).

Only a loss after the final dot is ambiguous: before it the server must not deliver, after its answer all is known.
"""

import re
import smtplib
import socket
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from time import monotonic

from django.conf import settings
from django.core.mail.utils import DNS_NAME

SECONDS = 28  # of a whole conversation; shorter than the lease of the row
POLICY = SMTP.clone(cte_type="7bit")  # nothing asks the server for 8BITMIME or SMTPUTF8
ADDRESS = re.compile(r"<?[^\s<>@]{1,64}@[^\s<>@]{1,255}>?")
LINE_THAT_STARTS_WITH_A_DOT = re.compile(rb"^\.", re.MULTILINE)


class NotSent(Exception):
    """What went wrong, in words of the server where it gave any."""


class Unreachable(NotSent):
    """The server cannot be spoken with at all; it is not the message's fault."""


class Temporary(NotSent):
    """This message was not taken, and may be later (4xx, or cut before the final dot)."""

    def __init__(self, words, *, answered=False):
        super().__init__(words)
        self.answered = answered


class Permanent(NotSent):
    """This message will never be taken (5xx)."""


class Doubtful(NotSent):
    """Cut after the final dot: it may have been taken or not."""


class LeaseLost(NotSent):
    """Another worker has the row now; nothing was handed over."""


def compose(mail, *, at):
    """The row as a message. Its Message-ID is the row's, however often it is sent."""
    message = EmailMessage(policy=POLICY)
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=to_ascii(mail.to))
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(mail.body)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message


def to_ascii(address):
    """The address with its domain in punycode."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode()}"


def hand_over(mail, *, at, before_data):
    """Give the message to the server or raise why not. `before_data()` is asked last: False stops it in time."""
    raw = LINE_THAT_STARTS_WITH_A_DOT.sub(b"..", compose(mail, at=at).as_bytes())
    until = monotonic() + SECONDS
    server = _open(until)
    try:
        _expect(server, until, "MAIL", f"FROM:<{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}>", 250)
        _expect(server, until, "RCPT", f"TO:<{to_ascii(mail.to)}>", 250, 251)
        if not before_data():
            raise LeaseLost("otro proceso lo está enviando")
        _expect(server, until, "DATA", "", 354)
        try:
            server.send(raw if raw.endswith(b"\r\n") else raw + b"\r\n")
            _hurry(server, until)
            server.send(b".\r\n")
        except OSError as no:
            raise Temporary(f"se cortó antes de terminar de entregarlo: {no}") from no
        try:
            code, words = server.getreply()
        except OSError as no:
            raise Doubtful(f"se cortó después de entregarlo: {no}") from no
        _judge(code, words, 250)
    finally:
        _leave(server)


def _open(until):
    kind = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
    server = None
    try:
        server = kind(
            settings.EMAIL_HOST,
            settings.EMAIL_PORT,
            local_hostname=DNS_NAME.get_fqdn(),  # asked once: the names may be slow to answer
            timeout=min(settings.EMAIL_TIMEOUT or SECONDS, SECONDS),
        )
        server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else the last dot waits 40 ms
        _hurry(server, until)
        server.ehlo_or_helo_if_needed()
        if settings.EMAIL_USE_TLS:
            server.starttls()
            server.ehlo()
        if settings.EMAIL_HOST_USER:
            _hurry(server, until)
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
    except (OSError, ValueError) as no:
        if server is not None:
            server.close()
        raise Unreachable(f"el servidor de correo no atiende: {no}") from no
    return server


def _hurry(server, until):
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError("el servidor de correo tardó demasiado")
    server.sock.settimeout(left)


def _expect(server, until, command, arguments, *wanted):
    try:
        _hurry(server, until)
        code, words = server.docmd(command, arguments)
    except OSError as no:
        raise Temporary(f"se cortó en {command}: {no}") from no
    _judge(code, words, *wanted)


def _judge(code, words, *wanted):
    if code in wanted:
        return
    said = ADDRESS.sub("<…>", words.decode("utf-8", "replace"))  # it goes to the log, which names no customer
    answer = f"{code} {said}"[:280]
    if 500 <= code <= 599:
        raise Permanent(answer)
    raise Temporary(answer, answered=True)


def _leave(server):
    try:
        server.sock.settimeout(2)
        server.quit()
    except (OSError, AttributeError):
        server.close()
