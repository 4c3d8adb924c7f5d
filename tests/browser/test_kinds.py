"""Kinds of handling: decided by rules, by a window with a mandate, on a promise; and with nothing to prepare."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import Visit
from tests.browser.instance import Instance
from tests.browser.kinds import DISPATCH
from tests.browser.visitors import DESK, PHONE, is_accessible, looks_right

pytestmark = pytest.mark.browser
covers = pytest.mark.covers

ELDER, DISPATCHER = "500199194508153010", "91500199MAYJ7702XP"
ALLOWANCE, RENT, CARD, FOOD = "992011005000", "992037001000", "992014046000", "990127005011"


def seen(page: Page) -> None:
    """Wide and narrow: nothing sideways, nothing for axe."""
    for size in (DESK, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        looks_right(page)
        is_accessible(page)
    page.set_viewport_size(DESK)  # type: ignore[arg-type]


def answer(page: Page, *answers: str) -> None:
    """Question by question: each answer may call up the next."""
    for one in answers:
        steps.choose(page, one)
    steps.next_step(page)


# 秒批


def apply_for_the_allowance(page: Page, account: str = "社会保障卡") -> str:
    page.goto(f"/items/{ALLOWANCE}?agent=self&account=card&moved=no")
    expect(page.get_by_text("不用准备材料").first).to_be_visible()
    page.goto(f"/items/{ALLOWANCE}/application")
    answer(page, "老人本人", account, "不是")
    page.get_by_label("现住址").fill("云江区双榕镇中街7号")
    steps.next_step(page)
    page.get_by_label("收款账号").fill("6222000000000000001")
    page.get_by_label("开户银行").fill("云江农村商业银行双榕支行")
    page.get_by_label("紧急联系人姓名").fill("周小琴")
    page.get_by_label("紧急联系人手机号码").fill("19900000199")
    steps.next_step(page)
    steps.heading(page, "交材料")
    expect(page.get_by_text("不用准备材料")).to_be_visible()
    steps.next_step(page)
    steps.heading(page, "核对并提交")
    expect(page.get_by_text("不用准备材料")).to_be_visible()
    return steps.submit(page)


@covers("applications:case", "applications:desk_case")
def test_an_elder_without_papers_is_granted_on_the_spot(visit: Visit) -> None:
    elder = visit("zhou_defu")
    number = apply_for_the_allowance(elder)

    elder.goto(f"/my/applications/{number}")
    expect(elder.get_by_text("准予，待送达").first).to_be_visible()
    expect(elder.get_by_text("平台按规则核验").first).to_be_visible()

    desk = visit("he_yun")
    desk.goto(f"/desk/cases/{number}")
    panel = desk.get_by_role("region", name="秒批核验")
    expect(panel).to_contain_text("平台准予")
    expect(panel).to_contain_text("不成立")
    panel.get_by_text("用到的信息和来源").click()
    expect(panel).to_contain_text("云江区（证照库）")
    expect(panel).not_to_contain_text("500199194508153010")
    seen(desk)


@covers("applications:case")
def test_who_is_too_young_reads_why_in_plain_words(visit: Visit) -> None:
    page = visit("liu_xiaoyan")
    number = apply_for_the_allowance(page)

    page.goto(f"/my/applications/{number}")
    expect(page.get_by_text("申请没有获准")).to_be_visible()
    expect(page.get_by_text("申请人未满 80 周岁，不符合高龄津贴的发放条件").first).to_be_visible()
    panel = page.get_by_role("region", name="为什么没有批准")
    expect(panel).to_contain_text("您的情况属于“未满 79 周岁”")
    expect(panel).to_contain_text("登录身份")
    seen(page)


def test_rent_is_withdrawn_monthly_by_the_contract_in_the_library(visit: Visit, instance: Instance) -> None:
    page = visit("wang_qiang")
    page.goto(f"/items/{RENT}/application")
    answer(page, "公共租赁住房", "未婚", "签约后按月自动到账")
    steps.next_step(page)
    expect(page.get_by_label("每月房租")).to_have_value("650")
    page.get_by_label("租住房屋地址").fill("云江区锦帆街道正街66号1-3")
    steps.next_step(page)
    page.get_by_label("开户银行").fill("云江农村商业银行")
    steps.next_step(page)
    steps.next_step(page)
    number = steps.submit(page)

    page.goto(f"/my/applications/{number}")
    expect(page.get_by_text("准予，待送达").first).to_be_visible()
    assert "全部秒批与重算一致" in instance.run("tests.browser.verify_evaluations")


@covers("catalog:desk_section", "catalog:desk_row")
def test_an_editor_writes_the_rules_as_plain_forms(visit: Visit, instance: Instance) -> None:
    page = visit("sun_yue")
    code, version = json.loads(instance.run("tests.browser.cases"))["writing"].split("/")
    page.goto(f"/desk/catalog/editions/{code}/{version}/deciding")
    steps.heading(page, re.compile("秒批规则"))
    seen(page)
    page.get_by_role("link", name=re.compile("添加秒批规则")).click()
    page.get_by_label("规则名称").fill("有有效的营业执照、面积不超过 50 平方米")
    page.get_by_label("第 1 条：比什么").select_option(label="证照（在旁边写明）")
    page.get_by_label("证照名称，或者 证照名称.信息名称").first.fill("营业执照")
    page.get_by_label("和什么比").first.fill("是")
    page.get_by_label("第 2 条：比什么").select_option(label="申请表：经营面积（申请人自己填）")
    page.get_by_label("怎么比").nth(1).select_option(label="不大于")
    page.get_by_label("和什么比").nth(1).fill("很小")
    page.get_by_label("成立时").select_option(label="准予")
    seen(page)
    steps.press(page, "保存 F9")
    expect(page.get_by_text("要和数字比较").first).to_be_visible()
    expect(page.get_by_label("规则名称")).to_have_value("有有效的营业执照、面积不超过 50 平方米")
    page.get_by_label("和什么比").nth(1).fill("50")
    steps.press(page, "保存 F9")

    row = page.locator("li[data-row]").filter(has_text="有有效的营业执照")
    expect(row).to_contain_text("持有有效的《营业执照》：是")
    expect(row).to_contain_text("申请表：经营面积不大于 50")
    expect(row).to_contain_text("准予")


# 授权书


@covers("applications:mandates", "applications:revoke_mandate", "counter:accept", "counter:received")
def test_a_window_decides_by_mandate_and_not_without(visit: Visit) -> None:
    clerk, head = visit("wang_min"), visit("jiang_bo")
    number = take_in_the_card(clerk)
    clerk.keyboard.press("F9")
    expect(clerk.get_by_text("现在：审查中")).to_be_visible()
    clerk.goto(f"/desk/cases/{number}")
    expect(clerk.get_by_role("button", name="准予 F9")).to_have_count(0)

    give_the_mandate(head)

    clerk.goto(f"/counter/{number}/received")
    expect(clerk.get_by_text("主管部门已授权窗口对这个事项当场决定")).to_be_visible()
    seen(clerk)
    clerk.keyboard.press("F9")
    steps.press(clerk, "准予 F9")
    expect(clerk.get_by_text("已作出决定：")).to_be_visible()

    revoke_the_mandate(head)
    another = take_in_the_card(clerk)
    clerk.keyboard.press("F9")
    expect(clerk.get_by_text("现在：审查中")).to_be_visible()
    clerk.goto(f"/desk/cases/{another}")
    expect(clerk.get_by_role("button", name="准予 F9")).to_have_count(0)


def take_in_the_card(page: Page) -> str:
    page.goto("/counter")
    page.get_by_label("查找事项").fill("社保卡丢了")
    steps.press(page, "查找 F3")
    page.get_by_role("radio", name=re.compile("社会保障卡补领")).check()
    page.get_by_label("身份证号码").fill("500199194508153010")
    page.keyboard.press("F9")
    steps.heading(page, re.compile("社会保障卡"))
    for one in ("丢了", "本人"):
        with page.expect_response(lambda response: response.request.method == "POST"):
            steps.choose(page, one)
    for one in ("沿用原服务银行", "是"):
        steps.choose(page, one)
    steps.signed(page)
    page.keyboard.press("F9")
    steps.heading(page, "已收件")
    return steps.number_of(page)


def give_the_mandate(page: Page) -> None:
    page.goto("/desk")
    steps.by_menu(page, "授权书")
    page.get_by_role("link", name="查看、出具给窗口的授权书").click()
    steps.heading(page, "给窗口的授权书")
    seen(page)
    steps.press(page, "出具授权书 F9")
    expect(page.get_by_text("没有授权，请看原因")).to_be_visible()
    seen(page)
    page.get_by_label("授权给谁").select_option(label="云江区行政服务中心的全部综合窗口")
    page.get_by_label("授权书文号").fill("云江人社授〔2026〕3 号")
    page.get_by_role("checkbox", name=re.compile("社会保障卡补领")).check()
    page.get_by_role("checkbox", name="作出决定").check()
    steps.press(page, "出具授权书 F9")
    expect(page.get_by_text("已授权：云江人社授〔2026〕3 号")).to_be_visible()
    expect(page.get_by_text("● 有效")).to_be_visible()
    seen(page)


def revoke_the_mandate(page: Page) -> None:
    page.get_by_text("撤销：云江人社授").first.click()
    steps.press(page, "确认撤销")
    expect(page.get_by_text("■ 已撤销")).to_be_visible()


# 告知承诺


@pytest.fixture(scope="module")
def promised(instance: Instance) -> Iterator[dict[str, str]]:
    yield json.loads(instance.run("tests.browser.kinds"))


def to_the_choice(page: Page) -> None:
    page.goto(f"/items/{DISPATCH}/application")
    if page.get_by_role("heading", level=1).inner_text() == "您是哪种情况？":
        answer(page, "新设公司", "法定代表人本人")
        steps.next_step(page)
        page.get_by_label("经营场所地址").fill("云江区听澜街道书院街12号")
        page.get_by_label("注册资本").fill("300")
        steps.next_step(page)
    else:
        page.goto(page.url.rpartition("/")[0] + "/materials")
    steps.heading(page, "交材料")


@covers("applications:materials", "applications:check", "applications:withdraw_pledge")
def test_a_pledge_is_read_whole_signed_decided_on_the_spot_and_can_be_withdrawn(visit: Visit) -> None:
    owner = visit("lin_hao")
    to_the_choice(owner)
    expect(
        owner.get_by_text("承诺注册资本不少于人民币二百万元；有与开展业务相适应的固定的经营场所和设施")
    ).to_be_visible()
    steps.next_step(owner)
    expect(owner.get_by_text("请选择按告知承诺办理，还是按普通程序办理").first).to_be_visible()
    seen(owner)
    owner.get_by_role("radio", name=re.compile("签署承诺，按告知承诺办理")).check()
    steps.next_step(owner)
    steps.heading(owner, "核对并提交")
    expect(owner.get_by_role("region", name="告知承诺")).to_contain_text("依法撤销许可，并记入信用记录")
    seen(owner)
    steps.press(owner, "签署承诺并提交")
    steps.heading(owner, "申请已提交")
    number = steps.number_of(owner)

    reviewer = visit("approval_reviewer")
    reviewer.goto(f"/desk/cases/{number}?ticked=all")
    steps.press(reviewer, "受理 F9")
    expect(reviewer.get_by_role("button", name="提交审查意见 F9")).to_have_count(0)

    owner.goto(f"/my/applications/{number}")
    owner.get_by_text("撤回承诺", exact=True).click()
    seen(owner)
    steps.press(owner, "确认撤回承诺")
    expect(owner.get_by_text("已撤回承诺，改按普通程序办理").first).to_be_visible()
    reviewer.goto(f"/desk/cases/{number}")
    expect(reviewer.get_by_role("button", name="提交审查意见 F9")).to_be_visible()


@covers("credit:mine", "credit:records", "credit:repair", "applications:materials")
def test_a_broken_pledge_bars_from_pledges_until_the_head_repairs_it(visit: Visit, promised: dict[str, str]) -> None:
    owner, head = visit("lin_hao"), visit("tan_qing")
    owner.goto("/my")
    owner.get_by_role("link", name="我的信用记录").click()
    expect(owner.get_by_text("现场没有固定的经营场所").first).to_be_visible()
    expect(owner.get_by_text("▲ 未修复")).to_be_visible()
    seen(owner)

    to_the_choice(owner)
    expect(owner.get_by_text("现在不能用承诺代替")).to_be_visible()
    expect(owner.get_by_role("radio", name=re.compile("签署承诺"))).to_have_count(0)
    expect(owner.locator("input[type=file]")).to_have_count(2)
    seen(owner)

    head.goto("/desk")
    steps.by_menu(head, "信用记录")
    row = head.get_by_role("row").filter(has_text="同舟劳务派遣")
    row.locator("summary").click()
    row.get_by_role("button", name="确认修复").click()
    expect(head.get_by_text("请写明修复的理由").first).to_be_visible()
    seen(head)
    head.get_by_label("修复的理由").fill("已租下固定场所，经核查符合承诺")
    head.get_by_role("button", name="确认修复").click()
    expect(head.get_by_text("● 已修复")).to_be_visible()
    seen(head)

    to_the_choice(owner)
    expect(owner.get_by_role("radio", name=re.compile("签署承诺"))).to_be_visible()
    stranger = visit("wang_qiang")
    stranger.goto("/my/credit")
    expect(stranger.get_by_text("没有不良信用记录")).to_be_visible()


@covers("counter:intake", "applications:draft_pledge")
def test_at_the_window_the_pledge_is_printed_signed_by_hand_and_noted(visit: Visit) -> None:
    clerk = visit("wang_min")
    clerk.goto("/counter")
    clerk.get_by_label("查找事项").fill("劳务派遣")
    steps.press(clerk, "查找 F3")
    clerk.get_by_role("radio", name=re.compile("经营劳务派遣业务")).check()
    clerk.get_by_label("身份证号码").fill(ELDER)
    clerk.get_by_label("统一社会信用代码").fill(DISPATCHER)
    clerk.keyboard.press("F9")
    pledge = clerk.get_by_role("region", name="告知承诺")
    expect(pledge).to_contain_text("注册资本不少于人民币二百万元")
    paper = pledge.get_by_role("link", name="打印承诺书").get_attribute("href")
    assert paper and clerk.request.get(paper).body().startswith(b"%PDF")
    seen(clerk)

    clerk.keyboard.press("F9")
    expect(clerk.get_by_role("alert").first).to_contain_text("请选择按告知承诺办理，还是按普通程序办理")
    with clerk.expect_response(lambda response: response.request.method == "POST"):
        clerk.get_by_role("radio", name=re.compile("已当面签字，按告知承诺办理")).check()
    expect(clerk.get_by_text("✓ 由告知承诺代替").first).to_be_visible()
    seen(clerk)
