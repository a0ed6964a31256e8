"""Looking at a page: with axe, for what sticks out of a telephone, and with a camera."""

import json
import os
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings

from nervion_cases.testing.browser.visitor import PHONE, WIDE

GRAVE = ("serious", "critical")
PICTURES = Path(settings.RUN_DIR) / "screenshots" if os.environ.get("PICTURES") else None

WHAT_STICKS_OUT = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > width + 1)
    .slice(0, 5)
    .map((element) => `${element.tagName.toLowerCase()}.${element.className} ${(element.textContent || "").trim().slice(0, 40)}`);
}"""


def faults(page):
    """What axe finds serious or critical, in words."""
    page.evaluate(AXE_SCRIPT)
    options = json.dumps({"resultTypes": ["violations"]})
    for violation in page.evaluate(f"axe.run(document, {options}).then((found) => found.violations)"):
        if violation["impact"] in GRAVE:
            places = [", ".join(map(str, node["target"])) + " " + node["html"][:160] for node in violation["nodes"][:3]]
            yield f"axe {violation['id']} ({violation['impact']}): {violation['help']}\n      " + "\n      ".join(
                places
            )


def look(visitor, where, *, picture=""):
    """What is wrong with the page that is open, wide and at the width of a telephone."""
    page, wrong = visitor.page, []
    for name, size in (("ancha", WIDE), ("telefono", PHONE)):
        page.set_viewport_size(size)
        wrong += [f"{where} ({name}): {fault}" for fault in faults(page)]
        if sticking := page.evaluate(WHAT_STICKS_OUT):
            wrong.append(f"{where} ({name}) scrolls sideways: {sticking}")
        if PICTURES and picture:
            take_picture(page, f"{picture}.{name}")
    page.set_viewport_size(WIDE)
    return wrong


def take_picture(page, name):
    """Keep the whole page as a person would see it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True, animations="disabled")
