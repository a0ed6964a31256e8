"""Photographs for the demo, painted here: a wall whose colour failed, a dented can, a blistered floor."""

import io
import random

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFilter

WALLS = {"Ocre": (203, 152, 72), "Azul": (38, 84, 148), "Blanco": (228, 226, 218), "Negro": (46, 46, 48)}


def wall(name, seed):
    """A painted wall with patches where the colour failed, as an uploaded JPEG."""
    chance = random.Random(seed)  # noqa: S311
    colour = next((rgb for word, rgb in WALLS.items() if word in name), (164, 96, 70))
    picture = Image.new("RGB", (640, 480), colour)
    draw = ImageDraw.Draw(picture)
    for _ in range(150):
        x, y, length = chance.randrange(640), chance.randrange(480), chance.randrange(30, 140)
        shade = tuple(max(0, min(255, part + chance.randint(-9, 9))) for part in colour)
        draw.line([(x, y), (x + length, y + chance.randint(-4, 4))], fill=shade, width=chance.randint(4, 12))
    for _ in range(chance.randint(4, 8)):
        x, y, size = chance.randrange(40, 520), chance.randrange(40, 380), chance.randrange(30, 100)
        faded = tuple(min(255, part + chance.randint(28, 60)) for part in colour)
        draw.ellipse([x, y, x + size * 1.4, y + size], fill=faded)
    picture = picture.filter(ImageFilter.GaussianBlur(3))
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=82)
    return SimpleUploadedFile(f"IMG_{chance.randrange(1000, 9999)}.jpg", kept.getvalue(), "image/jpeg")
