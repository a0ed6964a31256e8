"""What may come in, and what is made of it (trust §5 rows 8–16)."""

import errno
import hashlib
import io
import json
import subprocess
import sys
import zlib

import pytest
from PIL import Image

from casework.records import evidence, shelf
from casework.records.filenames import clean_name
from casework.records.filetypes import LOCKED, NOT_ALLOWED
from casework.records.images import ANIMATED, DAMAGED, TOO_LARGE
from casework.records.models import Evidence, EvidenceKind
from casework.records.tests import files
from casework.records.tests.cases import received
from casework.rules import Refused

JAR = b"PK\x03\x04" + b"\0" * 26 + b"META-INF/MANIFEST.MF"
HTML = b"<html><script>alert(1)</script></html>"
PHP = b"<?php system($_GET['c']); ?>"


def content_of(path):
    with shelf.open_file(path) as file:
        return file.read()


def shown(row):
    return Image.open(io.BytesIO(content_of(row.shown)))


def refusal(cast, content, name="foto.jpg", content_type="image/jpeg"):
    with pytest.raises(Refused) as no:
        received(cast.ana, content, name, content_type)
    assert not Evidence.objects.exists()
    return str(no.value)


# --- What is kept ---------------------------------------------------------------------------------------------------
def test_a_photograph_is_kept_untouched_and_shown_as_a_copy(cast):
    original = files.jpeg((3000, 1500))

    row = received(cast.ana, original, "golpe.jpg")

    assert row.kind == EvidenceKind.PHOTO
    assert row.case_file is None
    assert (row.name, row.media_type, row.size, row.width, row.height) == (
        "golpe.jpg",
        "image/jpeg",
        len(original),
        3000,
        1500,
    )
    assert row.sha256 == hashlib.sha256(original).hexdigest()
    assert row.original == f"{row.sha256[:2]}/{row.sha256[2:4]}/{row.sha256}"
    assert content_of(row.original) == original
    assert hashlib.sha256(content_of(row.shown)).hexdigest() == row.shown_sha256
    assert shown(row).size == (2400, 1200)
    assert Image.open(io.BytesIO(content_of(row.thumb))).size == (400, 200)


def test_the_copy_of_a_telephones_photograph_stands_upright_and_says_nothing_of_where(cast):
    original = files.phone_jpeg()

    row = received(cast.ana, original)

    copy = shown(row)
    assert (row.width, row.height) == copy.size == (480, 640)
    assert copy.getpixel((240, 20))[0] > 150  # red above
    assert copy.getpixel((240, 620))[2] > 150  # blue below
    assert dict(copy.getexif()) == {}
    for path in (row.shown, row.thumb):
        assert b"Exif" not in content_of(path)
        assert b"Telefonica" not in content_of(path)
    assert b"Telefonica" in content_of(row.original)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_ends_upright(cast, orientation):
    back = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    image = files.picture((480, 640))
    exif = Image.Exif()
    exif[files.ORIENTATION] = orientation

    row = received(cast.ana, files.saved(image.transpose(back) if back else image, "JPEG", exif=exif))

    copy = shown(row)
    assert copy.size == (480, 640)
    assert copy.getpixel((240, 20))[0] > 150
    assert copy.getpixel((240, 620))[2] > 150


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("IMG_0001.HEIC", "image/heic"), ("IMG_0001.heif", "image/heif"), ("IMG_0001.HEIC", "application/octet-stream")],
)
def test_a_heic_of_an_iphone_is_shown_as_an_upright_jpeg(cast, tmp_path, name, content_type):
    original = files.heic(tmp_path)

    row = received(cast.ana, original, name, content_type)

    copy = shown(row)
    assert row.media_type == "image/heic"
    assert content_of(row.original) == original
    assert copy.format == "JPEG"
    assert copy.size == (row.width, row.height) == (480, 640)
    assert copy.getpixel((240, 20))[0] > 150
    assert copy.getpixel((240, 620))[2] > 150
    assert b"Exif" not in content_of(row.shown)


def test_a_large_heic_is_shrunk_strip_by_strip(cast, tmp_path):
    row = received(cast.ana, files.heic(tmp_path, files.jpeg((6000, 4000))), "a.heic", "image/heic")

    copy = shown(row)
    assert (row.width, row.height) == (6000, 4000)
    assert max(copy.size) == 2400
    assert abs(copy.size[1] - 1600) <= 1
    assert copy.getpixel((1200, 780))[0] > 150
    assert copy.getpixel((1200, 820))[2] > 150


def test_a_pdf_is_kept_without_a_copy(cast):
    row = received(cast.ana, files.pdf(), "ficha.pdf", "application/pdf")

    assert row.kind == EvidenceKind.DOCUMENT
    assert (row.shown, row.thumb, row.shown_sha256, row.width) == ("", "", "", None)
    assert content_of(row.original) == files.pdf()


def test_the_same_content_twice_is_one_file(cast):
    first = received(cast.ana, files.jpeg())
    written = shelf.shelf().get_modified_time(first.original)

    second = received(cast.luz, files.jpeg(), "otro-nombre.jpg")

    assert first.pk != second.pk
    assert first.original == second.original
    assert shelf.shelf().get_modified_time(first.original) >= written
    assert list(shelf.shelf().listdir("tmp")[1]) == []


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA"])
def test_a_png_of_any_mode_is_shown(cast, mode):
    row = received(cast.ana, files.png(mode=mode), "pantalla.png", "image/png")

    assert shown(row).mode == "RGB"
    assert shown(row).size == (640, 480)


def test_what_is_transparent_is_shown_on_white(cast):
    image = Image.new("RGBA", (60, 60), (0, 0, 0, 0))

    row = received(cast.ana, files.saved(image, "PNG"), "logo.png", "image/png")

    assert shown(row).getpixel((30, 30)) == (255, 255, 255)


def test_sixteen_bits_keep_their_greys(cast):
    image = Image.new("I;16", (60, 60), 32_896)  # half of 65,535

    row = received(cast.ana, files.saved(image, "PNG"), "gris.png", "image/png")

    assert abs(shown(row).getpixel((30, 30))[0] - 128) <= 2


def test_cmyk_and_profiles_end_in_srgb(cast):
    cmyk = received(cast.ana, files.saved(files.picture(mode="CMYK"), "JPEG"), "cmyk.jpg")
    profiled = received(cast.ana, files.jpeg(icc_profile=files.profile()), "icc.jpg")
    broken = received(cast.ana, files.jpeg(icc_profile=b"\xff" * 5000), "roto.jpg")

    for row in (cmyk, profiled, broken):
        copy = shown(row)
        assert copy.mode == "RGB"
        assert "icc_profile" not in copy.info
        assert copy.getpixel((320, 20))[0] > 150
        assert copy.getpixel((320, 460))[2] > 100


def test_a_profile_that_unpacks_into_a_bomb_is_a_clean_error(cast):
    bomb = zlib.compress(b"\0" * 200_000_000, 9)

    assert refusal(cast, files.hollow_png(60, 60, profile=bomb), "bomba.png", "image/png") == DAMAGED


# --- Two files in one (row 9) -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "name", "content_type", "payload"),
    [
        (files.png() + HTML, "a.png", "image/png", HTML),
        (files.jpeg() + JAR, "a.jpg", "image/jpeg", JAR),
        (files.jpeg(comment=PHP), "a.jpg", "image/jpeg", PHP),
    ],
    ids=["png and html", "gifar", "php in the comment"],
)
def test_what_hides_in_a_picture_stays_in_the_original(cast, content, name, content_type, payload):
    row = received(cast.ana, content, name, content_type)

    assert payload in content_of(row.original)
    assert payload not in content_of(row.shown)
    assert payload not in content_of(row.thumb)


# --- What is refused ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "name", "content_type"),
    [
        (HTML, "x.html", "text/html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "x.svg", "image/svg+xml"),
        (b"<?xml version='1.0'?><html/>", "x.xhtml", "application/xhtml+xml"),
        (HTML, "x.htm.", "text/html"),
        (PHP, "x.pHp", "application/x-php"),
        (b"Options +Indexes", ".htaccess", "text/plain"),
        (HTML, "x.jpg", "image/jpeg"),
        (files.jpeg(), "x.html", "text/html"),
        (files.jpeg(), "x.htm.", "image/jpeg"),
        (files.jpeg(), "x.pHp", "image/jpeg"),
        (files.jpeg(), ".htaccess", "image/jpeg"),
        (files.jpeg(), "x.svg", "image/svg+xml"),
        (files.pdf(), "x.png", "image/png"),
        (files.pdf(), "x.pdf", "image/png"),
        (files.jpeg(), "x.pdf", "application/pdf"),
        (files.jpeg(), "x.jpg", "text/html"),
        (b"PK\x03\x04" + b"\0" * 400, "x.docx", "application/zip"),
        (b"PK\x03\x04" + b"\0" * 400, "x.jpg", "image/jpeg"),
        (b"GIF89a" + b"\0" * 400, "x.gif", "image/gif"),
        (b"GIF89a" + b"\0" * 400, "x.jpg", "image/jpeg"),
        (files.animation("WEBP"), "x.webp", "image/webp"),
        (files.animation("WEBP"), "x.png", "image/png"),
        (b"\0\0\0\x20ftypavif\0\0\0\0avifmif1" + b"\0" * 99, "x.heic", "image/heic"),
        (b"\0\0\0\x20ftypisom\0\0\0\0isommp42" + b"\0" * 99, "x.heic", "image/heic"),
        (b"%PD", "x.pdf", "application/pdf"),
    ],
    ids=files.in_short,
)
def test_what_is_not_ours_or_lies_is_refused(cast, content, name, content_type):
    assert refusal(cast, content, name, content_type) == NOT_ALLOWED


def test_an_empty_file_is_refused(cast):
    assert refusal(cast, b"") == "El archivo está vacío."


def test_fifteen_megabytes_are_the_limit(cast):
    assert refusal(cast, files.jpeg() + b"\0" * evidence.LARGEST) == "El archivo debe pesar menos de 15 MB."
    assert received(cast.ana, files.jpeg().ljust(evidence.LARGEST, b"\0")).size == evidence.LARGEST


@pytest.mark.parametrize("lock", [b"/Encrypt 5 0 R ", b"/Encrypt<< /Filter /Standard >> "])
def test_a_document_with_a_password_is_refused(cast, lock):
    assert refusal(cast, files.pdf(lock), "x.pdf", "application/pdf") == LOCKED
    assert received(cast.ana, files.pdf(b"/EncryptMetadata true "), "x.pdf", "application/pdf").pk


def test_what_is_cut_short_is_refused_in_words(cast, tmp_path):
    photo, screen, document = files.jpeg((1200, 900)), files.png((1200, 900)), files.pdf()
    apple = files.heic(tmp_path)

    assert refusal(cast, photo[: len(photo) // 2]) == DAMAGED
    assert refusal(cast, photo[:60]) == DAMAGED
    assert refusal(cast, screen[: len(screen) // 2], "a.png", "image/png") == DAMAGED
    assert refusal(cast, document[:60], "a.pdf", "application/pdf") == DAMAGED
    assert refusal(cast, apple[: len(apple) // 2], "a.heic", "image/heic") == DAMAGED
    assert refusal(cast, b"\xff\xd8\xff\xe0" + b"\xff" * 500) == DAMAGED


def test_an_animation_is_no_photograph(cast):
    assert refusal(cast, files.animation("PNG"), "a.png", "image/png") == ANIMATED


@pytest.mark.parametrize(
    ("width", "height", "depth", "colour"),
    [(20_000, 20_000, 1, 0), (10_000, 10_000, 1, 0), (65_500, 1, 8, 0), (1, 65_500, 8, 0), (7000, 7000, 8, 6)],
    ids=["400 MP in 48 kB", "100 MP", "65,500 by 1", "1 by 65,500", "49 MP with transparency"],
)
def test_a_bomb_is_refused_by_its_header(cast, width, height, depth, colour):
    assert refusal(cast, files.hollow_png(width, height, depth=depth, colour=colour), "b.png", "image/png") == TOO_LARGE


def test_a_jpeg_of_a_hundred_megapixels_is_refused_by_its_header(cast):
    content = bytearray(files.jpeg((640, 480)))
    at = content.find(b"\xff\xc0") + 5  # height and width in the header of the frame
    content[at : at + 4] = (10_000).to_bytes(2, "big") * 2

    assert refusal(cast, bytes(content)) == TOO_LARGE


MEASURE = """
import io, json, sys, time, warnings
warnings.simplefilter("ignore")
from casework.records.images import copies_of
from casework.rules import Refused
content = sys.stdin.buffer.read()
began = time.perf_counter()
try:
    copies_of(io.BytesIO(content), sys.argv[1]); said = ""
except Refused as no:
    said = str(no)
spent = time.perf_counter() - began
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([said, spent, int(peak.split()[1]) // 1024]))
"""


@pytest.mark.parametrize("what", ["400 MP PNG", "48 MP JPEG", "29 MP PNG", "24 MP HEIC"])
def test_what_pictures_cost_is_printed(what, tmp_path, capsys):
    content, media_type, expected = {
        "400 MP PNG": lambda: (files.hollow_png(20_000, 20_000), "image/png", TOO_LARGE),
        "48 MP JPEG": lambda: (files.jpeg((8064, 6048)), "image/jpeg", ""),
        "29 MP PNG": lambda: (files.hollow_png(5400, 5400, depth=8, colour=2), "image/png", ""),
        "24 MP HEIC": lambda: (files.heic(tmp_path, files.jpeg((5712, 4284))), "image/heic", ""),
    }[what]()

    run = [sys.executable, "-c", MEASURE, media_type]
    said, seconds, megabytes = json.loads(subprocess.run(run, input=content, capture_output=True, check=True).stdout)

    with capsys.disabled():
        print(f"\n  {what}: {len(content) // 1000} kB, {seconds:.2f} s, {megabytes} MB")
    assert said == expected


# --- Names (row 15) -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../../etc/passwd.jpg", "passwd.jpg"),
        ("..\\..\\x.jpg", "x.jpg"),
        ("C:\\fotos\\golpe lata.jpg", "golpe lata.jpg"),
        ("a\0.png", "a.png"),
        ("fo\r\nX-H: 1.png", "foX-H- 1.png"),
        ("foto\u202egpj.exe.jpg", "fotogpj.exe.jpg"),
        ("\u200f\u2066oculto\u2069.jpg", "oculto.jpg"),
        ("CON.png", "_CON.png"),
        ("lpt1.jpg", "_lpt1.jpg"),
        ("  .jpg", "archivo.jpg"),
        ("", "archivo"),
        ("...", "archivo"),
        ("😀 lata 👩‍🔬.png", "😀 lata 👩‍🔬.png"),
        ("pin\u0303on.jpg", "piñon.jpg"),
        ("Decoloración «L24».JPG", "Decoloración «L24».JPG"),
        ('a"b<c>.jpg', "a-b-c-.jpg"),
    ],
)
def test_a_name_is_cleaned_for_reading(sent, kept):
    assert clean_name(sent) == kept


def test_a_long_name_keeps_its_extension():
    kept = clean_name("x" * 400 + ".jpeg")

    assert len(kept) == 120
    assert kept.endswith("x.jpeg")
    assert len(clean_name("ñ" * 400)) == 120
    assert len(clean_name("a." + "b" * 400)) <= 120


# --- Limits -------------------------------------------------------------------------------------------------------------
def test_nobody_hoards_files_without_a_case(cast, monkeypatch):
    monkeypatch.setattr(evidence, "MOST_UNATTACHED", 2)
    received(cast.ana)
    received(cast.ana)

    with pytest.raises(Refused) as no:
        received(cast.ana)

    assert str(no.value) == evidence.TOO_MANY_WAITING
    assert received(cast.luz).pk


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.EIO, "No se pudo subir el archivo. Inténtelo de nuevo."),
        (errno.ENOSPC, evidence.NO_ROOM),
        (errno.EFBIG, evidence.NO_ROOM),
    ],
)
def test_a_disk_that_fails_leaves_nothing_behind(cast, monkeypatch, number, sentence):
    def fails(*args):
        raise OSError(number, "the disk fails")

    monkeypatch.setattr(shelf, "_write", fails)

    assert refusal(cast, files.jpeg((77, 77))) == sentence
    assert list(shelf.shelf().listdir("tmp")[1]) == []
