"""At the window: 周德福, 81, without a smartphone; then everything that doesn't go smoothly."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import Visit
from tests.browser.instance import Instance

pytestmark = pytest.mark.browser
covers = pytest.mark.covers

ZHOU = "50019919450815301 0"


@covers("counter:start", "counter:intake", "counter:received", "counter:find_case", "counter:delivery")
def test_the_elder_is_served_at_the_window_from_intake_to_the_result(visit: Visit, instance: Instance) -> None:
    clerk = visit("wang_min")
    number = take_in_the_allowance(clerk)
    receipt_can_be_printed(clerk)
    it_is_accepted_and_left_to_people(clerk, number)

    reviewer, decider = visit("he_yun"), visit("tang_jianhua")
    review(reviewer, number)
    decide(decider, number, "准予 F9")
    instance.settle()
    hand_over(clerk, number)


def test_choices_made_quickly_are_all_kept(visit: Visit) -> None:
    """A choice made while the one before is on its way: the page that comes back for the first must not undo the second."""
    page = visit("tan_yulan")
    begin_the_allowance(page)
    answers = ("老人本人", "老人本人的银行存折或者银行卡", "不是")
    for answer in answers:
        steps.choose(page, answer)
    page.wait_for_load_state("networkidle")
    for _ in range(2):
        for answer in answers:
            expect(page.get_by_role("radio", name=answer, exact=True)).to_be_checked()
        page.reload()


def begin_the_allowance(page: Page) -> None:
    page.goto("/counter")
    page.get_by_label("查找事项").fill("高龄津贴")
    steps.press(page, "查找 F3")
    page.get_by_role("radio", name=re.compile("高龄津贴")).check()
    page.get_by_label("身份证号码").fill(ZHOU)
    page.keyboard.press("F9")
    steps.heading(page, re.compile("高龄津贴"))


def take_in_the_allowance(page: Page) -> str:
    """Item by the words people use, person by the ID card alone; the papers as they lie on the table."""
    begin_the_allowance(page)
    for answer in ("老人本人", "老人本人的银行存折或者银行卡", "不是"):
        with page.expect_response(lambda response: response.request.method == "POST"):
            steps.choose(page, answer)
    row = page.get_by_role("row").filter(has_text="待收")
    expect(row).to_have_count(1)
    row.get_by_role("checkbox").check()
    expect(page.get_by_label("姓名", exact=True)).to_have_value("周德福")
    page.get_by_label("收款账号").fill("6222000000000000001")
    page.get_by_label("开户银行").fill("云江农村商业银行双榕支行")
    page.get_by_label("紧急联系人姓名").fill("周小琴")
    page.get_by_label("紧急联系人手机号码").fill("19900000199")
    page.keyboard.press("F9")
    steps.heading(page, "已收件")
    return steps.number_of(page)


def receipt_can_be_printed(page: Page) -> None:
    link = page.get_by_role("link", name=re.compile("打印收件凭证")).get_attribute("href")
    assert link and page.request.get(link).body().startswith(b"%PDF")
    assert len(steps.query_code_of(page)) == 8


def it_is_accepted_and_left_to_people(page: Page, number: str) -> None:
    """The guide lets the platform accept; a passbook on paper is nothing that its rules could decide on."""
    expect(page.get_by_text("现在：审查中")).to_be_visible()
    assert number in page.url


def review(page: Page, number: str) -> None:
    page.goto(f"/desk/cases/{number}")
    steps.choose(page, "通过")
    page.get_by_role("textbox", name="审查意见").fill("年满八十周岁，户籍在本区，建议发放。")
    steps.press(page, "提交审查意见 F9")
    expect(page.get_by_text("已提交审查意见：")).to_be_visible()


def decide(page: Page, number: str, button: str, reason: str = "") -> None:
    page.goto(f"/desk/cases/{number}")
    page.get_by_label(re.compile("决定的理由")).fill(reason)
    steps.press(page, button)


def hand_over(page: Page, number: str) -> None:
    """By the last four of the ID card that is shown; somebody else's don't do."""
    page.goto("/counter")
    page.get_by_label("办件编号或查询码").fill(f"{number[:6]} {number[6:14]} {number[14:]}")
    steps.press(page, "找办件 F4")
    steps.heading(page, "交付结果")
    page.get_by_label("领取人身份证号码后四位").fill("1136")
    page.keyboard.press("F9")
    expect(page.get_by_role("alert").first).to_contain_text("身份证后四位与申请人登记的不一致")
    assert page.title().startswith("错误：")
    page.get_by_label("领取人身份证号码后四位").fill("3010")
    page.keyboard.press("F9")
    expect(page.get_by_text("已交付并办结：")).to_be_visible()


@covers("applications:correct", "applications:supplement", "counter:supplement", "counter:discard")
def test_what_was_not_ticked_is_told_once_and_brought_once(visit: Visit, instance: Instance, waiting: str) -> None:
    reviewer = visit("chen_li")
    reviewer.goto(f"/desk/cases/{waiting}?ticked=all")
    for point in ("标明各功能区面积", "操作间与就餐区分隔"):
        reviewer.get_by_role("checkbox", name=point).uncheck()
    reviewer.get_by_label("补正说明：经营场所布局图").fill("请在图上补画")
    reviewer.keyboard.press("F8")
    expect(reviewer.get_by_text("已告知补正：")).to_be_visible()
    told = reviewer.get_by_role("region", name="补正告知", exact=True)
    expect(told).to_contain_text("经营场所布局图：标明各功能区面积；操作间与就餐区分隔；请在图上补画")

    applicant = visit("zhou_defu")
    applicant.goto(f"/my/applications/{waiting}")
    expect(applicant.get_by_text("操作间与就餐区分隔")).to_be_visible()
    applicant.get_by_role("link", name="去补正").click()
    steps.press(applicant, "提交补正")
    expect(applicant.get_by_role("alert").first).to_contain_text("还缺：经营场所布局图")
    applicant.locator("input[type=file]").set_input_files(steps.layout_plan())
    steps.press(applicant, "提交补正")
    expect(applicant.get_by_text("补正材料已提交")).to_be_visible()

    reviewer.goto(f"/desk/cases/{waiting}?ticked=all")
    expect(reviewer.get_by_role("button", name=re.compile("^受理"))).to_be_enabled()


@covers("counter:supplement")
def test_papers_brought_to_the_window_answer_the_notice(visit: Visit, waiting: str) -> None:
    reviewer, clerk = visit("chen_li"), visit("wang_min")
    reviewer.goto(f"/desk/cases/{waiting}?ticked=all")
    reviewer.get_by_role("checkbox", name="标明各功能区面积").uncheck()
    steps.press(reviewer, "一次性告知补正 F8")
    expect(reviewer.get_by_text("已告知补正：")).to_be_visible()

    clerk.goto(f"/counter/{waiting}/supplement")
    clerk.keyboard.press("F9")
    expect(clerk.get_by_role("alert").first).to_contain_text("还缺：经营场所布局图")
    clerk.get_by_role("checkbox", name="收到纸质").check()
    clerk.keyboard.press("F9")
    expect(clerk.get_by_text("补正材料已收：")).to_be_visible()


@covers("applications:reject")
def test_a_refusal_to_accept_names_the_right_body(visit: Visit, waiting: str) -> None:
    reviewer = visit("chen_li")
    reviewer.goto(f"/desk/cases/{waiting}")
    reviewer.get_by_label("情形", exact=True).select_option("wrong_body")
    reviewer.get_by_label("理由", exact=True).fill("这类摊点由镇政府备案管理")
    steps.press(reviewer, "作出不予受理决定")
    expect(reviewer.get_by_role("alert").first).to_contain_text("请写明应向哪个机关申请")
    expect(reviewer.get_by_label("理由", exact=True)).to_have_value("这类摊点由镇政府备案管理")
    reviewer.get_by_label(re.compile("应当向哪个机关申请")).fill("双榕镇人民政府")
    steps.press(reviewer, "作出不予受理决定")
    expect(reviewer.get_by_text("已作出不予受理：")).to_be_visible()


@covers("applications:decide", "applications:suspend", "applications:resume", "applications:desk_deliver")
def test_a_refusal_needs_its_reason_and_a_pause_its_cause(visit: Visit, waiting: str) -> None:
    reviewer, decider = visit("chen_li"), visit("zhao_guoping")
    reviewer.goto(f"/desk/cases/{waiting}?ticked=all")
    steps.press(reviewer, "受理 F9")
    expect(reviewer.get_by_text("已受理：")).to_be_visible()
    reviewer.keyboard.press("F7")
    reviewer.get_by_label("法定情形").select_option("expert_review")
    reviewer.get_by_label("原因和所需时间").fill("请专家评审，预计三个工作日")
    steps.press(reviewer, "暂停计时")
    expect(reviewer.get_by_text("已暂停计时：")).to_be_visible()
    steps.press(reviewer, "恢复计时 F9")
    expect(reviewer.get_by_text("已恢复计时：")).to_be_visible()
    steps.choose(reviewer, "不通过")
    reviewer.get_by_role("textbox", name="审查意见").fill("生熟加工路线交叉，不符合食品安全法第三十三条。")
    steps.press(reviewer, "提交审查意见 F9")
    expect(reviewer.get_by_text("已提交审查意见：")).to_be_visible()

    decide(decider, waiting, "不予 F8")
    expect(decider.get_by_role("alert").first).to_contain_text("理由")
    decide(decider, waiting, "不予 F8", "生熟加工路线交叉，不符合食品安全法第三十三条。")
    expect(decider.get_by_text("已作出决定：")).to_be_visible()
    steps.press(decider, "登记送达 F9")
    expect(decider.get_by_text("已送达：")).to_be_visible()


@covers("applications:accept")
def test_a_stale_page_does_nothing_and_keeps_what_was_typed(visit: Visit, waiting: str) -> None:
    early, late = visit("chen_li"), visit("zhao_guoping")
    for page in (early, late):
        page.goto(f"/desk/cases/{waiting}?ticked=all")
    late.get_by_label("补正说明：经营场所布局图").fill("写到一半的说明")
    steps.press(early, "受理 F9")
    expect(early.get_by_text("已受理：")).to_be_visible()
    steps.press(late, "一次性告知补正 F8")
    expect(late.get_by_role("alert").first).to_contain_text("您打开页面后，这个办件有了新的变化")
    expect(late.get_by_role("link", name="重新打开这一页")).to_be_visible()


@covers("applications:withdraw")
def test_the_applicant_withdraws(visit: Visit, waiting: str) -> None:
    applicant = visit("zhou_defu")
    applicant.goto(f"/my/applications/{waiting}")
    applicant.get_by_role("link", name="撤回申请").click()
    applicant.get_by_label(re.compile("撤回的原因")).fill("店面不租了")
    steps.press(applicant, "确认撤回")
    expect(applicant.get_by_text("已撤回。需要时可以重新申请")).to_be_visible()


@covers("site:operations", "site:retry")
def test_the_administrator_tries_a_failed_reaction_again(visit: Visit, instance: Instance, waiting: str) -> None:
    instance.settle()
    instance.ask(
        """INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts)
           SELECT 'reactions', 'react', jsonb_build_object('reaction', 'applications.confirm_receipt', 'entry', max(id)), 'failed', 12
           FROM kernel_journalentry WHERE name = 'applications.Submitted'"""
    )
    administrator = visit("xu_ping")
    administrator.goto("/desk/operations")
    steps.press(administrator, "现在重试")
    expect(administrator.get_by_text("已重新排队")).to_be_visible()
