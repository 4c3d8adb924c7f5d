"""Papers beside one another, their points ticked there, brought back to the case; common opinions; keys."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.instance import Instance
from tests.browser.visitors import DESK, PHONE, Care, Visitors, is_accessible, looks_right

pytestmark = pytest.mark.browser
covers = pytest.mark.covers

REVIEWER, HEAD = "chen_li", "qin_zhenghua"
PICTURES = os.environ.get("TONGBAN_PICTURES", "")


def picture(page: Page, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


@pytest.fixture(scope="module")
def case(waiting_cases) -> str:  # type: ignore[no-untyped-def]
    return str(next(waiting_cases))


@pytest.mark.parametrize("care", ["", "large"])
@pytest.mark.parametrize("query", ["", "?at=kitchen_layout&beside=form", "?at=form"])
@covers("applications:viewer", "applications:viewer_file")
def test_the_viewer_is_for_everyone(visitors: Visitors, case: str, query: str, care: Care) -> None:
    here = visitors.same(REVIEWER, care)
    for size in (DESK, PHONE):
        here.set_viewport_size(size)  # type: ignore[arg-type]
        answer = here.goto(f"/desk/cases/{case}/viewer{query}")
        assert answer and answer.status == 200
        looks_right(here)
        picture(here, f"viewer-{re.sub(r'[^a-z]+', '-', query)}-{size['width']}{care}")
        is_accessible(here)


@pytest.mark.parametrize("javascript", [True, False])
@covers("applications:viewer", "applications:viewer_file")
def test_points_ticked_beside_the_paper_come_back_to_the_case(visit: Visit, case: str, javascript: bool) -> None:
    here = visit(REVIEWER, javascript=javascript)
    here.goto(f"/desk/cases/{case}")
    here.locator("[name=rejection_reason]").fill("还没写完的话")
    here.get_by_role("button", name="并排看材料").click()
    expect(here.get_by_role("heading", level=1)).to_contain_text("看材料")

    here.get_by_role("navigation", name="材料").get_by_role("button", name="经营场所布局图").click()
    points = here.get_by_role("complementary").get_by_role("checkbox")
    expect(points.first).to_be_visible()
    ticked = points.first.get_attribute("value") or ""
    points.first.check()
    here.get_by_label("补正说明").fill("请标明洗手池")
    here.get_by_label("旁边放").select_option("form")
    here.get_by_role("button", name="并排看", exact=True).click()
    expect(here.get_by_role("region", name=re.compile("申请表"))).to_contain_text("双榕镇德福面馆")
    expect(here.get_by_role("complementary").get_by_role("checkbox").first).to_be_checked()

    here.get_by_role("button", name=re.compile("^上一份")).click()
    here.get_by_role("button", name=re.compile("带着勾选回办件页")).click()
    expect(here.get_by_role("heading", level=1)).not_to_contain_text("看材料")
    expect(here.locator(f"[name='met.kitchen_layout'][value='{ticked}']")).to_be_checked()
    expect(here.locator("[name='note.kitchen_layout']")).to_have_value("请标明洗手池")
    expect(here.locator("[name=rejection_reason]")).to_have_value("还没写完的话")


@covers("applications:viewer_file")
def test_a_picture_or_paper_is_seen_without_saving_it(visit: Visit, case: str) -> None:
    here = visit(REVIEWER)
    here.goto(f"/desk/cases/{case}/viewer?at=kitchen_layout")
    shown = here.locator("iframe.viewer-frame, .viewer-sheet img").first
    expect(shown).to_be_visible()
    source = shown.get_attribute("src") or ""
    answer = here.request.get(source)
    assert answer.ok
    assert answer.headers["content-disposition"].startswith("inline")
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    if shown.evaluate("one => one.tagName") == "IMG":
        assert shown.evaluate("one => one.naturalWidth") > 0


@covers("applications:viewer", "applications:viewer_file")
def test_a_pdf_stands_in_a_frame_and_is_not_saved(visit_whole: Visit, instance: Instance) -> None:
    number = instance.run("tests.browser.viewer_cases").strip()
    instance.settle(patience=240.0)  # it is examined first
    here, saved = visit_whole(REVIEWER), []
    here.on("download", lambda one: saved.append(one.url))
    here.goto(f"/desk/cases/{number}/viewer?at=kitchen_layout&beside=form")
    expect(here.locator("iframe.viewer-frame")).to_be_visible()
    here.wait_for_load_state("networkidle")
    assert any(frame.url.endswith(f"/desk/cases/{number}/viewer/kitchen_layout") for frame in here.frames)
    assert saved == []
    picture(here, "viewer-pdf")


@covers("applications:viewer")
def test_n_and_p_turn_the_papers_but_not_while_somebody_types(visit: Visit, case: str) -> None:
    here = visit(REVIEWER)
    here.goto(f"/desk/cases/{case}/viewer")
    first = here.locator("nav[aria-label=材料] [aria-current=page]").inner_text()
    here.keyboard.press("n")
    expect(here.locator("nav[aria-label=材料] [aria-current=page]")).not_to_have_text(first)
    note = here.get_by_label("补正说明")
    note.click()
    here.keyboard.type("np")
    expect(note).to_have_value("np")
    here.locator("h1").click()
    here.keyboard.press("p")
    expect(here.locator("nav[aria-label=材料] [aria-current=page]")).to_have_text(first)


@pytest.mark.parametrize("javascript", [True, False])
@covers("applications:opinions", "applications:opinion", "applications:retire_opinion")
def test_a_common_opinion_is_written_filled_in_and_taken_away(visit: Visit, case: str, javascript: bool) -> None:
    here, title = visit(REVIEWER, javascript=javascript), f"不归我们{javascript}"
    here.goto("/desk/opinions")
    if javascript:
        is_accessible(here)
    here.get_by_label("用在哪一步").select_option("reject")
    here.get_by_label("名称").fill(title)
    here.get_by_label("意见", exact=True).fill("{姓名}的申请不归我们管。")
    here.get_by_role("button", name="保存").click()
    expect(here.get_by_role("main")).to_contain_text("没有“{姓名}”这个变量")
    expect(here.get_by_label("名称")).to_have_value(title)
    here.get_by_label("意见", exact=True).fill("{申请人}的申请不归我们管。")
    here.get_by_role("button", name="保存").click()
    here.get_by_role("link", name=re.compile(rf"^修改\s*{title}$")).click()
    here.get_by_label("意见", exact=True).fill("{申请人}申请的{事项名称}不归我们管。")
    here.get_by_role("button", name="保存").click()

    here.goto(f"/desk/cases/{case}")
    here.locator("[name=rejection_reason]").fill("已经核对过。")
    here.get_by_label("选一条").select_option(label=f"不予受理：{title}")
    here.get_by_role("button", name="填入").click()
    expect(here.locator("[name=rejection_reason]")).to_have_value(
        re.compile(r"^已经核对过。\n\S+申请的食品经营许可新办不归我们管。$")
    )
    if javascript:
        is_accessible(here)
        picture(here, "case-filled")
        here.set_viewport_size(PHONE)  # type: ignore[arg-type]
        looks_right(here)
    here.goto("/desk/opinions")
    picture(here, f"opinions-{javascript}")
    here.get_by_role("button", name=re.compile(rf"^不再用\s*{title}$")).click()
    expect(here.get_by_role("rowheader", name=title)).to_have_count(0)


@pytest.mark.parametrize("care", ["", "large"])
@covers("applications:opinions")
def test_the_page_of_opinions_is_for_everyone(visitors: Visitors, case: str, care: Care) -> None:
    here = visitors.same(HEAD, care)
    for size in (DESK, PHONE):
        here.set_viewport_size(size)  # type: ignore[arg-type]
        answer = here.goto("/desk/opinions")
        assert answer and answer.status == 200
        looks_right(here)
        picture(here, f"opinions-{size['width']}{care}")
        is_accessible(here)
