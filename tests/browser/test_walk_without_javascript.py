"""The same main line with JavaScript off: every act is a link or a form underneath."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import Visit
from tests.browser.instance import Instance
from tests.browser.visitors import PHONE, log_in

pytestmark = pytest.mark.browser
covers = pytest.mark.covers


@covers("catalog:guide", "applications:situation", "design:care", "authentication:logout")
def test_the_walk_needs_no_javascript(visit: Visit, instance: Instance) -> None:
    citizen = visit(javascript=False, size=PHONE)
    in_large_type(citizen)
    steps.find_the_guide(citizen)
    answer(citizen)
    citizen.get_by_role("link", name="在线办理").first.click()
    log_in(citizen, "liu_xiaoyan")
    steps.begin_for_the_shop(citizen)
    steps.the_known_is_filled_in(citizen)
    steps.describe_the_premises(citizen)
    steps.next_step(citizen)
    steps.name_the_safety_manager(citizen)
    steps.give_the_materials(citizen)
    number = steps.submit(citizen)

    accept_and_review(visit("chen_li", javascript=False), number)
    grant(visit("zhao_guoping", javascript=False), number)
    instance.settle()
    take_the_result_and_rate(citizen, number)
    log_out(citizen)


def in_large_type(page: Page) -> None:
    """The switch comes back to where one was."""
    page.goto("/items?audience=1")
    steps.press(page, "关怀版（大字）")
    expect(page.locator("html")).to_have_attribute("data-type", "large")
    assert page.url.endswith("/items?audience=1")
    steps.press(page, "返回标准版")


def answer(page: Page) -> None:
    """The button lists the materials; a question that depends on an answer comes with them."""
    steps.choose(page, "餐饮服务")
    steps.choose(page, "法定代表人（负责人）本人")
    steps.press(page, "按我的情况列出材料")
    steps.choose(page, "不做")
    steps.press(page, "按我的情况列出材料")
    expect(page.locator("#mat-title + p")).to_contain_text("您只需准备 1 份")


def accept_and_review(page: Page, number: str) -> None:
    page.goto(f"/desk/cases/{number}")
    page.get_by_role("link", name=re.compile("全部符合")).click()
    steps.press(page, "受理 F9")
    expect(page.get_by_text("已受理：")).to_be_visible()
    page.get_by_role("textbox", name="审查意见").fill("符合条件，建议准予。")
    steps.choose(page, "通过")
    steps.press(page, "提交审查意见 F9")
    expect(page.get_by_text("已提交审查意见：")).to_be_visible()


def grant(page: Page, number: str) -> None:
    page.goto(f"/desk/cases/{number}")
    steps.press(page, "准予 F9")
    expect(page.get_by_text("已作出决定：")).to_be_visible()


def take_the_result_and_rate(page: Page, number: str) -> None:
    page.goto(f"/my/applications/{number}")
    steps.press(page, "在线签收")
    expect(page.get_by_text("已签收。结果文件可随时下载")).to_be_visible()
    expect(page.get_by_role("link", name="下载证照（PDF）")).to_be_visible()
    page.get_by_role("link", name="去评价").click()
    steps.choose(page, "非常满意")
    steps.press(page, "提交评价")
    expect(page.get_by_text("感谢评价").first).to_be_visible()


def log_out(page: Page) -> None:
    steps.press(page, "退出")
    page.goto("/my")
    assert "/login?next=/my" in page.url
