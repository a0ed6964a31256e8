"""Slow senders and held threads, at a small application behind the worker of ours (F13, F33)."""

import http.client
import selectors
import socket
import subprocess
import sys
import time
from collections import deque
from contextlib import ExitStack, closing
from types import SimpleNamespace

import pytest

from nervion_cases import serving

THREADS = 2


def app(environ, start_response):
    """`/held` waits; anything else says how long its body was."""
    serving.SECONDS_TO_SEND, serving.SLOWEST = 1, 10**9
    if environ["PATH_INFO"] == "/held":
        time.sleep(1)
    body = environ["wsgi.input"].read()
    text = f"{environ['PATH_INFO']} {len(body)}".encode()
    start_response("200 OK", [("Content-Length", str(len(text)))])
    return [text]


@pytest.fixture(scope="module")
def port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        command = [sys.executable, "-m", "gunicorn", "nervion_cases.testing.test_serving:app", "--no-control-socket"]
        command += ["--worker-class", "nervion_cases.serving.Worker", "--threads", THREADS, "--graceful-timeout", 1]
        number = listening.fileno()
        process = subprocess.Popen(
            [*map(str, command), "--bind", f"fd://{number}"],
            pass_fds=[number],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield listening.getsockname()[1]
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def ask(port, path="/", body=None, seconds=2):
    """The answer, in time."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=seconds)) as line:
        line.request("POST" if body is not None else "GET", path, body)
        return line.getresponse().read().decode()


def opened(port, stack, text):
    """A connection that has said so much and no more."""
    line = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=8))
    line.sendall(text)
    return line


def hung_up(line):
    """Whether the other end leaves without a word, within its eight seconds."""
    try:
        return line.recv(100) == b""
    except ConnectionResetError:
        return True


def said_by(line, end):
    """All that is said until it ends so."""
    said = b""
    while not said.endswith(end):
        more = line.recv(4096)
        assert more
        said += more
    return said


@pytest.fixture
def stack(port):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as line:
        line.request("GET", "/")  # it has started, and nobody is held any more
        line.getresponse().read()
    with ExitStack() as stack:
        yield stack


def test_whoever_is_slow_to_ask_holds_no_thread(port, stack):
    for text in (b"", b"G", b"GET / HTTP/1.1\r\nX-A: 1\r\n", b"POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf"):
        for _ in range(5):
            opened(port, stack, text)

    assert ask(port) == "/ 0"
    assert ask(port, body=b"x" * 5000) == "/ 5000"


def test_what_comes_in_pieces_is_read_whole(port, stack):
    line = opened(port, stack, b"POST /a HTTP/1.1\r\nHost: x\r\nConte")
    for piece in (b"nt-Length: 10\r\n", b"\r\n01234", b"56789"):
        time.sleep(0.1)
        line.sendall(piece)

    said_by(line, b"/a 10")
    line.sendall(b"GET /b HTTP/1.1\r\nHost: x\r\n\r\nGET /c HTTP/1.1\r\nHost: x\r\n\r\n")  # kept alive, and two at once
    assert b"/b 0" in said_by(line, b"/c 0")


def test_whoever_sends_files_slowly_holds_at_most_half_of_the_threads_and_not_for_long(port, stack):
    heavy = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\nsome"
    lines = [opened(port, stack, heavy) for _ in range(2)]

    assert ask(port) == "/ 0"
    assert [hung_up(line) for line in lines] == [True, True]
    assert ask(port, body=b"x" * 900_000) == "/ 900000"


def test_salud_answers_when_every_other_thread_is_held(port, stack):
    for _ in range(2 * THREADS):
        opened(port, stack, b"GET /held HTTP/1.1\r\nHost: x\r\n\r\n")
    time.sleep(0.2)

    assert ask(port, "/salud/") == "/salud/ 0"
    with pytest.raises(TimeoutError):
        ask(port, seconds=0.3)


def test_whoever_hangs_up_half_way_is_let_go(port, stack):
    for text in (b"GET / HT", b"POST / HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf"):
        line = opened(port, stack, text)
        time.sleep(0.1)
        line.shutdown(socket.SHUT_WR)
        assert hung_up(line)


def test_whoever_drips_is_hung_up_on_in_time_although_others_wait_too():
    worker, left = serving.Worker.__new__(serving.Worker), []
    worker.pending_conns, worker.poller, worker.leave = deque(), selectors.DefaultSelector(), left.append
    worker.tpool = None  # nobody gets so far

    with ExitStack() as stack:
        mine, theirs = map(stack.enter_context, socket.socketpair())
        stack.enter_context(worker.poller)
        conn = SimpleNamespace(sock=mine, seen=3, until=time.monotonic() + 5)
        theirs.sendall(b"GET ")
        worker.enqueue_req(SimpleNamespace(**vars(conn), parser=None))
        assert (left, len(worker.pending_conns)) == ([], 1)

        worker.poller.unregister(mine)
        late = SimpleNamespace(sock=mine, seen=3, until=time.monotonic() - 0.1, parser=None)
        worker.enqueue_req(late)

    assert (left, len(worker.pending_conns)) == ([late], 1)
