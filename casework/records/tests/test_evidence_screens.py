"""Files over the wire: who may send them, who may read them, with which headers (trust §5 rows 8–15, 17–19)."""

import errno
import io

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from PIL import Image

from casework.records import evidence as room
from casework.records import shelf
from casework.records.evidence_screens import EvidenceFormMixin, evidence_from, evidence_of, gallery
from casework.records.models import Evidence
from casework.records.tests import files
from casework.records.tests.cases import attached, case_of, received

UPLOAD = "/evidencia/subir/"
JSON = {"accept": "application/json"}


def send(browser, *uploads, **headers):
    return browser.post(UPLOAD, {"file": list(uploads)}, headers=JSON | headers)


def address(name, row):
    return reverse(f"records:{name}", args=[row.pk])


def body_of(answer):
    """Reading to the end closes the file, as a server does."""
    return b"".join(answer.streaming_content)


def status_of(browser, url, method="get"):
    answer = getattr(browser, method)(url)
    if answer.streaming:
        body_of(answer)
    return answer.status_code


@pytest.fixture
def full_disk(monkeypatch):
    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shelf, "_write", full)


# --- Coming in --------------------------------------------------------------------------------------------------------------
def test_a_file_is_sent_and_answers_what_the_form_needs(cast, signed_in):
    answer = send(signed_in(cast.ana), files.upload(files.phone_jpeg(), "golpe.jpg"))

    row = Evidence.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {"id": row.pk, "name": "golpe.jpg", "size": row.size, "thumb_url": address("thumb", row)}
    assert (row.uploaded_by, row.case_file) == (cast.ana, None)


def test_f31_a_full_disk_is_said_with_its_own_number(cast, signed_in, full_disk):
    answer = send(signed_in(cast.ana), files.upload(files.jpeg((78, 79))))

    assert (answer.status_code, answer.json()["error"]) == (507, room.NO_ROOM)
    assert not Evidence.objects.exists()


def test_f31_where_uploads_wait_is_full(cast, signed_in, settings, tmp_path):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "gone")

    answer = send(signed_in(cast.ana), files.upload(files.jpeg()))

    assert answer.status_code == 507
    assert answer.json()["error"].startswith("No queda espacio para guardar archivos.")


def test_several_files_answer_one_by_one(cast, signed_in):
    answer = send(signed_in(cast.ana), files.upload(files.jpeg()), files.upload(b"", "b.jpg"))

    first, second = answer.json()["files"]
    assert answer.status_code == 400
    assert first["id"] == Evidence.objects.get().pk
    assert second["error"]


@pytest.mark.parametrize(
    ("content", "name", "content_type", "status", "error"),
    [
        (b"<svg/>", "x.svg", "image/svg+xml", 400, "El archivo debe ser JPG, PNG, HEIC o PDF."),
        (files.pdf(), "x.png", "image/png", 400, "El archivo debe ser JPG, PNG, HEIC o PDF."),
        (files.pdf(b"/Encrypt 5 0 R "), "x.pdf", "application/pdf", 400, "El archivo está protegido con contraseña."),
        (b"\xff\xd8\xff" + b"0" * (15 * 2**20), "x.jpg", "image/jpeg", 413, "El archivo debe pesar menos de 15 MB."),
    ],
    ids=files.in_short,
)
def test_a_refusal_is_said_in_words(cast, signed_in, content, name, content_type, status, error):
    answer = send(signed_in(cast.ana), files.upload(content, name, content_type))

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert not Evidence.objects.exists()


def test_an_empty_file_or_none_at_all_is_said_in_words(cast, signed_in):
    browser = signed_in(cast.ana)

    assert send(browser, files.upload(b"")).json()["error"] == "El archivo está vacío."
    assert send(browser).json() == {"error": "No se pudo subir el archivo. Inténtelo de nuevo."}


def test_eleven_files_at_once_are_too_many(cast, signed_in):
    answer = send(signed_in(cast.ana), *(files.upload(files.jpeg()) for _ in range(11)))

    assert (answer.status_code, answer.json()) == (400, {"error": "Puede subir hasta 10 archivos a la vez."})
    assert not Evidence.objects.exists()


def test_a_hundred_and_one_files_and_a_thousand_and_one_fields_are_refused(cast, signed_in):
    browser = signed_in(cast.ana)

    many_files = send(browser, *(files.upload(b"x", f"{n}.jpg") for n in range(101)))
    many_fields = browser.post(UPLOAD, {f"f{n}": "x" for n in range(1001)})

    assert (many_files.status_code, many_files.json()) == (413, {"error": "Puede subir hasta 10 archivos a la vez."})
    assert many_fields.status_code == 413
    assert "El formulario tiene demasiados campos." in many_fields.content.decode()


class Endless(io.RawIOBase):
    """A body that never ends, and counts what was taken of it."""

    taken = 0

    def read(self, size=-1):
        assert 0 < size <= 2**20, "the whole body was asked for"
        self.taken += size
        return b"0" * size


@pytest.mark.parametrize("where", [UPLOAD, "/quejas/nueva/", "/nada/"])
@pytest.mark.parametrize(
    ("who", "length", "kind"),
    [
        ("ana", 200_000_000, "multipart/form-data; boundary=x"),
        ("nobody", 5_000_000, "multipart/form-data; boundary=x"),
        ("ana", 3_000_000, "application/x-www-form-urlencoded"),
    ],
    ids=["200 MB", "files of a stranger", "3 MB of text"],
)
def test_a_heavy_body_is_refused_before_it_is_kept(cast, signed_in, who, length, kind, where):
    browser = signed_in(cast.ana) if who == "ana" else Client()
    body = Endless()

    answer = browser.generic("POST", where, b"", kind, headers=JSON, CONTENT_LENGTH=str(length), **{"wsgi.input": body})

    assert answer.status_code == 413
    assert answer.json()["error"].startswith("Lo que envió es demasiado grande.")
    assert body.taken <= length


def test_a_body_without_a_length_and_a_broken_one_are_refused(cast, signed_in):
    browser = signed_in(cast.ana)

    chunked = browser.generic(
        "POST",
        UPLOAD,
        b"",
        "multipart/form-data; boundary=x",
        CONTENT_LENGTH="",
        headers={"transfer-encoding": "chunked"},
        **{"wsgi.input": Endless()},
    )
    broken = browser.generic("POST", UPLOAD, b"zzz", "multipart/form-data")

    assert (chunked.status_code, broken.status_code) == (400, 400)
    assert "No se pudo leer lo que envió." in chunked.content.decode()


@pytest.mark.parametrize("name", ["gil", "hugo", "irma", "julia"])
def test_who_only_looks_or_administers_sends_no_files(cast, signed_in, name):
    assert send(signed_in(cast.ana), files.upload(files.jpeg())).status_code == 201

    answer = send(signed_in(getattr(cast, name)), files.upload(files.jpeg()))

    assert answer.status_code == 403
    assert answer.json() == {"error": "Su puesto no puede hacer esto. Pídalo al coordinador."}
    assert Evidence.objects.count() == 1


def test_nothing_is_sent_without_the_seal_or_a_session(cast):
    sealed = Client(enforce_csrf_checks=True)
    sealed.force_login(cast.ana, backend="casework.people.accounts.PeopleBackend")

    assert send(sealed, files.upload(files.jpeg())).status_code == 403
    assert send(Client(), files.upload(files.jpeg())).status_code in (302, 401)
    assert not Evidence.objects.exists()


def test_an_upload_is_taken_back_by_its_owner(cast, signed_in):
    mine, theirs = received(cast.ana), received(cast.diego)
    browser = signed_in(cast.ana)

    assert browser.post("/evidencia/descartar/", {"evidence": theirs.pk}).status_code == 404
    assert browser.post("/evidencia/descartar/", {"evidence": mine.pk}).json() == {"discarded": [mine.pk]}
    assert list(Evidence.objects.all()) == [theirs]


# --- Going out --------------------------------------------------------------------------------------------------------------
def test_a_photograph_is_shown_and_never_kept_by_a_cache(cast, signed_in):
    row = attached(cast.ana, case_of(cast, cast.diego), files.phone_jpeg(), "golpe «1».png.jpg")

    answer = signed_in(cast.diego).get(address("evidence", row))

    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Disposition"] == "inline; filename*=utf-8''golpe%20%C2%AB1%C2%BB.png.jpg"
    assert Image.open(io.BytesIO(body_of(answer))).size == (480, 640)


def test_a_document_is_an_attachment(cast, signed_in):
    row = attached(cast.ana, case_of(cast, cast.diego), files.pdf(), "ficha.pdf", "application/pdf")
    browser = signed_in(cast.diego)

    answer = browser.get(address("evidence", row))

    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="ficha.pdf"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert body_of(answer) == files.pdf()
    assert status_of(browser, address("thumb", row)) == 404


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd.jpg",
        "..\\..\\x.jpg",
        "a\0.png.jpg",
        "fo\r\nX-H: 1.jpg",
        "x\u202egpj.jpg",
        "CON.jpg",
        "😀.jpg",
    ],
)
def test_a_hostile_name_cannot_break_a_header(cast, signed_in, name):
    row = attached(cast.ana, case_of(cast, cast.carla), files.jpeg(), name)
    browser = signed_in(cast.carla)

    for answer in (browser.get(address("evidence", row)), browser.get(address("original", row))):
        assert answer.status_code == 200
        assert "X-H" not in answer.headers
        assert not set("\r\n\0\u202e/\\") & set(answer["Content-Disposition"])
        body_of(answer)


def test_originals_are_for_calidad_coordinator_and_auditor(cast, signed_in):
    content = files.phone_jpeg()
    row = attached(cast.ana, case_of(cast, cast.ana, cast.carla, cast.diego, cast.luz), content)

    for person in (cast.carla, cast.beto, cast.julia):
        answer = signed_in(person).get(address("original", row))
        assert body_of(answer) == content
        assert answer["Content-Disposition"] == 'attachment; filename="foto.jpg"'
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    for person in (cast.ana, cast.diego, cast.luz, cast.elena, cast.gil, cast.hugo, cast.irma):
        assert status_of(signed_in(person), address("original", row)) == 403


def test_an_original_of_a_case_one_may_not_see_does_not_exist(cast, signed_in):
    row = attached(cast.ana, case_of(cast, cast.diego))

    assert status_of(signed_in(cast.beto), address("original", row)) == 200
    assert status_of(signed_in(cast.carla), address("original", row)) == 404


@pytest.mark.parametrize("name", ["evidence", "thumb"])
def test_files_of_a_case_are_for_those_who_may_see_it(cast, signed_in, name):
    row = attached(cast.ana, case_of(cast, cast.diego))

    for person in (cast.diego, cast.beto, cast.elena, cast.gil, cast.julia):
        assert status_of(signed_in(person), address(name, row)) == 200
    for person in (cast.fermin, cast.luz, cast.carla, cast.hugo, cast.irma):
        assert status_of(signed_in(person), address(name, row)) == 404
    assert Client().get(address(name, row)).status_code == 302


@pytest.mark.parametrize("name", ["evidence", "thumb", "original"])
def test_what_no_case_has_yet_is_for_whoever_uploaded_it(cast, signed_in, name):
    row = received(cast.beto)

    assert status_of(signed_in(cast.beto), address(name, row)) == 200
    for person in (cast.carla, cast.julia):
        assert status_of(signed_in(person), address(name, row)) == 404


@pytest.mark.parametrize("number", ["0", "999999", "9" * 50, "-1", "NaN", "1%00"])
def test_numbers_of_no_file_answer_404(cast, signed_in, number):
    for tail in ("", "miniatura/", "original/"):
        assert status_of(signed_in(cast.beto), f"/evidencia/{number}/{tail}") in (404, 400)


def test_reading_changes_nothing(cast, signed_in):
    row = attached(cast.ana, case_of(cast, cast.ana))
    browser = signed_in(cast.ana)

    assert status_of(browser, UPLOAD) == 405
    assert browser.post(address("evidence", row)).status_code == 405
    assert status_of(browser, address("evidence", row), "head") == 200
    assert browser.options(address("evidence", row)).status_code == 200


# --- Forms of others ----------------------------------------------------------------------------------------------------------
class AnswerForm(EvidenceFormMixin, forms.Form):
    text = forms.CharField()


def posted(person, data=(), *uploads):
    request = RequestFactory().post("/")
    request.user = person
    request.POST = QueryDict(mutable=True)
    for name, value in data:
        request.POST.appendlist(name, str(value))
    request._files = MultiValueDict({"files": list(uploads)})
    return request


def test_a_form_with_an_error_loses_no_file(cast):
    before, theirs = received(cast.ana), received(cast.diego)
    request = posted(
        cast.ana, [("evidence", before.pk), ("evidence", theirs.pk)], files.upload(files.png(), "b.png", "image/png")
    )
    form = AnswerForm(request.POST, request.FILES)

    found = evidence_from(request, form)

    assert list(form.errors) == ["text"]
    assert [row.name for row in found.rows] == ["foto.jpg", "b.png"]
    drawn = render_to_string("records/_evidence_input.html", {"evidence": evidence_of(cast.ana, found.ids)})
    for row in found.rows:
        assert f'name="evidence" value="{row.pk}"' in drawn
    assert f'value="{theirs.pk}"' not in drawn


def test_a_file_that_is_refused_is_named_beside_the_field(cast):
    good = SimpleUploadedFile("b.png", files.png(), "image/png")
    request = posted(cast.ana, [("text", "Listo")], files.upload(b"<svg/>", "x.svg", "image/svg+xml"), good)
    form = AnswerForm(request.POST, request.FILES)

    found = evidence_from(request, form)

    assert form.errors == {"files": ["x.svg: El archivo debe ser JPG, PNG, HEIC o PDF."]}
    assert [row.name for row in found.rows] == ["b.png"]
    assert "x.svg: El archivo debe ser" in render_to_string("records/_evidence_input.html", {"evidence": found})


def test_the_first_ten_of_eleven_are_kept(cast):
    request = posted(cast.ana, [("text", "Listo")], *(files.upload(files.jpeg((40 + n, 40))) for n in range(11)))
    form = AnswerForm(request.POST, request.FILES)

    found = evidence_from(request, form)

    assert len(found.rows) == 10
    assert form.errors["files"][0].startswith("Puede subir hasta 10 archivos a la vez.")


def test_a_file_is_taken_out_without_a_script(cast):
    one, two, theirs = received(cast.ana), received(cast.ana), received(cast.diego)
    data = [("text", "Listo"), *(("evidence", row.pk) for row in (one, two, theirs))]
    removed = [("evidence_removed", row.pk) for row in (one, theirs)]

    found = evidence_from(posted(cast.ana, data + removed))

    assert found.rows == [two]
    assert set(Evidence.objects.all()) == {two, theirs}


def test_the_gallery_shows_originals_only_to_those_who_may(cast):
    case_file = case_of(cast, cast.diego)
    photo = attached(cast.ana, case_file, files.phone_jpeg(), "golpe.jpg")
    document = attached(cast.ana, case_file, files.pdf(), "ficha.pdf", "application/pdf")

    drawn = render_to_string("records/_gallery.html", {"gallery": gallery(case_file, cast.diego)})
    with_originals = render_to_string("records/_gallery.html", {"gallery": gallery(case_file, cast.beto)})

    for row in (photo, document):
        assert address("evidence", row) in drawn
        assert address("original", row) not in drawn
        assert address("original", row) in with_originals
        assert row.sha256 in with_originals
    assert address("thumb", photo) in drawn
    assert room.MOST_AT_ONCE == 10


def test_a_case_without_files_says_so(cast):
    drawn = render_to_string("records/_gallery.html", {"gallery": gallery(case_of(cast), cast.beto)})

    assert "Este caso aún no tiene fotografías ni documentos." in drawn
