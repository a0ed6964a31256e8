"""One form sent twenty times, files and forms cut off half way, a full disk, and visitors who mean no good."""

import contextlib
import io
import json
import os
import random
import re
import resource
import select
import shutil
import signal
import socket
import subprocess
import threading
import time
import uuid
from datetime import timedelta
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image

from casework.mail.models import OutgoingMail
from casework.moment import database_now
from casework.records import evidence, shelf
from casework.records.models import Evidence
from complaints.models import Complaint
from nervion_cases.testing.bench.clients import sign_in
from nervion_cases.testing.faults.counting import check_files, check_folios, check_whole, nameless
from nervion_cases.testing.faults.database import family
from nervion_cases.testing.faults.ledger import fault
from nervion_cases.testing.faults.visitors import FORM, NOTHING, Visitor, statuses, words

UPLOAD = "/evidencia/subir/"
TWENTY = 20
MOST_MEMORY = 300  # megabytes
SMALL_DISK = 5  # megabytes
JPEG = "image/jpeg"


def visitor(house, username="ejecutivo"):
    """One person, signed in."""
    return Visitor(sign_in(house.url, username), words())


def at_the_same_time(functions):
    """Call them in threads that begin together; what each returned."""
    results, together = [None] * len(functions), threading.Barrier(len(functions))

    def work(place):
        together.wait()
        results[place] = functions[place]()

    threads = [threading.Thread(target=work, args=[place]) for place in range(len(functions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def one_case(ledger):
    """What one form must have become, however often it was sent."""
    ledger.equal(Complaint.objects.count(), 1, "I6: cases")
    ledger.equal(OutgoingMail.objects.filter(letter="complaint.acknowledgement").count(), 1, "acuses owed")
    check_folios(ledger)
    check_whole(ledger)


# --- One form, sent again ---------------------------------------------------------------------------------------------
@fault("F25", f"one form sent {TWENTY} times at the same instant (double click, retry, «Atrás»)", proves="I5 I6")
def sent_twenty_times(house, ledger):
    """Twenty connections of one person, one submission."""
    house.start_web()
    person = visitor(house)
    form = person.fill()
    browsers = [Visitor(person.client.again(), {}) for _ in range(TWENTY)]
    attempts = at_the_same_time([lambda one=one: one.send(form) for one in browsers])
    ledger.equal(statuses(attempts), f"302 × {TWENTY}", "answers")
    ledger.equal(len({one.folio for one in attempts}), 1, f"I6: different folios shown ({attempts[0].folio})")
    one_case(ledger)


@fault(
    "F36", "the web killed after the case was made and before the answer; the browser sends again", proves="I5 I6 I12"
)
def killed_before_the_answer(house, ledger):
    """The person saw nothing; the form they still have is the same one."""
    house.start_web(CRASH_AT="post_register")
    person = visitor(house)
    form = person.fill()
    lost = [person.send(form)]
    made = Complaint.objects.with_case_file().get().folio
    ledger.equal([one.status for one in lost], [NOTHING], f"answers while it is killed after each commit (made {made})")
    lost += at_the_same_time([lambda: Visitor(person.client.again(), {}).send(form) for _ in range(4)])
    house.stop("web")
    house.start_web()
    again = [person.send(form) for _ in range(3)]
    ledger.note(f"sent {len(lost)} times in vain, then: {statuses(again)}")
    ledger.equal({one.folio for one in again}, {made}, "I12, I6: the folio shown afterwards")
    one_case(ledger)


# --- Files ------------------------------------------------------------------------------------------------------------
def photograph(number, *, side=200):
    """A JPEG that no other number gives, and that does not become smaller: noise."""
    noise = random.Random(number).randbytes(side * side * 3)
    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), noise).save(out, "JPEG", quality=95)
    return out.getvalue()


def parts(fields, files):
    """The body of a form with files, and its type."""
    mark = uuid.uuid4().hex
    out = io.BytesIO()
    for name, values in fields.items():
        for value in values:
            out.write(f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    for name, filename, content in files:
        head = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: {JPEG}'
        out.write(f"--{mark}\r\n{head}\r\n\r\n".encode() + content + b"\r\n")
    out.write(f"--{mark}--\r\n".encode())
    return out.getvalue(), f"multipart/form-data; boundary={mark}"


def headers_of(client, **other):
    """As a browser sends them."""
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    return {"Cookie": cookies, "Origin": client.origin, "X-CSRFToken": client.seal} | other


def send_files(client, path, files, *, fields=None, accept="application/json"):
    """Status and text of a form with files; nothing if no answer came."""
    body, kind = parts(fields or {}, files)
    client.connection.close()  # one that was left open may have been closed meanwhile
    try:
        client.connection.request("POST", path, body, headers_of(client, **{"Content-Type": kind, "Accept": accept}))
        answer = client.connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except (OSError, HTTPException):
        client.connection.close()
        return NOTHING, ""


def with_seal(person):
    """The client of a person who can also speak as a script does."""
    person.client.seal = person.fill()["csrfmiddlewaretoken"][0]
    return person.client


@fault("F30", "killed between a file and its row, six times, and nine times at any instant of an upload", proves="I9")
def killed_between_file_and_row(house, ledger):
    """What lies on the shelf without a row is swept when it is an hour old, and nothing else is."""
    house.start_web(CRASH_AT="post_fs")
    person = visitor(house)
    client = with_seal(person)
    answers = [send_files(client, UPLOAD, [("file", f"a{n}.jpg", photograph(n))])[0] for n in range(6)]
    ledger.equal(answers, [NOTHING] * 6, "answers of who was killed with the file on the shelf")
    ledger.equal(Evidence.objects.count(), 0, "rows of them")
    house.stop("web")
    house.start_web()
    kept = killed_at_any_instant(house, client)
    ledger.note(f"{kept} uploads of the second part were answered 201")
    ledger.check(Evidence.objects.count() >= kept, f"I12: {Evidence.objects.count()} rows")
    status, _ = send_files(client, UPLOAD, [("file", "mine.jpg", photograph(900))])
    ledger.equal(status, 201, "an upload afterwards")
    check_files(ledger)
    orphans = nameless()
    ledger.check(len(orphans) >= 6, f"{len(orphans)} files without a row")
    evidence.sweep_unattached(database_now())
    ledger.equal(len(nameless()), len(orphans), "of them left by a sweep while they are young")
    for path in orphans:
        old = time.time() - timedelta(hours=2).total_seconds()
        os.utime(shelf.shelf().path(path), (old, old))
    _, gone = evidence.sweep_unattached(database_now())
    ledger.equal(len(nameless()), 0, f"I9: files without a row after the sweep of an hour later, which took {gone}")
    check_files(ledger)


def killed_at_any_instant(house, client):
    """Uploads while a web process is killed now and then; how many were answered well."""
    chance, done, over = random.Random(30), [], threading.Event()

    def upload(first):
        own, number = client.again(), first
        own.seal = client.seal
        while not over.is_set():
            status, _ = send_files(own, UPLOAD, [("file", f"b{number}.jpg", photograph(number))])
            done.append(status)
            number += 1
            time.sleep(0.1)  # nobody may keep more than two hundred files without a case

    threads = [threading.Thread(target=upload, args=[1000 * place]) for place in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for _ in range(9):
        time.sleep(chance.uniform(0.3, 0.9))
        children = family(house.parts["web"].pid)[1:]
        if children:
            os.kill(chance.choice(children), signal.SIGKILL)
    over.set()
    for thread in threads:
        thread.join()
    house.wait_for(lambda: house.get("/cuenta/entrar/")[0] == 200, what="web")
    return done.count(201)


@contextlib.contextmanager
def small_disk(folder):
    """A disk of five megabytes there; without the right to mount one, no process may write a larger file. In words."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}m,mode=0700", "tmpfs", str(folder)]
    if os.getuid() == 0 and shutil.which("mount") and not subprocess.run(mount, capture_output=True).returncode:
        try:
            yield f"a disk of {SMALL_DISK} MB"
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=True)
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL_DISK << 20, hard))
    try:
        yield f"no file over {SMALL_DISK} MB (RLIMIT_FSIZE: nobody may mount a disk here)"
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@fault("F31", f"the disk of files is full ({SMALL_DISK} MB)", proves="I9 I11")
def full_disk(house, ledger):
    """It is said in Spanish, with 507 to scripts; the form keeps what was typed, and can be sent without files."""
    with small_disk(house.folder / "media") as disk:
        house.start_web()
        person = visitor(house)
        client = with_seal(person)
        answers, side = [], 1400 if disk.startswith("no") else 700
        while (not answers or answers[-1][0] == 201) and len(answers) < 30:
            side += 150 if disk.startswith("no") else 0
            answers.append(send_files(client, UPLOAD, [("file", "a.jpg", photograph(len(answers), side=side))]))
        status, text = answers[-1]
        sentence = json.loads(text or "{}").get("error")
        ledger.note(f"{disk}: {len(answers) - 1} files kept, then {status} «{sentence}»")
        ledger.check((status, sentence) == (507, evidence.NO_ROOM), "the answer to a script is 507, in Spanish")
        said = f"Lo que dijo el cliente {uuid.uuid4()}"
        form = person.fill(description=said)
        big = photograph(77, side=3000 if disk.startswith("no") else 1400)
        status, page = send_files(client, FORM, [("files", "b.jpg", big)], fields=form, accept="text/html")
        ledger.check(status == 422 and evidence.NO_ROOM in page, f"the form answers {status} in words")
        ledger.check(said in page and form["submission"][0] in page, "the form keeps what was typed")
        attempt = person.send(form)
        ledger.equal(attempt.status, 302, f"I11: the same form without its file ({attempt.folio})")
        ledger.equal([p for p in nameless() if p.startswith(shelf.IN_THE_MAKING)], [], "unfinished files left")
        whole = [path for path in nameless() if not is_what_its_name_says(path)]
        ledger.equal(whole, [], f"partial files among {len(nameless())} without a row")
        check_files(ledger)
        house.stop("web")


def is_what_its_name_says(path):
    """Whether a file on the shelf has the content of its name."""
    with shelf.open_file(path) as kept:
        return shelf.digest_of(kept) == path.rpartition("/")[2]


# --- Hostile senders --------------------------------------------------------------------------------------------------
def memory(house):
    """The most that a process of the web ever held, in megabytes: (now, at its highest)."""
    found = [Path(f"/proc/{pid}/status").read_text() for pid in family(house.parts["web"].pid)]
    return tuple(
        max(int(re.search(rf"{name}:\s+(\d+)", one)[1]) for one in found) // 1024 for name in ("VmRSS", "VmHWM")
    )


def opened(house, text):
    """A connection that has said so much."""
    address = urlsplit(house.url)
    line = socket.create_connection((address.hostname, address.port), timeout=30)
    line.sendall(text)
    return line


def head(client, path, **headers):
    """The beginning of a POST."""
    lines = [f"POST {path} HTTP/1.1", f"Host: {client.host}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in (headers_of(client) | headers).items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def pour(house, client, megabytes, **headers):
    """Send so many megabytes until somebody answers; the status, and the seconds."""
    began, kind = time.monotonic(), "multipart/form-data; boundary=x"
    line = opened(house, head(client, UPLOAD, Content_Type=kind, **headers))
    piece = b"\0" * (1 << 20)
    if "Content_Length" not in headers:
        piece = b"%x\r\n" % len(piece) + piece + b"\r\n"
    line.settimeout(20)
    with contextlib.suppress(OSError):  # it hangs up on us: its answer may still be read
        for _ in range(megabytes):
            if select.select([line], [], [], 0)[0]:
                break
            line.sendall(piece)
    try:
        answer = line.recv(4096)
    except OSError:
        answer = b""
    line.close()
    return (int(answer.split()[1]) if answer else NOTHING), time.monotonic() - began


class SlowSenders:
    """Connections that say a little more now and then, so that nobody may call them dead. A context manager."""

    def __init__(self, house, client):
        small = head(client, FORM, Content_Type="application/x-www-form-urlencoded", Content_Length=2000)
        large = head(client, UPLOAD, Content_Type="multipart/form-data; boundary=x", Content_Length=9_000_000)
        begun = [b"GET / HTTP/1.1\r\nX-A: "] * 60 + [small + b"a="] * 20 + [large + b"--x\r\n"] * 10
        self.lines, self.hung_up, self._over = [opened(house, text) for text in begun], 0, threading.Event()
        self._thread = threading.Thread(target=self._drip)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()
        for line in self.lines:
            line.close()

    def _drip(self):
        while not self._over.wait(0.5):
            for line in list(self.lines):
                try:
                    line.sendall(b"a")
                except OSError:
                    self.hung_up += 1
                    self.lines.remove(line)
                    line.close()


@fault("F33", "200 MB, no length, 101 files, 1,001 fields, and ninety slow senders while others register", proves="I11")
def hostile_senders(house, ledger):
    """Refused fast and in words, in little memory; the others are served."""
    house.start_web()
    person = visitor(house)
    client, (before, _) = with_seal(person), memory(house)

    def heavy():
        return pour(house, client, 200, Content_Length=200 << 20)

    for status, seconds in at_the_same_time([heavy] * 3):
        ledger.check(status == 413, f"200 MB: {status} in {seconds:.1f} s")
    status, seconds = pour(house, client, 50, Transfer_Encoding="chunked")
    ledger.check(status == 400, f"without a length: {status} in {seconds:.1f} s")
    files = [("file", f"{n}.jpg", b"x") for n in range(101)]
    for what, sent in (
        ("101 files", {"files": files}),
        ("1,001 fields", {"files": [], "fields": {f"f{n}": ["x"] for n in range(1001)}}),
    ):
        began = time.monotonic()
        status, _ = send_files(client, UPLOAD, **sent)
        ledger.check(status == 413, f"{what}: {status} in {time.monotonic() - began:.1f} s")
    with SlowSenders(house, client) as slow:
        time.sleep(1)
        began = time.monotonic()
        made = [person.register() for _ in range(10)]
        each = (time.monotonic() - began) / 10
        asked = time.monotonic()
        house.health()
        health = time.monotonic() - asked
        time.sleep(max(0, 12 - (time.monotonic() - began)))
    ledger.equal(statuses([a for one in made for a in one.attempts]), "302 × 10", "I11: others, meanwhile")
    ledger.note(f"they took {each:.1f} s each, page and form; /salud/ answered in {health:.1f} s")
    ledger.check(slow.hung_up >= 60, f"{slow.hung_up} of 90 slow senders were hung up on within twelve seconds")
    now, most = memory(house)
    ledger.check(most < MOST_MEMORY, f"a web process held {before} MB, at most {most} MB, {now} MB afterwards")
