"""The pictures of the README, from the same pages; written anew only with TONGBAN_SCREENSHOTS=1."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser.conftest import Visit
from tests.browser.steps import FOOD
from tests.browser.visitors import DESK, PHONE, Size

pytestmark = pytest.mark.browser

PLACE = Path(__file__).parents[2] / "docs" / "screenshots"
LARGEST = 200_000


@pytest.mark.parametrize(
    ("name", "actor", "path", "size"),
    [
        ("home", "liu_xiaoyan", "/", DESK),
        ("guide", "", f"/items/{FOOD}?kind=catering&raw=no&agent=self", DESK),
        ("desk", "chen_li", "/desk/cases/{number}?ticked=all", DESK),
        ("case-mobile", "zhou_defu", "/my/applications/{number}", PHONE),
    ],
)
def test_the_readme_shows_what_there_is(
    visit: Visit, waiting: str, name: str, actor: str, path: str, size: Size
) -> None:
    page = visit(actor, size=size)
    page.goto(path.format(number=waiting))
    picture = small(page)

    assert len(picture) <= LARGEST
    if os.environ.get("TONGBAN_SCREENSHOTS") == "1":
        PLACE.mkdir(parents=True, exist_ok=True)
        (PLACE / f"{name}.png").write_bytes(picture)


def small(page: Page) -> bytes:
    """128 colours are enough for pages without photographs."""
    made = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(128)
    kept = io.BytesIO()
    made.save(kept, "PNG", optimize=True)
    return kept.getvalue()
