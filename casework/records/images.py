"""Photographs: what the header promises, and the small copy that people are shown. Pillow only; no row, no setting.

The copy is drawn anew, pixel by pixel: nothing of the file travels with it, neither EXIF nor GPS, comment or tail.
"""

import io
import threading
from dataclasses import dataclass

import pi_heif
from PIL import Image, ImageCms

from casework.rules import Refused

MOST_PIXELS = 50_000_000
MOST_MEMORY = 120_000_000
LONGEST_SIDE = 20_000
STEEPEST = 40  # how many times longer than wide
SHOWN_SIDE = 2400
THUMB_SIDE = 400
LARGEST_PROFILE = 4_000_000
QUALITY = 85

TOO_LARGE = "La imagen es demasiado grande: debe tener menos de 50 megapíxeles."
ANIMATED = "La imagen es demasiado grande: tiene varios cuadros. Suba una fotografía sin animación."
DAMAGED = "El archivo está incompleto o dañado. Ábralo en su equipo, guárdelo de nuevo y vuelva a subirlo."

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}
# Bytes per pixel that Pillow needs to decode and shrink; three-channel pixels take four bytes in it.
BYTES_PER_PIXEL = {"1": 2, "L": 1, "P": 9, "LA": 8, "PA": 9, "RGB": 4, "RGBA": 8, "CMYK": 4, "YCbCr": 4}
UPRIGHT = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_270,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_90,),
}
ORIENTATION = 0x0112
LYING = (5, 6, 7, 8)
SRGB = ImageCms.createProfile("sRGB")

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
# One picture at a time in each process: memory stays that of one, whatever the number of threads.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Copies:
    """The measures of the photograph as one looks at it, and its two re-encoded copies (JPEG, sRGB)."""

    width: int
    height: int
    shown: bytes
    thumb: bytes


def copies_of(file, media_type):
    """The copies of a photograph (a seekable binary file of a recognised type).

    Raises `Refused` before decoding if the header promises too many pixels, and if the file cannot be decoded.
    """
    file.seek(0)
    with _one_at_a_time:
        try:
            if media_type == "image/heic":
                picture, size = _heic(file)
            else:
                picture, size = _plain(file, FORMATS[media_type])
            shown = _jpeg(picture)
            picture.thumbnail((THUMB_SIDE, THUMB_SIDE), Image.Resampling.LANCZOS)
            return Copies(*size, shown=shown, thumb=_jpeg(picture))
        except Refused:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
            raise Refused(TOO_LARGE) from None
        except Exception:  # a decoder fed with hostile bytes may raise anything; for the person it is one thing
            raise Refused(DAMAGED) from None


def check_measures(width, height, bytes_per_pixel=0):
    """Refuse, from the header alone, what would cost too much to decode."""
    pixels, longest, shortest = width * height, max(width, height), max(1, min(width, height))
    if pixels > MOST_PIXELS or longest > LONGEST_SIDE or longest > STEEPEST * shortest:
        raise Refused(TOO_LARGE)
    if pixels * bytes_per_pixel > MOST_MEMORY:
        raise Refused(TOO_LARGE)


def _plain(file, format_name):
    with Image.open(file, formats=[format_name]) as image:
        if format_name == "PNG" and getattr(image, "is_animated", False):
            raise Refused(ANIMATED)
        width, height = image.size
        check_measures(width, height)
        image.draft(None, (SHOWN_SIDE, SHOWN_SIDE))  # JPEG alone: decoded at a half, a quarter or an eighth
        check_measures(*image.size, BYTES_PER_PIXEL.get(image.mode, 8))
        image.load()
        orientation = _orientation(image)
        profile = image.info.get("icc_profile")
        return _finish(_eight_bits(image), profile, orientation), _as_seen(width, height, orientation)


def _heic(file):
    """Shrunk strip by strip: Pillow never holds the whole of it.

    libheif turns the picture as the container says; EXIF counts only where the container says nothing.
    """
    container = pi_heif.open_heif(file, convert_hdr_to_8bit=True)
    frame = container[container.primary_index]
    width, height = frame.size
    check_measures(width, height)
    data, stride, mode = frame.data, frame.stride, frame.mode
    width, height = frame.size
    factor = max(1, max(width, height) // SHOWN_SIDE)
    small = Image.new(mode, (-(-width // factor), -(-height // factor)))
    rows = factor * max(1, 512 // factor)
    view = memoryview(data)
    for top in range(0, height, rows):
        tall = min(rows, height - top)
        strip = Image.frombytes(mode, (width, tall), view[top * stride : (top + tall) * stride], "raw", mode, stride)
        small.paste(strip.reduce(factor) if factor > 1 else strip, (0, top // factor))
    orientation = 1 if _says_how_it_stands(file) else _exif(frame)
    return _finish(small, frame.info.get("icc_profile"), orientation), _as_seen(width, height, orientation)


def _says_how_it_stands(file):
    """Whether the box of properties of a HEIC has a rotation or a mirror."""
    file.seek(0)
    content = file.read()
    at = content.find(b"ipco")
    if at < 4:
        return False
    box = content[at : at - 4 + int.from_bytes(content[at - 4 : at], "big")]
    return b"irot" in box or b"imir" in box


def _exif(frame):
    exif = Image.Exif()
    try:
        exif.load(frame.info.get("exif") or b"")
    except Exception:  # broken metadata is no reason to refuse a good picture
        return 1
    return exif.get(ORIENTATION, 1)


def _eight_bits(image):
    """Palettes and deep greys in eight bits a channel."""
    if image.mode in ("P", "PA"):
        return image.convert("RGBA" if image.mode == "PA" or "transparency" in image.info else "RGB")
    if image.mode == "1":
        return image.convert("L")
    if image.mode.startswith("I"):  # sixteen bits: Pillow would cut them off at 255
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if image.mode == "F":
        return image.convert("L")
    return image


def _finish(image, profile, orientation):
    image.thumbnail((SHOWN_SIDE, SHOWN_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    image = _srgb(_on_white(image), profile)
    for turn in UPRIGHT.get(orientation, ()):
        image = image.transpose(turn)
    clean = Image.new("RGB", image.size)  # a new canvas: `info` (comments, XMP) stays behind
    clean.paste(image)
    return clean


def _on_white(image):
    if image.mode not in ("RGBA", "LA", "RGBa", "La"):
        return image
    image = image.convert("RGBA")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def _srgb(image, profile):
    """In sRGB, since the copy carries no profile; a profile that cannot be read is ignored."""
    if profile and len(profile) <= LARGEST_PROFILE:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return ImageCms.profileToProfile(image, source, SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass
    return image.convert("RGB")


def _orientation(image):
    try:
        return image.getexif().get(ORIENTATION, 1)
    except Exception:  # broken metadata is no reason to refuse a good picture
        return 1


def _as_seen(width, height, orientation):
    return (height, width) if orientation in LYING else (width, height)


def _jpeg(image):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
