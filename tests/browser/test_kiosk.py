"""自助终端 in the browser: touched from the first screen to what to bring, and wiped when nobody is there any more."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.steps import FOOD
from tests.browser.visitors import fits, is_accessible, log_in

pytestmark = pytest.mark.browser
covers = pytest.mark.covers
SCREEN = {"width": 1080, "height": 1920}


def to_what_to_bring(page: Page) -> None:
    page.goto("/kiosk")
    page.get_by_role("link", name="按拼音首字母找").click()
    for letter in "spjyxk":
        page.get_by_label("拼音首字母").get_by_role("link", name=letter, exact=True).click()
    page.get_by_role("link", name="食品经营许可新办").click()
    for answer in ("餐饮服务", "不做", "法定代表人（负责人）本人"):
        page.get_by_role("link", name=answer, exact=True).click()
    expect(page.get_by_text("您只需准备")).to_be_visible()


@covers("catalog:kiosk", "catalog:kiosk_find", "catalog:kiosk_guide", "catalog:kiosk_end")
def test_a_visitor_touches_their_way_and_the_screen_is_wiped_after_them(visit: Visit) -> None:
    page = visit(size=SCREEN)
    log_in(page, "liu_xiaoyan")  # a session of its own: it ends here, on the server too
    page.clock.install()
    to_what_to_bring(page)
    fits(page)
    is_accessible(page)
    low = page.get_by_role("button", name="打印材料清单").bounding_box()
    assert low and low["y"] > SCREEN["height"] / 2

    page.clock.run_for(61_000)
    expect(page.get_by_role("alertdialog")).to_be_visible()
    page.get_by_role("button", name="继续使用").click()
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    page.clock.run_for(61_000)
    page.clock.run_for(16_000)
    page.wait_for_url("**/kiosk")
    assert page.context.cookies() == [] or "sessionid" not in {one["name"] for one in page.context.cookies()}
    page.goto("/my")
    assert "/login" in page.url


def test_the_terminal_works_without_javascript(visit: Visit) -> None:
    page = visit(javascript=False, size=SCREEN)
    to_what_to_bring(page)

    expect(page.get_by_role("link", name="打开一次性告知单")).to_be_visible()
    page.get_by_role("button", name="结束并清除").click()
    assert page.url.endswith("/kiosk")


@covers("catalog:guide")
def test_a_guide_has_structured_data_that_the_browser_does_not_mind(visit: Visit) -> None:
    page = visit()
    page.goto(f"/items/{FOOD}")

    data = page.evaluate("""JSON.parse(document.querySelector('script[type="application/ld+json"]').textContent)""")
    assert data["@type"] == "GovernmentService" and data["name"] == "食品经营许可新办"
