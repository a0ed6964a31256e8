"""Photographs as a telephone makes them: lying on their side, with the place where they were taken."""

import subprocess
from datetime import datetime

from PIL import Image, ImageDraw
from PIL.ExifTags import GPS, IFD, Base

ROTATED = 6  # EXIF: turn a quarter to the right to see it upright
LANDSCAPE = (1600, 1200)


def lying_picture(mark):
    """A picture whose upright upper left corner is red: what a sensor sees when the telephone is held upright."""
    picture = Image.new("RGB", LANDSCAPE, "#d8d2c4")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, LANDSCAPE[1] - 400, 400, LANDSCAPE[1]), fill="#c81e1e")  # upper left once it is turned
    draw.text((700, 600), mark, fill="#222222", font_size=120)
    return picture


def exif(orientation=ROTATED):
    """Make, model, moment, orientation and the plant's coordinates."""
    tags = Image.Exif()
    tags[Base.Make], tags[Base.Model] = "Telefono", "De Prueba"
    tags[Base.DateTime] = datetime(2026, 11, 20, 16, 5).strftime("%Y:%m:%d %H:%M:%S")
    tags[Base.Orientation] = orientation
    place = tags.get_ifd(IFD.GPSInfo)
    place[GPS.GPSLatitudeRef], place[GPS.GPSLatitude] = "N", (19.0, 2.0, 30.0)
    place[GPS.GPSLongitudeRef], place[GPS.GPSLongitude] = "W", (98.0, 11.0, 50.0)
    return tags


def jpeg(folder, name="IMG_4711.jpg", mark="LOTE"):
    """A JPEG with orientation and GPS."""
    file = folder / name
    lying_picture(mark).save(file, "JPEG", quality=85, exif=exif())
    return file


def heic(folder, name="IMG_4712.HEIC", mark="CUBETA"):
    """A HEIC, made by `heif-enc` as a telephone would, with its EXIF."""
    source, file = folder / f"{name}.source.jpg", folder / name
    lying_picture(mark).save(source, "JPEG", quality=90, exif=exif())
    subprocess.run(["heif-enc", "-q", "60", "-o", str(file), str(source)], check=True, capture_output=True)
    return file


def upright_and_anonymous(picture):
    """Raise unless a shown copy stands upright and tells nothing of where it was taken. `picture` is its bytes."""
    assert not dict(picture.getexif()), "the shown copy has EXIF"
    width, height = picture.size
    assert height > width, f"the shown copy lies on its side: {picture.size}"
    red, green, _ = picture.convert("RGB").getpixel((width // 10, height // 20))
    assert red > 150 > 90 > green, "the shown copy is upside down or mirrored"
