"""谁在办 at the desk: claimed by key, handed over, assigned, away; lists kept under a name; like cases granted together."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import steps
from tests.browser.conftest import Visit
from tests.browser.test_procedure import accepted, line_of, look, reviewed
from tongban.kernel.typed import grouped

pytestmark = pytest.mark.browser
covers = pytest.mark.covers

REVIEWER, DECIDER, HEAD, OTHER_BODY = "chen_li", "zhao_guoping", "qin_zhenghua", "he_yun"


def find(page: Page, number: str) -> Locator:
    """The row of the case in the list, looked up by its number."""
    page.goto(f"/desk?number={number}")
    row = line_of(page, number)
    expect(row).to_be_visible()
    return row


def tick(page: Page, number: str) -> None:
    find(page, number).get_by_role("checkbox").check()


@covers("applications:claims", "applications:releases")
def test_a_case_is_claimed_by_key_and_given_back(visit: Visit, waiting: str) -> None:
    reviewer, decider = visit(REVIEWER), visit(DECIDER)
    find(reviewer, waiting)
    expect(reviewer.get_by_text("J K 选行")).to_be_visible()
    reviewer.keyboard.press("j")
    expect(line_of(reviewer, waiting)).to_be_focused()
    reviewer.keyboard.press("x")
    expect(line_of(reviewer, waiting).get_by_role("checkbox")).to_be_checked()
    reviewer.keyboard.press("x")
    expect(line_of(reviewer, waiting).get_by_role("checkbox")).not_to_be_checked()
    look(reviewer, "tasks-list")
    reviewer.keyboard.press("c")
    expect(reviewer.get_by_text(f"已认领：{grouped(waiting)}")).to_be_visible()

    reviewer.goto("/desk?whose=mine")
    expect(line_of(reviewer, waiting)).to_contain_text("陈立")
    expect(line_of(reviewer, waiting)).to_contain_text("未查看")
    look(reviewer, "tasks-mine")
    tick(decider, waiting)
    steps.press(decider, "认领 C")
    expect(decider.get_by_text("陈立已经认领了这个待办")).to_be_visible()
    look(decider, "tasks-refused")

    find(reviewer, waiting)
    reviewer.keyboard.press("j")
    reviewer.keyboard.press("Enter")
    expect(reviewer).to_have_url(re.compile(f"/desk/cases/{waiting}"))
    panel = reviewer.get_by_role("region", name="谁在办")
    expect(panel).to_contain_text("您")
    look(reviewer, "tasks-case")
    panel.get_by_role("button", name="退回待办池").click()
    expect(reviewer.get_by_text("已退回待办池：")).to_be_visible()
    expect(panel).to_contain_text("还没有人认领")


@covers("applications:desk")
def test_letters_typed_into_a_field_press_nothing(visit: Visit, waiting: str) -> None:
    page = visit(REVIEWER)
    find(page, waiting)
    field = page.get_by_label("事项名称含")

    field.press_sequentially("cxjk")

    expect(field).to_have_value("cxjk")
    expect(line_of(page, waiting).get_by_role("checkbox")).not_to_be_checked()
    expect(line_of(page, waiting)).to_contain_text("待认领")


@covers("applications:hand_overs")
def test_a_held_case_is_handed_over_and_refused_to_others(visit: Visit, waiting: str) -> None:
    reviewer, decider = visit(REVIEWER), visit(DECIDER)
    tick(reviewer, waiting)
    steps.press(reviewer, "认领 C")
    expect(reviewer.get_by_text("已认领：")).to_be_visible()
    decider.goto(f"/desk/cases/{waiting}?ticked=all")
    expect(decider.get_by_role("region", name="办理动作")).to_contain_text("由陈立办理，您没有认领")
    expect(decider.get_by_role("button", name="受理 F9")).to_be_disabled()
    look(decider, "tasks-held-by-another")
    steps.press(decider, "一次性告知补正 F8")
    expect(decider.get_by_role("alert").first).to_contain_text("这一步由陈立办理")

    reviewer.goto(f"/desk/cases/{waiting}")
    reviewer.get_by_role("button", name="转交…").click()
    steps.heading(reviewer, "转交待办")
    look(reviewer, "tasks-hand-over")
    steps.press(reviewer, "转交 F9")
    expect(reviewer.get_by_role("alert").first).to_contain_text("请选择交给哪位同事")
    reviewer.get_by_label("转交给").select_option(label="赵国平（首席代表）")
    reviewer.get_by_label("转交的原因").fill("下周外出学习")
    steps.press(reviewer, "转交 F9")
    expect(reviewer.get_by_text(f"已转交：{grouped(waiting)}")).to_be_visible()
    expect(reviewer.get_by_role("region", name="谁在办")).to_contain_text("下周外出学习")

    accepted(decider, waiting)


@covers("applications:assignments", "applications:holders")
def test_the_head_sees_who_holds_what_and_assigns(visit: Visit, waiting: str) -> None:
    reviewer, head = visit(REVIEWER), visit(HEAD)
    tick(reviewer, waiting)
    steps.press(reviewer, "认领 C")
    expect(reviewer.get_by_text("已认领：")).to_be_visible()

    head.goto("/desk/holders")
    look(head, "tasks-holders")
    head.get_by_role("link", name="陈立").click()
    expect(line_of(head, waiting)).to_be_visible()
    look(head, "tasks-of-one")
    line_of(head, waiting).get_by_role("checkbox").check()
    steps.press(head, "指派…")
    look(head, "tasks-assign")
    head.get_by_label("指派给").select_option(label="赵国平（首席代表）")
    steps.press(head, "指派 F9")
    expect(head.get_by_text("已指派：")).to_be_visible()
    expect(find(head, waiting)).to_contain_text("赵国平")


@covers("applications:absences", "applications:end_absence")
def test_while_one_is_away_the_substitute_has_their_cases(visit: Visit, waiting: str) -> None:
    reviewer, decider = visit(REVIEWER), visit(DECIDER)
    tick(reviewer, waiting)
    steps.press(reviewer, "认领 C")
    expect(reviewer.get_by_text("已认领：")).to_be_visible()

    reviewer.goto("/desk/absences")
    reviewer.get_by_label("代办人").select_option(label="赵国平")
    reviewer.get_by_label("到哪天止（含）").fill("2026-03-04")
    reviewer.get_by_label("事由").fill("外出学习")
    look(reviewer, "tasks-absence")
    steps.press(reviewer, "登记请假 F9")
    expect(reviewer.get_by_text("已登记请假，由赵国平代办")).to_be_visible()
    look(reviewer, "tasks-absences")

    decider.goto("/desk?whose=mine")
    expect(line_of(decider, waiting)).to_contain_text("陈立（请假，赵国平代办）")
    accepted(decider, waiting)
    reviewer.get_by_role("button", name=re.compile("销假")).click()
    expect(reviewer.get_by_text("已销假：陈立")).to_be_visible()
    expect(reviewer.get_by_text("没有人请假")).to_be_visible()


@covers("applications:save_view", "applications:change_view", "applications:default_view", "applications:remove_view")
def test_a_list_is_kept_under_a_name_and_opens_first(visit: Visit) -> None:
    page = visit(OTHER_BODY)
    page.goto("/desk?whose=all")
    page.get_by_text("筛选和查找").click()
    page.get_by_label("时限灯").select_option(label="超期")
    steps.press(page, "筛选")
    expect(page).to_have_url(re.compile("lamp=over"))
    page.get_by_text("存为常用筛选", exact=True).click()
    page.get_by_label("名称", exact=True).fill("超期先办")
    steps.press(page, "保存当前筛选")
    expect(page.get_by_text("已保存常用筛选：超期先办")).to_be_visible()
    look(page, "tasks-view")

    kept = page.get_by_role("form", name="常用筛选 超期先办")
    page.get_by_text("存为常用筛选", exact=True).click()
    kept.get_by_role("button", name="设为默认").click()
    expect(page.get_by_text("打开工作台时先看：超期先办")).to_be_visible()
    page.goto("/desk")
    expect(page).to_have_url(re.compile("lamp=over"))
    page.get_by_text("存为常用筛选", exact=True).click()
    kept.get_by_role("textbox").fill("急件")
    kept.get_by_role("button", name="改名").click()
    expect(page.get_by_text("已改名：急件")).to_be_visible()
    expect(page.get_by_role("navigation", name="待办").get_by_role("link", name="急件")).to_be_visible()
    page.get_by_text("存为常用筛选", exact=True).click()
    page.get_by_role("form", name="常用筛选 急件").get_by_role("button", name="删去").click()
    expect(page.get_by_text("已删去常用筛选：急件")).to_be_visible()


@covers("applications:decisions")
def test_like_cases_are_granted_together_and_others_left_out(visit: Visit, waiting_cases: object) -> None:
    first, second, unlike = (next(waiting_cases) for _ in range(3))  # type: ignore[call-overload]
    reviewer, decider = visit(REVIEWER), visit(DECIDER)
    for number in (first, second, unlike):
        accepted(reviewer, number)
        supplied(reviewer, number)
    for number in (first, second):
        reviewed(reviewer, number)
    reviewer.goto(f"/desk/cases/{unlike}")
    reviewer.get_by_role("radio", name="不通过").check()
    reviewer.get_by_role("textbox", name="审查意见").fill("操作间与就餐区没有分隔。")
    reviewer.keyboard.press("F9")
    expect(reviewer.get_by_text("已提交审查意见：")).to_be_visible()

    decider.goto("/desk?act=application.decide&opened_from=2026-03-02")
    for number in (first, second, unlike):
        line_of(decider, number).get_by_role("checkbox").check()
    steps.press(decider, "一并准予…")
    steps.heading(decider, "一并准予")
    look(decider, "tasks-grant")
    expect(decider.get_by_role("region", name="不会决定的")).to_contain_text("审查意见里有不同意的")
    decider.get_by_label("决定的意见").fill("符合条件，准予")
    decider.keyboard.press("F9")
    expect(decider.get_by_text("已准予：2 件")).to_be_visible()


def supplied(page: Page, number: str) -> None:
    """Nothing is owed by these cases; kept for what their guide may come to ask."""
    page.goto(f"/desk/cases/{number}")
    expect(page.get_by_role("region", name="谁在办")).to_contain_text("待审查")


@covers("applications:claims", "applications:hand_overs")
def test_without_javascript_it_is_the_same(visit: Visit, waiting: str) -> None:
    page = visit(REVIEWER, javascript=False)
    tick(page, waiting)
    steps.press(page, "认领 C")
    expect(page.get_by_text("已认领：")).to_be_visible()
    tick(page, waiting)
    steps.press(page, "转交…")
    page.get_by_label("转交给").select_option(label="赵国平（首席代表）")
    page.get_by_label("转交的原因").fill("专业对口")
    steps.press(page, "转交 F9")
    expect(page.get_by_text("已转交：")).to_be_visible()
    expect(find(page, waiting)).to_contain_text("赵国平")
