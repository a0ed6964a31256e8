"""gunicorn's threads, spared: none waits for a slow sender, and `/salud/` answers when all the others are held.

A request gets a thread once it has arrived whole, or once its head has when it carries files; those share half of the
threads (trust §3, F13 and F33). nginx does the first of it too, for whoever runs behind it.
"""

import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from selectors import EVENT_READ

from gunicorn.workers.gthread import ThreadWorker

SECONDS_TO_ASK = 10  # from the first byte, or from the connection, until the head and a small body are here
SECONDS_TO_SEND = 20  # that a body with files may keep its thread waiting, and longer the heavier it is
SECONDS_WITHOUT_LENGTH = 4  # that one may that does not say how heavy it is: it is refused anyway
SLOWEST = 16 * 1024  # bytes a second
LARGEST_PEEK = 32 * 1024
END_OF_HEAD = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.IGNORECASE)
ON_ITS_WAY = re.compile(rb"\r\n(?:transfer-encoding|expect):", re.IGNORECASE)  # more comes, nobody knows when
HEALTH = (b"GET /salud/ ", b"HEAD /salud/ ")


class Worker(ThreadWorker):
    """gthread, with a thread for `/salud/` and some for files. The main thread looks at what arrives, and never waits."""

    def init_process(self):
        """More threads than were asked for; then gunicorn goes on, and serves until the end."""
        self.for_health = ThreadPoolExecutor(max_workers=1)
        self.for_files = ThreadPoolExecutor(max_workers=max(1, self.cfg.threads // 2))
        self.for_goodbyes = ThreadPoolExecutor(max_workers=4)
        super().init_process()

    def enqueue_req(self, conn):
        """Called when a connection is new, and whenever something of it can be read."""
        if conn.parser and conn.parser.unreader.buf.getvalue():
            return super().enqueue_req(conn)  # the request was read together with the one before it
        seen = peek(conn.sock)
        if seen is None:
            return self.wait_for_more(conn, 0)
        wanted, pool = self.meant(seen)
        if not seen or len(seen) >= wanted:
            return self.begin(conn, pool)
        if len(seen) == getattr(conn, "seen", 0) or len(seen) >= LARGEST_PEEK:
            return self.leave(conn)  # it will not send the rest, or the head is longer than any browser's
        conn.seen = len(seen)
        return self.wait_for_more(conn, wanted - 1 if END_OF_HEAD in seen else len(seen))

    def meant(self, seen):
        """How many bytes must be here before a thread begins, and whose thread."""
        if END_OF_HEAD not in seen:
            return len(seen) + 1, self.tpool
        head = seen[: seen.index(END_OF_HEAD) + len(END_OF_HEAD)]
        if head.startswith(HEALTH):
            return len(head), self.for_health
        said = LENGTH.search(head)
        whole = len(head) + (int(said[1]) if said else 0)
        if whole > LARGEST_PEEK or ON_ITS_WAY.search(head):
            return len(head), self.for_files
        return whole, self.tpool

    def wait_for_more(self, conn, have):
        """Wake us when there is more than we have, or when its time is over."""
        if not getattr(conn, "until", None):
            conn.until = time.monotonic() + SECONDS_TO_ASK
        if time.monotonic() >= conn.until:
            return self.leave(conn)  # gunicorn looks from the oldest on, and whoever drips is always among the newest
        conn.timeout = conn.until
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, have + 1)
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def begin(self, conn, pool):
        """A thread takes it from here; it waits for single bytes again."""
        conn.seen, conn.until, conn.data_ready = 0, None, True
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
        future = pool.submit(self.handle, conn)
        future.add_done_callback(lambda done: self.method_queue.defer(self.finish_request, conn, done))

    def finish_request(self, conn, done):
        """A polite end waits for the other side: not in the main thread."""
        if done.cancelled() or done.exception() or done.result():
            return super().finish_request(conn, done)
        self.nr_conns -= 1
        self.for_goodbyes.submit(conn.close, graceful=True)

    def leave(self, conn):
        """Hang up."""
        self.nr_conns -= 1
        conn.close()

    def handle_request(self, req, conn):
        """Whoever sends a body has so much of the thread's time, and no more."""
        said = next((value for name, value in req.headers if name == "CONTENT-LENGTH"), "")
        known = said.isascii() and said.isdecimal()
        seconds = SECONDS_TO_SEND + int(said) / SLOWEST if known else SECONDS_WITHOUT_LENGTH
        conn.parser.unreader.sock = patient = Patient(conn.sock, seconds)
        try:
            return super().handle_request(req, conn) and patient.left > 0
        finally:
            conn.parser.unreader.sock = conn.sock


class Patient:
    """A socket that is waited for so many seconds in all; then reading fails as if the sender had gone."""

    def __init__(self, sock, seconds):
        self.sock, self.left = sock, seconds

    def recv(self, size):
        """What comes; only the time spent here is counted."""
        began = time.monotonic()
        self.sock.settimeout(max(self.left, 0.001))
        try:
            return self.sock.recv(size)
        finally:
            self.left -= time.monotonic() - began
            self.sock.settimeout(None)

    def __getattr__(self, name):
        return getattr(self.sock, name)


def peek(sock):
    """What has arrived and nobody has read: nothing if the other end has gone, None if it has sent nothing yet."""
    sock.setblocking(False)
    try:
        return sock.recv(LARGEST_PEEK, socket.MSG_PEEK)
    except BlockingIOError:
        return None
    except OSError:
        return b""
