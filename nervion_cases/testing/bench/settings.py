"""The settings of the application, and one page more: the floor."""

from nervion_cases.settings import *  # noqa: F403, TID251
from nervion_cases.settings import BASE_DIR, TEMPLATES  # noqa: TID251

ROOT_URLCONF = "nervion_cases.testing.bench.urls"
TEMPLATES[0]["DIRS"] += [BASE_DIR / "nervion_cases" / "testing" / "bench" / "templates"]
