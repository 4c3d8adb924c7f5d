"""The whole walk as people go it: from the search box to the licence, the bad rating, and what became of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import Visit
from tests.browser.instance import Instance
from tests.browser.visitors import PHONE, log_in, looks_right

pytestmark = pytest.mark.browser
covers = pytest.mark.covers


@covers(
    "portal:home", "catalog:items", "catalog:guide", "authentication:login", "applications:begin", "applications:situation",
    "applications:form", "applications:materials", "applications:draft_file", "applications:check",
    "applications:submitted", "portal:my", "applications:desk", "applications:desk_case", "applications:accept",
    "applications:review", "applications:decide", "applications:case", "applications:material", "applications:deliver",
    "licences:mine", "licences:verified", "applications:fetched_licence", "evaluations:rate", "tickets:tickets", "tickets:ticket", "tickets:rectify",
    "tickets:visit", "analytics:indicators", "analytics:indicator",
)  # fmt: skip
def test_from_the_search_box_to_the_licence_and_its_rating(visit: Visit, instance: Instance) -> None:
    citizen = visit()
    steps.find_the_guide(citizen)
    situation_answers_choose_the_materials(citizen)
    citizen.get_by_role("link", name="在线办理").first.click()
    log_in(citizen, "liu_xiaoyan")
    steps.begin_for_the_shop(citizen)
    steps.the_known_is_filled_in(citizen)
    steps.describe_the_premises(citizen)
    expect(citizen.get_by_text(re.compile("已自动保存"))).to_be_visible()
    steps.press(citizen, "存着，以后再填")
    expect(citizen.get_by_text("已保存。换一台设备登录也能接着填")).to_be_visible()

    phone = visit("liu_xiaoyan", size=PHONE)
    resume(phone)
    steps.name_the_safety_manager(phone)
    steps.give_the_materials(phone)
    looks_right(phone)
    number = steps.submit(phone)
    code = steps.query_code_of(phone)
    assert re.fullmatch(r"\d{8}", code)

    reviewer, decider = visit("chen_li"), visit("zhao_guoping")
    accept_and_review(reviewer, number)
    grant(decider, number)
    instance.settle()

    take_the_result(phone, number)
    download_and_verify(phone, visit(), number)
    rated_before = unsatisfied(citizen)
    rate_badly(phone, number)
    rectify(reviewer)
    call_back(reviewer, decider)
    assert unsatisfied(citizen) == rated_before + 1


def situation_answers_choose_the_materials(page: Page) -> None:
    """Each answer changes the list in place; a question that depends on it appears."""
    steps.choose(page, "餐饮服务")
    steps.choose(page, "不做")
    steps.choose(page, "法定代表人（负责人）本人")
    said = page.locator("#mat-title + p")
    expect(said).to_contain_text("按您的回答，共需 7 份材料，其中 6 份免提交，您只需准备 1 份")
    expect(page.get_by_role("row", name=re.compile("经营场所布局图"))).to_have_count(1)
    expect(page.get_by_role("row", name=re.compile("授权委托书"))).to_have_count(0)


def resume(page: Page) -> None:
    """Another device, the same draft."""
    page.goto("/my")
    page.get_by_role("link", name=re.compile("食品经营许可新办.*接着填")).click()
    steps.heading(page, "食品安全")  # the first step that isn't finished
    page.get_by_role("link", name="上一步").click()
    expect(page.get_by_label("经营场所地址")).to_have_value("云江区听澜街道书院街36号1层")
    steps.next_step(page)


def accept_and_review(page: Page, number: str) -> None:
    """The reviewer, by keyboard: F4 ticks everything, F9 is the main button."""
    page.goto("/desk")
    looks_right(page)
    page.goto(f"/desk/cases/{number}")
    page.keyboard.press("F4")
    expect(page.get_by_role("checkbox").first).to_be_checked()
    page.keyboard.press("F9")
    expect(page.get_by_text("已受理：")).to_be_visible()
    steps.choose(page, "申请材料齐全，符合法定条件和标准，建议准予。")
    page.keyboard.press("F9")
    expect(page.get_by_text("已提交审查意见：")).to_be_visible()


def grant(page: Page, number: str) -> None:
    page.goto("/desk")
    page.get_by_role("row").filter(has_text=number[-6:-1]).get_by_role("link").click()
    page.wait_for_url(f"**/desk/cases/{number}")
    page.keyboard.press("F9")
    expect(page.get_by_text("已作出决定：")).to_be_visible()
    expect(page.get_by_text("准予，待送达").first).to_be_visible()


def take_the_result(page: Page, number: str) -> None:
    page.goto(f"/my/applications/{number}")
    steps.press(page, "在线签收")
    expect(page.get_by_text("已签收。结果文件可随时下载")).to_be_visible()
    expect(page.get_by_text("已送达").first).to_be_visible()


def download_and_verify(page: Page, stranger: Page, number: str) -> None:
    """The PDF is one; anybody who has the code sees that it is genuine, and not whose phone number it is."""
    link = page.get_by_role("link", name="下载证照（PDF）").get_attribute("href")
    assert link
    answer = page.request.get(link)
    assert answer.ok and answer.body().startswith(b"%PDF")
    assert page.request.get(f"/my/applications/{number}/licence.pdf").body().startswith(b"%PDF")
    page.goto("/my/licences")
    expect(page.get_by_text("食品经营许可证").first).to_be_visible()
    page.goto(f"/my/applications/{number}")
    public = page.get_by_role("link", name="公开查验页").get_attribute("href")
    assert public
    stranger.goto(public)
    expect(stranger.get_by_text("有效").first).to_be_visible()
    assert "19900000101" not in stranger.content()


def unsatisfied(page: Page) -> int:
    """Bad ratings as the indicators publish them: the rows behind the rate of improvement."""
    page.goto("/indicators")
    looks_right(page)
    page.get_by_role("link", name=re.compile("整改率|差评")).first.click()
    page.wait_for_url("**/indicators/*")
    return page.get_by_role("region", name="参与计算的记录").locator("tbody tr").count()


def rate_badly(page: Page, number: str) -> None:
    page.goto(f"/my/applications/{number}")
    page.get_by_role("link", name="去评价").click()
    steps.heading(page, "评价这次办事")
    steps.choose(page, "非常不满意")
    page.get_by_label("想说的话").fill("图纸要求写得不清楚，来回改了两次")
    steps.press(page, "提交评价")
    expect(page.get_by_text("感谢评价。不满意的地方我们会整改并回访")).to_be_visible()


def rectify(page: Page) -> None:
    """The ticket says what was said, not who said it."""
    page.goto("/desk/tickets")
    page.get_by_role("link", name="非常不满意：食品经营许可新办").first.click()
    expect(page.get_by_text("图纸要求写得不清楚，来回改了两次")).to_be_visible()
    assert "刘晓燕" not in page.content()
    page.get_by_label("整改措施").fill("已在办事指南的布局图要求里补上样图")
    steps.press(page, "提交整改 F9")
    expect(page.get_by_text("已提交整改，等待回访")).to_be_visible()


def call_back(rectifier: Page, colleague: Page) -> None:
    """Not by the one who rectified it."""
    expect(rectifier.get_by_role("button", name=re.compile("登记回访"))).to_be_disabled()
    expect(rectifier.get_by_text("回访应由整改人以外的同事进行")).to_be_visible()
    colleague.goto(rectifier.url)
    steps.choose(colleague, "满意")
    colleague.get_by_label("回访情况").fill("已电话回访，申请人表示样图清楚")
    steps.press(colleague, "登记回访 F9")
    expect(colleague.get_by_text("已登记回访")).to_be_visible()
