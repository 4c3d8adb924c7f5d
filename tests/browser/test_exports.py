"""The list of cases by its filters, taken away as a table; and the record of what was taken."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.instance import Instance
from tests.browser.visitors import DESK, PHONE, Care, Visitors, is_accessible, looks_right

pytestmark = pytest.mark.browser
covers = pytest.mark.covers

REVIEWER, HEAD, SUPERVISOR = "chen_li", "qin_zhenghua", "meng_fan"
PICTURES = os.environ.get("TONGBAN_PICTURES", "")


@pytest.fixture(scope="module")
def places(instance: Instance) -> dict[str, str]:
    found: dict[str, str] = json.loads(instance.run("tests.browser.cases"))
    instance.settle(patience=240.0)
    return found


@pytest.mark.parametrize("care", ["", "large"])
@pytest.mark.parametrize(
    "path",
    ["/desk/cases", "/desk/cases?state=accepted&overdue=1", "/desk/exports/cases?state=accepted", "/desk/exports"],
)
@covers("applications:desk_cases", "exports:export", "exports:exports")
def test_every_page_of_lists_is_for_everyone(visitors: Visitors, places: dict[str, str], path: str, care: Care) -> None:
    here = visitors.same(REVIEWER, care)
    for size in (DESK, PHONE):
        here.set_viewport_size(size)  # type: ignore[arg-type]
        answer = here.goto(path)
        assert answer and answer.status == 200
        looks_right(here)
        picture(here, f"{path.strip('/').replace('/', '-')}-{size['width']}{care}")
        is_accessible(here)


def picture(page: Page, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(PICTURES) / f"{re.sub(r'[^a-z0-9-]+', '-', name)}.png", full_page=True)


def downloaded(page: Page) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("button", name="导出", exact=True).click()
    return Path(waiting.value.path()).read_bytes()


@pytest.mark.parametrize("javascript", [True, False])
@covers("applications:desk_cases", "exports:export", "exports:exports")
def test_what_the_page_shows_is_what_the_table_holds(visit: Visit, places: dict[str, str], javascript: bool) -> None:
    here = visit(REVIEWER, javascript=javascript)
    here.goto("/desk/cases")
    here.get_by_label("状态", exact=True).select_option("accepted")
    here.get_by_role("button", name="查看", exact=True).click()
    expect(here).to_have_url(re.compile("state=accepted"))
    shown = [text.replace(" ", "") for text in here.locator("td[data-label=办件编号]").all_inner_texts()]
    assert places["accepted"] in shown
    assert places["submitted"] not in shown

    here.get_by_role("link", name="导出这份清单").click()
    expect(here.get_by_role("main")).to_contain_text("审查中")
    for label in ("承诺办结日", "办结时间", "收件渠道"):
        here.get_by_label(label, exact=True).uncheck()
    here.get_by_label("申请人或经办人（脱敏）").check()
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(downloaded(here))).active]
    assert rows[0] == ["办件编号", "事项", "部门", "状态", "收件时间", "是否超期未决定", "申请人或经办人"]
    assert [row[0] for row in rows[1:]][: len(shown)] == shown
    assert "周**" in {row[6] for row in rows[1:]}
    assert not any("周德福" in str(row) for row in rows)

    here.goto("/desk/exports")
    first = here.locator("tbody tr").first
    expect(first).to_contain_text("● 完成")
    expect(first).to_contain_text("状态：审查中")
    expect(first.locator("td[data-label=行数]")).to_have_text(str(len(rows) - 1))


@covers("exports:export")
def test_the_head_says_why_whole_names_are_needed_and_the_supervisor_reads_it(
    visit: Visit, places: dict[str, str]
) -> None:
    here: Any = visit(HEAD)
    here.goto(f"/desk/exports/cases?number={places['accepted']}")
    here.get_by_label("申请人或经办人（脱敏）").check()
    here.get_by_label("CSV").check()
    here.get_by_label("显示完整的姓名、证件号码和电话").check()
    here.get_by_role("button", name="导出", exact=True).click()
    expect(here.get_by_role("main")).to_contain_text("请写明为什么要完整的个人信息")
    expect(here.get_by_label("申请人或经办人（脱敏）")).to_be_checked()

    here.get_by_label("为什么要完整的个人信息").fill("开展餐饮食品安全专项核查")
    rows = list(csv.reader(io.StringIO(downloaded(here).decode("utf-8-sig"))))
    assert rows[1][-1] == "周德福"

    overseer = visit(SUPERVISOR)
    overseer.goto("/desk/exports")
    expect(overseer.locator("tbody tr").first).to_contain_text("开展餐饮食品安全专项核查")
