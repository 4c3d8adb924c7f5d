"""Search as people meet it: suggestions, filters, nothing found, and the words that editors add for the next one."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.instance import Instance
from tests.browser.visitors import PHONE, is_accessible, looks_right

pytestmark = pytest.mark.browser
covers = pytest.mark.covers
Visit = Callable[..., Page]


@covers("catalog:suggestions")
@pytest.mark.parametrize("start", ["/", "/items"])
def test_names_are_suggested_while_one_types(visit: Visit, start: str) -> None:
    page = visit()
    page.goto(start)
    field = page.get_by_role("main").locator("#id_q")
    field.press_sequentially("残疾人证")

    expect(page.locator("#suggestions option").first).to_have_attribute("value", "残疾人证新办")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_list_is_narrowed_by_plain_links_and_a_form(visit: Visit, javascript: bool) -> None:
    page = visit(javascript=javascript, size=PHONE)
    page.goto("/items?q=登记")
    page.get_by_text("按地区、渠道、主题、部门筛选").click()
    page.get_by_label("怎么办").select_option("here")
    page.get_by_role("button", name="筛选").click()

    assert "way=here" in page.url and "q=" in page.url
    items = page.get_by_role("list", name="事项").get_by_role("listitem")
    expect(items.nth(3)).to_be_visible()
    assert page.get_by_text("仅指南").count() == 0
    page.get_by_role("navigation", name="为谁办").get_by_role("link", name="企业办事").click()
    assert "audience=2" in page.url and "way=here" in page.url
    looks_right(page)
    page.get_by_role("link", name="不筛选").first.click()
    assert "way=" not in page.url


def test_a_slip_finds_what_was_meant(visit: Visit) -> None:
    page = visit(javascript=False)
    page.goto("/items?q=shengfengzheng")

    expect(page.get_by_role("status")).to_contain_text("已按 shenfenzheng 查找")
    expect(page.get_by_role("list", name="事项")).to_contain_text("居民身份证办理")


@covers("catalog:searches", "catalog:aliases", "catalog:remove_alias")
def test_words_that_found_nothing_become_an_alias_that_everyone_finds(visit: Visit, instance: Instance) -> None:
    citizen = visit(javascript=False)
    citizen.goto("/items?q=嘎嘎串串屋")
    expect(citizen.get_by_text("没有找到“嘎嘎串串屋”")).to_be_visible()
    expect(citizen.get_by_role("main").get_by_role("link", name="12345")).to_be_visible()
    until = time.monotonic() + 30
    while not instance.ask("SELECT 1 FROM catalog_missed WHERE words = '嘎嘎串串屋'"):
        assert time.monotonic() < until, "the count is not written"
        time.sleep(0.3)

    keeper = visit("fang_ting", javascript=False)
    keeper.goto("/desk/catalog/searches")
    keeper.get_by_role("link", name=re.compile("加别名.*嘎嘎串串屋")).click()
    keeper.get_by_label("给哪个事项").fill("食品经营许可新办")
    keeper.get_by_role("button", name="找事项").click()
    looks_right(keeper)
    seen = visit("fang_ting")
    seen.goto(keeper.url)
    is_accessible(seen)
    keeper.get_by_role("button", name=re.compile("把“嘎嘎串串屋”加给.*食品经营许可新办")).click()
    expect(keeper.get_by_text("已加别名")).to_be_visible()

    citizen.reload()
    expect(citizen.get_by_role("list", name="事项").get_by_role("listitem").first).to_contain_text("食品经营许可新办")
    assert "食品经营许可新办" in citizen.request.get("/api/v1/items?q=嘎嘎串串屋").text()

    keeper.get_by_role("button", name=re.compile("删去.*嘎嘎串串屋")).click()
    citizen.reload()
    expect(citizen.get_by_text("没有找到“嘎嘎串串屋”")).to_be_visible()
