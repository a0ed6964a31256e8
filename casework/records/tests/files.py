"""Files as telephones and attackers make them; drawn here, none kept in the repository."""

import io
import shutil
import struct
import subprocess
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms

ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x010F
RED, BLUE = (200, 20, 20), (20, 20, 200)


def in_short(value):
    """How a parameter of a test is called on the screen: bytes by their number."""
    return f"{len(value)} bytes" if isinstance(value, bytes) else str(value)[:40]


def upload(content, name="foto.jpg", content_type="image/jpeg"):
    """An uploaded file, as Django hands it to a view."""
    return SimpleUploadedFile(name, content, content_type)


def picture(size=(640, 480), mode="RGB"):
    """Red above, blue below: one sees which way is up."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (0, size[1] // 2, size[0], size[1]))
    return image.convert(mode)


def saved(image, kind, **options):
    """The bytes of an image in a format."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jpeg(size=(640, 480), **options):
    """A plain photograph."""
    return saved(picture(size), "JPEG", **options)


def png(size=(640, 480), mode="RGB", **options):
    """A screenshot."""
    return saved(picture(size, mode), "PNG", **options)


def phone_jpeg(size=(640, 480)):
    """A photograph taken with the telephone upright: pixels lying, EXIF says turn, GPS says where."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[MAKER] = "Telefonica de Prueba"
    exif.get_ifd(GPS).update({1: "N", 2: (19.0, 26.0, 7.0), 3: "W", 4: (99.0, 8.0, 1.0)})
    upright = picture((size[1], size[0]))
    return saved(upright.transpose(Image.Transpose.ROTATE_90), "JPEG", exif=exif, quality=90)


def heic(folder, source=None):
    """The same as an iPhone keeps it, made with heif-enc (Debian: libheif-examples)."""
    if shutil.which("heif-enc") is None:
        pytest.fail("heif-enc is missing: install the Debian package libheif-examples")
    before, after = folder / "foto.jpg", folder / "foto.heic"
    before.write_bytes(source or phone_jpeg())
    subprocess.run(["heif-enc", "-q", "60", "-o", after, before], check=True, capture_output=True, timeout=60)
    return after.read_bytes()


def pdf(extra=b""):
    """A small document; `extra` goes into its trailer."""
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\n"
        b"endobj\ntrailer\n<< /Root 1 0 R /Size 3 " + extra + b">>\nstartxref\n9\n%%EOF\n"
    )


def chunk(name, data):
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def hollow_png(width, height, *, depth=1, colour=0, profile=b""):
    """A PNG of zeros: 400 megapixels weigh 48 kB."""
    samples = {0: 1, 2: 3, 6: 4}[colour]
    row = b"\0" * (1 + (width * depth * samples + 7) // 8)
    press = zlib.compressobj(9)
    body = b"".join(press.compress(row) for _ in range(height)) + press.flush()
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    extra = chunk(b"iCCP", b"x\0\0" + profile) if profile else b""
    return b"\x89PNG\r\n\x1a\n" + head + extra + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def animation(kind, frames=50):
    """Many frames in one file."""
    images = [Image.new("RGB", (16, 16), (number % 256, 0, 0)) for number in range(frames)]
    return saved(images[0], kind, save_all=True, append_images=images[1:])


def profile():
    """An ICC profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
