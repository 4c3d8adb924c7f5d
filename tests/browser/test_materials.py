"""Materials through the pages: versions, the original, the same gap a second time, what was given before, quality of intake."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import Visit
from tests.browser.instance import Instance
from tests.browser.test_procedure import PICTURES, line_of, look, open_case, unfold
from tests.browser.visitors import fits, is_accessible, looks_right

pytestmark = pytest.mark.browser
covers = pytest.mark.covers

REVIEWER, HEAD, CLERK, SUPERVISOR, CITIZEN = "chen_li", "qin_zhenghua", "wang_min", "meng_fan", "zhou_defu"
PLAN = "经营场所布局图"


@pytest.fixture(scope="module")
def prepared(instance: Instance) -> dict[str, str]:
    found: dict[str, str] = json.loads(instance.run("tests.browser.material_cases"))
    return found


@covers("applications:ask_again", "applications:correct_again", "applications:decline_again")
def test_the_same_gap_is_told_again_only_with_the_heads_reason(visit: Visit, prepared: dict[str, str]) -> None:
    number, reviewer, head = prepared["supplemented"], visit(REVIEWER), visit(HEAD)

    def asked(words: str) -> None:
        open_case(reviewer, number, "?ticked=all")
        reviewer.get_by_role("checkbox", name="标明各功能区面积").uncheck()
        unfold(reviewer, "again")
        reviewer.get_by_label("再次要求补正的情况").fill(words)
        steps.press(reviewer, "报负责人批准")

    open_case(reviewer, number, "?ticked=all")
    reviewer.get_by_role("checkbox", name="标明各功能区面积").uncheck()
    reviewer.keyboard.press("F8")
    expect(reviewer.get_by_role("alert").first).to_contain_text("再次要求补正要由部门负责人说明理由")
    look(reviewer, "materials-again-refused")
    asked("短")
    expect(reviewer.get_by_role("alert").first).to_contain_text("请写明再次要求补正的情况")
    asked("补来的图仍然没有标明面积")
    expect(reviewer.get_by_text("已报部门负责人批准")).to_be_visible()

    head.goto("/desk?act=application.correct_again")
    line_of(head, number).get_by_role("link").first.click()
    look(head, "materials-again-head")
    head.get_by_label("负责人的理由").fill("现有材料足够判断，请核实后受理")
    steps.press(head, "不批准再次补正 F8")
    expect(head.get_by_text("没有批准再次要求补正")).to_be_visible()
    asked("现场核实后仍缺少面积，无法判断是否符合")
    expect(reviewer.get_by_text("已报部门负责人批准")).to_be_visible()
    open_case(head, number)
    head.get_by_label("负责人的理由").fill("面积是许可条件，图上必须标明")
    head.keyboard.press("F9")
    expect(head.get_by_text("已批准，补正告知已发出")).to_be_visible()

    owner = visit(CITIZEN)
    owner.goto(f"/my/applications/{number}")
    expect(owner.get_by_text("面积是许可条件，图上必须标明")).to_be_visible()
    look(owner, "materials-owner")
    owner.get_by_role("link", name="去补正").click()
    owner.get_by_role("radio", name="补充，和原来的一起用").check()
    owner.locator("input[type=file]").set_input_files(steps.layout_plan())
    look(owner, "materials-supplement")
    steps.press(owner, "提交补正")
    expect(owner.get_by_text("补正材料已提交")).to_be_visible()
    owner.get_by_text("共 3 版").click()
    expect(owner.get_by_text("已被替换")).to_have_count(1)
    look(owner, "materials-versions")


@covers("applications:desk_material", "applications:see_original", "applications:withdraw_original")
def test_the_original_is_marked_as_seen_and_the_mark_withdrawn(visit: Visit, waiting: str) -> None:
    page = visit(REVIEWER)
    open_case(page, waiting)
    line = page.get_by_role("row").filter(has_text=PLAN)
    line.get_by_role("link", name=re.compile("版本和原件")).click()
    steps.heading(page, PLAN)
    look(page, "materials-one")
    page.get_by_label("原件有效期至").fill("2026-03-01")
    page.keyboard.press("F9")
    expect(page.get_by_role("alert").first).to_contain_text("已经过了有效期")
    page.get_by_label("原件有效期至").fill("2027-03-01")
    page.keyboard.press("F9")
    expect(page.get_by_text("已标记原件已核")).to_be_visible()
    expect(page.get_by_text("B 原件已核")).to_be_visible()
    look(page, "materials-seen")
    page.get_by_text("撤销原件已核的标记").click()
    page.get_by_label("撤销的理由").fill("看的是另一家店的图")
    steps.press(page, "撤销标记")
    expect(page.get_by_text("■ 已撤销")).to_be_visible()
    look(page, "materials-withdrawn")


@covers("applications:reuse")
def test_what_was_given_before_serves_again_with_its_watermark(
    visit: Visit, prepared: dict[str, str], instance: Instance
) -> None:
    page = visit(CITIZEN)
    page.goto(f"/apply/{prepared['draft']}/materials")
    page.get_by_text("用以前交过的").first.click()
    expect(page.get_by_text("原件已核")).to_be_visible()
    look(page, "materials-earlier")
    page.get_by_role("paragraph").filter(has_text="原件已核").get_by_role("button", name=re.compile("用这一份")).click()
    expect(page.get_by_text("已选用以前交过的，提交以后自动加水印")).to_be_visible()
    look(page, "materials-chosen")
    page.get_by_role("checkbox", name=re.compile("我已阅读并作出承诺")).first.check()
    steps.next_step(page)
    steps.heading(page, re.compile("核对|检查|确认"))
    page.get_by_role("main").get_by_role("button", name=re.compile("提交")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("已")
    instance.settle()
    number = str(instance.ask("SELECT number FROM applications_application ORDER BY id DESC LIMIT 1")[0][0])
    page.goto(f"/my/applications/{number}")
    expect(page.get_by_text("用的是您以前交过的，已加水印")).to_be_visible()
    look(page, "materials-reused")
    file = page.request.get(f"/my/applications/{number}/materials/kitchen_layout")
    assert (file.status, file.headers["content-type"]) == (200, "application/pdf")
    if PICTURES:
        Path(PICTURES, "watermark.pdf").write_bytes(file.body())


@covers("applications:intake_quality")
@pytest.mark.parametrize("who", [SUPERVISOR, CLERK])
def test_what_windows_took_in_and_the_department_found_wanting(
    visit: Visit, prepared: dict[str, str], who: str
) -> None:
    page = visit(who)
    page.goto("/desk/intake-quality")
    expect(page.get_by_role("region", name="最常见的问题")).to_contain_text("标明各功能区面积")
    expect(page.get_by_role("region", name="按收件人")).to_have_count(int(who == SUPERVISOR))
    look(page, f"materials-quality-{who}")
    page.get_by_label("从哪天").fill("2026-03-02")
    page.get_by_label("到哪天").fill("2026-03-01")
    steps.press(page, "查看")
    expect(page.get_by_role("alert").first).to_contain_text("开始日期不能晚于结束日期")


def _visited(prepared: dict[str, str]) -> list[tuple[str, str]]:
    number = prepared["earlier"]
    return [
        (SUPERVISOR, "/desk/intake-quality"), (REVIEWER, f"/desk/cases/{prepared['wanting']}/materials/kitchen_layout"),
        (REVIEWER, f"/desk/cases/{number}/materials/kitchen_layout"),
        (REVIEWER, f"/desk/cases/{number}"), (CITIZEN, f"/my/applications/{number}"),
        (CITIZEN, f"/apply/{prepared['draft']}/materials"),
    ]  # fmt: skip


def test_the_pages_of_materials_in_large_type_and_without_javascript(visit: Visit, prepared: dict[str, str]) -> None:
    for at, (who, path) in enumerate(_visited(prepared)):
        page: Page = visit(who, care="large")
        page.goto(path)
        page.wait_for_load_state("networkidle")
        looks_right(page)
        is_accessible(page)
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"materials-large-{at}.png", full_page=True)
        plain = visit(who, javascript=False)
        plain.goto(path)
        fits(plain)
