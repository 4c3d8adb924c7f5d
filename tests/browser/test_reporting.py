"""上报与回流: reports, refusals, returned cases, the hand-over, and the ledger of what is typed twice."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.conftest import Visit
from tests.browser.instance import Instance
from tests.browser.visitors import DESK, PHONE, Care, Visitors, is_for_everyone

pytestmark = pytest.mark.browser
covers = pytest.mark.covers

APPLICANT, CLERK, SUPERVISOR, ADMINISTRATOR, KEEPER = "zhou_defu", "wang_min", "meng_fan", "xu_ping", "fang_ting"
REASON = "table=up_pro_accept&field=org_code&code=missing"


@pytest.fixture(scope="module")
def places(instance: Instance) -> dict[str, str]:
    found: dict[str, str] = json.loads(instance.run("tests.browser.reporting_cases"))
    instance.settle(patience=240.0)
    return found


PAGES = [
    ("/desk/reporting", ADMINISTRATOR),
    (f"/desk/reporting/city/refused?{REASON}", SUPERVISOR),
    ("/desk/returned", KEEPER),
    ("/desk/double-entry", SUPERVISOR),
    ("/desk/double-entry", CLERK),
    ("/returned/{returned}", APPLICANT),
    ("/items/{deep}/handover", APPLICANT),
    ("/items/{deep}", APPLICANT),
    ("/my/applications", APPLICANT),
]


@covers("reporting:desk", "reporting:refused", "reporting:unclaimed", "reporting:double_entry", "reporting:returned")
@pytest.mark.parametrize("care", ["", "large"])
@pytest.mark.parametrize(("path", "actor"), PAGES)
def test_every_page_of_reporting_is_for_everyone(
    visitors: Visitors, places: dict[str, str], path: str, actor: str, care: Care
) -> None:
    is_for_everyone(visitors.same(actor, care), path.format(**places), care=care, name=f"{path}-{actor}")


@covers("reporting:retry")
def test_what_was_refused_is_reported_again_once_it_is_mended(visit: Visit, places: dict[str, str]) -> None:
    page = visit(ADMINISTRATOR, size=DESK)
    page.goto("/desk/reporting")
    expect(page.get_by_role("row", name=re.compile("受理部门编码"))).to_contain_text("必填项没有内容")

    page.get_by_role("button", name=re.compile("改好了，重新上报")).click()

    expect(page.get_by_text("3 件已重新排队")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("受理部门编码"))).to_have_count(0)


@covers("reporting:handover")
def test_an_applicant_agrees_before_anything_goes_along(visit: Visit, places: dict[str, str]) -> None:
    page = visit(APPLICANT, size=PHONE)
    page.goto(f"/items/{places['deep']}")
    page.get_by_role("link", name="带着我的信息去电子税务局办理").first.click()
    steps.heading(page, "转到电子税务局办理")

    steps.press(page, "同意并继续")
    expect(page.get_by_role("alert").first).to_contain_text("请先同意移交这些信息")
    page.get_by_role("checkbox").check()
    steps.press(page, "同意并继续")

    link = page.get_by_role("link", name="打开电子税务局（离开本站）")
    assert re.fullmatch(r"http://127\.0\.0\.1:9/apply\?handover=[\w-]{43}", link.get_attribute("href") or "")
    page.goto("/my/applications")
    expect(page.get_by_text("已转到电子税务局办理")).to_be_visible()
    page.get_by_role("link", name=re.compile("在电子税务局办理")).first.click()
    expect(page.get_by_text("登记信息已确认")).to_be_visible()


def test_the_look_up_knows_the_other_system_s_number(visit: Visit, places: dict[str, str]) -> None:
    page = visit("", size=PHONE)
    page.goto("/progress")
    page.get_by_label("办件编号或查询码").fill("TAX-2026-0001")
    page.get_by_label("申请人证件号码后四位").fill(places["tail"])
    steps.press(page, "查询")
    expect(page.get_by_text("在电子税务局办理")).to_be_visible()


@covers("reporting:claim")
def test_the_keeper_claims_a_case_whose_item_is_unknown(visit: Visit, places: dict[str, str]) -> None:
    page = visit(KEEPER, size=DESK)
    page.goto("/desk/returned")
    field = page.get_by_label("TAX-2026-0002 的实施编码")
    field.fill("0000")
    page.get_by_role("button", name=re.compile("认领 TAX-2026-0002")).click()
    expect(page.get_by_role("alert").first).to_contain_text("没有这个编码的在用事项")
    field.fill(places["deep"])
    page.get_by_role("button", name=re.compile("认领 TAX-2026-0002")).click()
    expect(page.get_by_text("已认领到“税务登记信息确认”")).to_be_visible()


@covers("reporting:typed_twice")
def test_a_clerk_notes_what_was_typed_twice_and_the_supervisor_an_item_for_good(
    visit: Visit, places: dict[str, str]
) -> None:
    for actor, button, says in (
        (CLERK, "记入台账", "已记入台账"), (SUPERVISOR, "登记这个事项", "以后每受理一件"),
    ):  # fmt: skip
        page = visit(actor, size=DESK)
        page.goto("/desk/double-entry")
        page.get_by_label("事项编码").fill(places["food"])
        page.get_by_label("录入的系统").select_option("tax")
        page.get_by_label("用时").fill("十分钟")
        page.get_by_label("重复录入的字段").fill("30")
        page.get_by_label("为什么要再录一遍").select_option("no_interface")
        steps.press(page, button)
        expect(page.get_by_role("alert").first).to_contain_text("分钟数应为 1 至 480 的整数")
        expect(page.get_by_label("事项编码")).to_have_value(places["food"])
        page.get_by_label("用时").fill("10")
        steps.press(page, button)
        expect(page.get_by_text(says)).to_be_visible()
