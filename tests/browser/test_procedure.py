"""The rarer acts of the procedure at the desk and the counter, each played through the pages by those who may."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import steps
from tests.browser.conftest import Visit
from tests.browser.instance import Instance
from tests.browser.visitors import DESK, PHONE, fits, is_accessible, looks_right

pytestmark = pytest.mark.browser
covers = pytest.mark.covers

REVIEWER, DECIDER, HEAD, GOVERNMENT_HEAD = "chen_li", "zhao_guoping", "qin_zhenghua", "lei_guangming"
CLERK, CLERK_TWO, SUPERVISOR = "wang_min", "tan_yulan", "meng_fan"
PICTURES = os.environ.get("TONGBAN_LOOK_AT", "")
"""A folder: pictures of each page looked at are left there, wide and narrow."""


@pytest.fixture(scope="module")
def prepared(instance: Instance) -> dict[str, str]:
    found: dict[str, str] = json.loads(instance.run("tests.browser.cases", "procedure"))
    return found


def look(page: Page, name: str) -> None:
    """What holds for every page, wide and narrow."""
    looks_right(page)
    is_accessible(page)
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}-desk.png", full_page=True)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    fits(page)
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}-phone.png", full_page=True)
    page.set_viewport_size(DESK)  # type: ignore[arg-type]


def open_case(page: Page, number: str, query: str = "") -> Page:
    page.goto(f"/desk/cases/{number}{query}")
    return page


def accepted(page: Page, number: str) -> None:
    open_case(page, number, "?ticked=all")
    page.keyboard.press("F9")
    expect(page.get_by_text("已受理：")).to_be_visible()


def reviewed(page: Page, number: str) -> None:
    open_case(page, number)
    page.get_by_role("textbox", name="审查意见").fill("符合条件，建议准予。")
    page.keyboard.press("F9")
    expect(page.get_by_text("已提交审查意见：")).to_be_visible()


def granted(page: Page, number: str) -> None:
    open_case(page, number)
    page.keyboard.press("F9")
    expect(page.get_by_text("已作出决定：")).to_be_visible()


def line_of(page: Page, number: str) -> Locator:
    """The row of a list that leads to that case."""
    return page.get_by_role("row").filter(has=page.locator(f'a[href*="{number}"]'))


def unfold(page: Page, panel: str) -> None:
    page.locator(f"#{panel} > summary").click()


@covers("applications:precheck", "applications:ask_extension", "applications:extend", "applications:decline_extension")
def test_the_reviewer_asks_for_more_time_and_the_head_approves_it_once(visit: Visit, waiting: str) -> None:
    reviewer, head = visit(REVIEWER), visit(HEAD)
    open_case(reviewer, waiting)
    reviewer.keyboard.press("F6")
    reviewer.get_by_label("预审说明").fill("网上看过，齐全")
    steps.press(reviewer, "登记预审")
    expect(reviewer.get_by_text("已登记预审：")).to_be_visible()
    look(reviewer, "prechecked")
    accepted(reviewer, waiting)

    unfold(reviewer, "extension")
    reviewer.get_by_label("延长", exact=True).fill("30")
    reviewer.get_by_label("延长的理由").fill("两处仓库要分别现场核查")
    steps.press(reviewer, "提交延期申请")
    expect(reviewer.get_by_role("alert").first).to_contain_text("1 至 10 个工作日")
    expect(reviewer.get_by_label("延长的理由")).to_have_value("两处仓库要分别现场核查")
    reviewer.get_by_label("延长", exact=True).fill("5")
    steps.press(reviewer, "提交延期申请")
    expect(reviewer.get_by_text("已提出延期申请，等待负责人批准：")).to_be_visible()
    unfold(reviewer, "extension")
    expect(reviewer.get_by_text("已经申请，正在等待批准")).to_be_visible()
    look(reviewer, "extension-asked")

    head.goto("/desk?act=application.extend")
    look(head, "head-tasks")
    line_of(head, waiting).get_by_role("link").first.click()
    look(head, "head-case")
    steps.press(head, "不批准延期 F8")
    expect(head.get_by_role("alert").first).to_contain_text("不批准的理由")
    head.keyboard.press("F9")
    expect(head.get_by_text("已批准延长期限：")).to_be_visible()
    told = head.get_by_role("region", name="延长期限", exact=True)
    expect(told).to_contain_text("已批准")
    expect(told).to_contain_text("秦正华")
    look(head, "extended")


@covers("applications:suspend", "applications:resume")
def test_two_causes_stop_the_clock_and_it_runs_when_both_have_ended(visit: Visit, waiting: str) -> None:
    reviewer = visit(REVIEWER)
    accepted(reviewer, waiting)
    for cause, reason in (("expert_review", "请专家评审，约三个工作日"), ("inspection", "样品送检，约七个工作日")):
        reviewer.keyboard.press("F7")
        reviewer.get_by_label("法定情形").select_option(cause)
        reviewer.get_by_label("原因和所需时间").fill(reason)
        steps.press(reviewer, "暂停计时")
        expect(reviewer.get_by_text("已暂停计时：")).to_be_visible()
    causes = reviewer.get_by_role("region", name="暂停计时的情形", exact=True)
    expect(causes).to_contain_text("2 项正在进行")
    reviewer.keyboard.press("F7")
    assert reviewer.get_by_label("法定情形").locator("option[value=inspection]").count() == 0
    look(reviewer, "suspended-twice")

    causes.get_by_role("button", name=re.compile("检验")).click()
    expect(reviewer.get_by_text("已登记暂停结束：")).to_be_visible()
    expect(causes).to_contain_text("1 项正在进行")
    reviewer.keyboard.press("F9")
    expect(reviewer.get_by_text("已恢复计时：")).to_be_visible()
    expect(causes).to_contain_text("都已结束")
    look(reviewer, "resumed")


@covers(
    "counter:back_enter", "counter:entries", "counter:entry", "counter:confirm_entry", "counter:void_entry",
)  # fmt: skip
def test_a_paper_case_is_entered_by_one_clerk_and_confirmed_by_another(visit: Visit, instance: Instance) -> None:
    clerk, second = visit(CLERK), visit(CLERK_TWO)
    number = enter_the_paper_case(clerk)
    expect(clerk.get_by_text("您录入的，要由另一位同事复核")).to_be_visible()
    look(clerk, "entry-own")

    second.goto("/counter/entries")
    look(second, "entries")
    line_of(second, number).get_by_role("link").first.click()
    look(second, "entry")
    second.keyboard.press("F9")
    expect(second.get_by_role("alert").first).to_contain_text("请先对照纸质材料")
    second.get_by_role("checkbox").check()
    second.keyboard.press("F9")
    expect(second.get_by_text("补录已复核，按实际收件时间起算：")).to_be_visible()
    open_case(second, number)
    expect(second.get_by_text("对照纸质材料复核")).to_be_visible()
    look(second, "entered-case")
    (received,) = instance.ask(
        "SELECT submitted_at AT TIME ZONE 'Asia/Shanghai' FROM applications_application WHERE number = %s", number
    )
    assert str(received[0]).startswith("2026-02-27 15:20")


def enter_the_paper_case(page: Page, javascript: bool = True) -> str:
    """The true time lies in the future first, which is said beside the field; nothing typed is lost."""
    page.goto("/counter")
    page.get_by_label("查找事项").fill("高龄津贴")
    steps.press(page, "查找 F3")
    page.get_by_role("radio", name=re.compile("高龄津贴")).check()
    page.get_by_label("身份证号码").fill("500199194508153010")
    steps.press(page, "补录纸质办件 F8")
    steps.heading(page, re.compile("高龄津贴"))
    for answer in ("老人本人", "老人本人的银行存折或者银行卡", "不是"):
        steps.choose(page, answer)
        if javascript:
            page.wait_for_load_state("networkidle")
    steps.press(page, "暂存并更新材料 F7")
    page.get_by_role("row").filter(has_text="待收").get_by_role("checkbox").check()
    page.get_by_label("收款账号").fill("6222000000000000001")
    page.get_by_label("开户银行").fill("云江农村商业银行双榕支行")
    page.get_by_label("紧急联系人姓名").fill("周小琴")
    page.get_by_label("紧急联系人手机号码").fill("19900000199")
    page.get_by_label("实际收件日期").fill("2026-03-03")
    page.get_by_label("实际收件时间").fill("15:20")
    page.get_by_label("补录的原因").fill("停电，窗口手工收件")
    steps.press(page, "补录，交同事复核 F9")
    expect(page.get_by_role("alert").first).to_contain_text("不能晚于现在")
    if javascript:
        look(page, "back-entry")
    page.get_by_label("实际收件日期").fill("2026-02-27")
    steps.press(page, "补录，交同事复核 F9")
    steps.heading(page, "复核补录")
    return steps.number_of(page)


def test_a_back_entry_made_by_mistake_is_void_and_all_of_it_works_without_javascript(visit: Visit) -> None:
    clerk, second = visit(CLERK_TWO, javascript=False), visit(CLERK, javascript=False)
    number = enter_the_paper_case(clerk, javascript=False)
    second.goto(f"/counter/{number}/entry")
    steps.press(second, "作废 F8")
    expect(second.get_by_text("补录已作废：")).to_be_visible()
    second.goto(f"/counter/{number}/entry")
    expect(second.get_by_text("这份补录已作废，不是办件")).to_be_visible()


@covers("applications:make", "applications:amend", "applications:verify")
def test_what_was_pledged_is_verified_after_the_decision(visit: Visit, waiting: str) -> None:
    reviewer, decider = visit(REVIEWER), visit(DECIDER)
    accepted(reviewer, waiting)
    reviewed(reviewer, waiting)
    granted(decider, waiting)
    decider.get_by_label("证件上的编号").fill("JY250199-0001")
    steps.press(decider, "登记制证 F8")
    expect(decider.get_by_text("已登记制证：")).to_be_visible()
    look(decider, "made")
    steps.press(decider, "登记送达 F9")
    expect(decider.get_by_text("已送达：")).to_be_visible()
    unfold(decider, "amendment")
    decider.get_by_label("原来的文字").fill("中街 7 号")
    decider.get_by_label("更正为").fill("中街 17 号")
    decider.get_by_label("更正的理由").fill("门牌号漏写一位")
    steps.press(decider, "更正")
    expect(decider.get_by_text("已更正：")).to_be_visible()

    reviewer.goto("/desk?act=application.verify")
    expect(line_of(reviewer, waiting)).to_have_count(1)
    open_case(reviewer, waiting)
    steps.press(reviewer, "登记核查结果")
    expect(reviewer.get_by_role("alert").first).to_contain_text("请选择核查结果")
    steps.choose(reviewer, "不符合，责令限期整改")
    reviewer.get_by_label("整改期限").fill("10")
    reviewer.get_by_label("核查情况").fill("进货查验记录没有建立")
    steps.press(reviewer, "登记核查结果")
    expect(reviewer.get_by_text("已登记核查结果：")).to_be_visible()
    promised = reviewer.get_by_role("region", name="承诺", exact=True)
    expect(promised).to_contain_text("责令限期改正")
    look(reviewer, "ordered")
    steps.choose(reviewer, "承诺属实")
    reviewer.get_by_label("核查情况").fill("整改后复查，制度齐全")
    steps.press(reviewer, "登记核查结果")
    expect(promised).to_contain_text("已履行")
    look(reviewer, "verified")


@covers("applications:revoke", "applications:reopen", "applications:terminate")
def test_the_head_revokes_a_decision_and_has_the_case_handled_again(visit: Visit, waiting: str) -> None:
    reviewer, decider, head = visit(REVIEWER), visit(DECIDER), visit(HEAD)
    accepted(reviewer, waiting)
    open_case(decider, waiting)
    expect(decider.get_by_text("还没有审查意见，不能作出决定")).to_be_visible()
    reviewed(reviewer, waiting)
    granted(decider, waiting)

    open_case(head, waiting)
    unfold(head, "revocation")
    head.get_by_label("撤销的情形").select_option("procedure")
    head.get_by_label("撤销的理由").fill("没有现场核查就作出了决定")
    steps.press(head, "撤销决定")
    expect(head.get_by_text("已撤销决定：")).to_be_visible()
    look(head, "revoked")
    unfold(head, "reopening")
    head.get_by_label("重新办理的依据").select_option("reconsideration")
    head.get_by_label("重新办理的理由").fill("按复议决定重新审查")
    steps.press(head, "重新办理")
    expect(head.get_by_role("alert").first).to_contain_text("文书的名称和文号")
    head.locator("#id_reopening_document").fill("云江府复〔2026〕12 号")
    steps.press(head, "重新办理")
    expect(head.get_by_text("已重新办理：")).to_be_visible()
    expect(head.get_by_text("第 2 轮办理").first).to_be_visible()
    look(head, "reopened")

    reviewed(reviewer, waiting)
    open_case(decider, waiting)
    unfold(decider, "termination")
    decider.get_by_label("终止的情形").select_option("duplicate")
    decider.get_by_label("终止的理由").fill("同一事项已由另一办件办理")
    steps.press(decider, "终止办理")
    expect(decider.get_by_text("已终止办理：")).to_be_visible()
    look(decider, "terminated")


@covers("counter:supply", "applications:accept")
def test_papers_that_may_follow_are_named_before_the_acceptance_and_brought_to_the_window(
    visit: Visit, prepared: dict[str, str]
) -> None:
    reviewer, clerk = visit(REVIEWER), visit(CLERK)
    provisional = prepared["provisional"]
    open_case(reviewer, provisional, "?ticked=all")
    told = reviewer.get_by_role("region", name="容缺受理", exact=True)
    expect(told).to_contain_text("10 个工作日")
    expect(told).to_contain_text("视为申请人撤回申请")
    look(reviewer, "provisional")
    steps.press(reviewer, "容缺受理 F9")
    expect(reviewer.get_by_text("已受理：")).to_be_visible()
    expect(reviewer.get_by_text("容缺受理的材料还没有补齐")).to_be_visible()
    look(reviewer, "provisional-accepted")

    clerk.goto("/counter")
    clerk.get_by_label("办件编号或查询码").fill(provisional)
    steps.press(clerk, "找办件 F4")
    steps.heading(clerk, "补交容缺材料")
    look(clerk, "supply")
    clerk.keyboard.press("F9")
    expect(clerk.get_by_role("alert").first).to_contain_text("还缺：")
    clerk.get_by_role("checkbox").first.check()
    clerk.keyboard.press("F9")
    expect(clerk.get_by_text("已经补齐")).to_be_visible()


@covers("applications:forward", "applications:vacant")
def test_a_case_is_passed_up_and_what_was_decided_above_is_written_down(visit: Visit, prepared: dict[str, str]) -> None:
    decider = visit(DECIDER)
    open_case(decider, prepared["above"])
    look(decider, "to-forward")
    decider.get_by_label("转报意见").fill("材料齐全，建议准予")
    steps.press(decider, "转报上级 F9")
    expect(decider.get_by_text("已转报上级：")).to_be_visible()
    steps.press(decider, "登记上级准予 F9")
    expect(decider.get_by_role("alert").first).to_contain_text("上级决定书的文号")
    decider.get_by_label("上级决定书的文号").fill("渝市监许〔2026〕18 号")
    steps.press(decider, "登记上级准予 F9")
    expect(decider.get_by_text("已作出决定：")).to_be_visible()
    expect(decider.get_by_text("渝市监许〔2026〕18 号").first).to_be_visible()
    look(decider, "decided-above")

    supervisor = visit(SUPERVISOR)
    supervisor.goto("/desk/vacant")
    steps.heading(supervisor, "岗位空缺")
    vacant = line_of(supervisor, prepared["vacant"])
    expect(vacant).to_contain_text("待受理")
    look(supervisor, "vacant")


def test_a_page_that_is_stale_says_who_did_what_meanwhile(visit: Visit, waiting: str) -> None:
    early, late = visit(DECIDER), visit(REVIEWER)
    for page in (early, late):
        open_case(page, waiting, "?ticked=all")
    late.get_by_label("补正说明：经营场所布局图").fill("写到一半的说明")
    steps.press(early, "受理 F9")
    expect(early.get_by_text("已受理：")).to_be_visible()
    late.keyboard.press("F8")
    told = late.get_by_role("region", name="打开页面后发生的变化")
    expect(told).to_contain_text("赵国平")
    expect(told).to_contain_text("受理")
    expect(told).to_contain_text("写到一半的说明")
    look(late, "stale")
