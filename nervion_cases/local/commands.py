"""How each part of the application is started, whoever starts it: the demo, the tests, the bench, the faults."""

import os


def web(*, listening, workers=2, threads=4):
    """gunicorn on sockets that are bound already (file numbers)."""
    binds = [part for number in listening for part in ("--bind", f"fd://{number}")]
    scratch = ["--worker-tmp-dir", "/dev/shm"] if os.access("/dev/shm", os.W_OK) else []
    size = ["--worker-class", "nervion_cases.serving.Worker", "--workers", workers, "--threads", threads]
    gunicorn = ["-m", "gunicorn", "nervion_cases.wsgi", *size, *binds, *scratch]
    return [*gunicorn, "--graceful-timeout", "3", "--no-control-socket"]


def worker(*, concurrency=2):
    """A Celery worker with so many children."""
    options = ["--loglevel", "INFO", "--concurrency", concurrency, "--without-gossip", "--without-mingle"]
    return ["-m", "celery", "-A", "nervion_cases", "worker", *options]


def beat(*, schedule):
    """The clock of Celery; `schedule` is the file in which it remembers its last ticks."""
    return ["-m", "celery", "-A", "nervion_cases", "beat", "--schedule", schedule, "--pidfile="]
