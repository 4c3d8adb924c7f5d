"""Where cases wait: the head of the body reads it, follows a number to its cases, and takes the table away."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.instance import Instance
from tests.browser.visitors import DESK, PHONE, Care, Visitors, is_accessible, looks_right

pytestmark = pytest.mark.browser
covers = pytest.mark.covers

HEAD, SUPERVISOR = "qin_zhenghua", "meng_fan"
PICTURES = os.environ.get("TONGBAN_PICTURES", "")


@pytest.fixture(scope="module")
def places(instance: Instance) -> dict[str, str]:
    found: dict[str, str] = json.loads(instance.run("tests.browser.cases"))
    instance.settle(patience=240.0)
    for _ in range(3):  # what waits for its turn in the book is counted with the next
        instance.run("tests.browser.flow_counted")
        time.sleep(1)
    return found


@pytest.mark.parametrize("care", ["", "large"])
@pytest.mark.parametrize(
    ("path", "who"),
    [("/desk/flow", HEAD), ("/desk/flow?period=90", SUPERVISOR), ("/desk/flow/cases?step=accept", HEAD)],
)
@covers("analytics:flow", "analytics:flow_rows")
def test_every_page_of_the_flow_is_for_everyone(
    visitors: Visitors, places: dict[str, str], path: str, who: str, care: Care
) -> None:
    here = visitors.same(who, care)
    for size in (DESK, PHONE):
        here.set_viewport_size(size)  # type: ignore[arg-type]
        answer = here.goto(path)
        assert answer and answer.status == 200
        looks_right(here)
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            name = f"flow-{who}-{'cases' if 'cases' in path else 'all'}-{size['width']}{care}"
            here.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
        is_accessible(here)


@pytest.mark.parametrize("javascript", [True, False])
@covers("analytics:flow", "analytics:flow_rows")
def test_the_head_follows_a_number_to_its_cases(visit: Visit, places: dict[str, str], javascript: bool) -> None:
    here = visit(HEAD, javascript=javascript)
    here.goto("/desk/flow")
    steps = here.get_by_role("region", name="各环节")
    row = steps.locator("tbody tr").filter(has=here.get_by_text("受理", exact=True)).first
    cases = int(row.get_by_role("link").inner_text())
    assert cases > 0
    row.get_by_role("link").click()
    expect(here.get_by_role("heading", level=1)).to_contain_text("受理：办过的办件")
    numbers = here.locator("td[data-label=办件编号]").all_inner_texts()
    assert len(numbers) == min(cases, 50)
    assert places["accepted"] in {number.replace(" ", "") for number in numbers} or cases > 50

    here.get_by_role("link", name="← 回流转统计").click()
    here.get_by_role("link", name="导出这份统计").click()
    here.get_by_label("CSV").check()
    with here.expect_download() as waiting:
        here.get_by_role("button", name="导出", exact=True).click()
    table = Path(waiting.value.path()).read_text("utf-8-sig")
    assert f"环节,受理,{cases}," in table
