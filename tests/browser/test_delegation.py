"""委托 through the pages: the daughter files for her father, and for her child; both names stand, and what is revoked is over."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import Visit
from tests.browser.instance import Instance
from tests.browser.visitors import DESK, PHONE, is_accessible, looks_right

pytestmark = pytest.mark.browser
covers = pytest.mark.covers

ALLOWANCE = "高龄津贴"
PICTURES = os.environ.get("TONGBAN_PICTURES", "")


def look(page: Page, name: str) -> None:
    """Wide and narrow; pictures where they are asked for."""
    for size, shape in ((DESK, "wide"), (PHONE, "narrow")):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        looks_right(page)
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(PICTURES) / f"{name}-{shape}.png", full_page=True)
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    is_accessible(page)


@covers("delegation:write", "delegation:confirm", "delegation:revoke", "delegation:renounce", "delegation:letter")
def test_one_asks_the_other_confirms_and_revokes(visit: Visit) -> None:
    asks, gives = visit("lin_hao"), visit("wang_qiang")
    asks.goto("/my/delegations")
    asks.get_by_role("link", name="申请替别人办").click()
    look(asks, "delegation-write")
    asks.get_by_role("radio", name=re.compile("^委托")).check()
    asks.get_by_label("委托人姓名或者单位名称").fill("王强")
    asks.get_by_label(re.compile("委托人身份证号码")).fill("500199197903221136")
    asks.get_by_role("radio", name="全部事项").check()
    asks.get_by_role("checkbox", name="填写并提交申请").check()
    asks.get_by_role("button", name="发给对方确认").click()
    expect(asks.get_by_text("▲ 等待委托人确认")).to_be_visible()

    gives.goto("/my/delegations")
    gives.get_by_role("region", name="等我确认").get_by_role("link").click()
    look(gives, "delegation-confirm")
    assert gives.request.get(f"{gives.url}/letter.pdf").body().startswith(b"%PDF")
    gives.get_by_role("checkbox", name="我看完了委托书，同意委托").check()
    gives.get_by_role("button", name="确认委托").click()
    expect(gives.get_by_text("● 有效")).to_be_visible()

    asks.goto("/my/applications")
    expect(asks.get_by_role("link", name="王强（委托）")).to_be_visible()
    gives.get_by_text("撤销委托", exact=True).click()
    gives.get_by_role("button", name="确认撤销").click()
    expect(gives.get_by_text("■ 委托人已撤销")).to_be_visible()
    asks.goto("/my/applications")
    expect(asks.get_by_role("link", name="王强（委托）")).to_have_count(0)


@covers("applications:begin", "delegation:mine")
def test_at_the_start_the_daughter_chooses_for_whom(visit: Visit) -> None:
    page: Page = visit("zhou_xiaoqin")
    page.goto("/items?q=高龄津贴")
    page.get_by_role("link", name=re.compile(ALLOWANCE)).first.click()
    page.goto(f"{page.url.partition('?')[0]}/application")
    steps.heading(page, "以谁的名义申请？")
    look(page, "delegation-begin")
    page.get_by_role("radio", name="周德福（我是家庭代办人）").check()
    page.get_by_role("button", name="开始填写").click()
    expect(page.get_by_text("为周德福办理")).to_be_visible()
    look(page, "delegation-situation")
    page.goto("/my/delegations")
    look(page, "delegation-mine")
    page.goto("/my")
    expect(page.get_by_text("替 周德福 办")).to_be_visible()


@covers("delegation:refuse")
def test_who_knows_nobody_of_that_name_refuses(visit: Visit) -> None:
    asks, asked = visit("wang_qiang"), visit("lin_hao")
    asks.goto("/my/delegations/new?side=agent")
    asks.get_by_role("radio", name=re.compile("^家庭代办")).check()
    asks.get_by_label("委托人姓名或者单位名称").fill("林浩")
    asks.get_by_label(re.compile("委托人身份证号码")).fill("500199198906042111")
    asks.get_by_role("radio", name="全部事项").check()
    asks.get_by_role("checkbox", name="查看办理进度和文书").check()
    asks.get_by_role("button", name="发给对方确认").click()
    asked.goto("/my/delegations")
    asked.get_by_role("region", name="等我确认").get_by_role("link", name=re.compile("王强")).click()
    asked.get_by_role("button", name="拒绝").click()
    expect(asked.get_by_text("■ 委托人没有同意")).to_be_visible()


@covers(
    "delegation:window", "delegation:end", "delegation:register", "delegation:paper", "applications:fetched_licence"
)
def test_at_the_window_the_clerk_finds_a_power_by_the_card(visit: Visit, instance: Instance) -> None:
    page = visit("wang_min")
    page.goto("/counter")
    page.get_by_role("link", name="委托核验").click()
    page.get_by_label("身份证号码").fill("500199197605141162")
    steps.press(page, "查委托 F3")
    expect(page.get_by_role("row", name=re.compile("陈小禾"))).to_contain_text("监护")
    expect(page.get_by_role("row", name=re.compile("周德福"))).to_contain_text("● 有效")
    look(page, "delegation-window")
    scan = page.get_by_role("link", name=re.compile("看扫描件")).get_attribute("href")
    assert scan
    page.get_by_role("row", name=re.compile("陈小禾")).get_by_role("link", name=re.compile("^结束")).click()
    steps.heading(page, "结束委托")
    expect(page.get_by_role("radio", name="委托人已撤销")).to_have_count(0)
    page.get_by_role("radio", name=re.compile("监护人已经变更")).check()
    page.get_by_label("来人的身份证号码").fill("500199197605141162")
    page.get_by_label("原因").fill("法院判决变更监护人")
    page.keyboard.press("F9")
    expect(page.get_by_role("alert").first).to_contain_text("请扫描上传死亡证明、判决等文书")
    look(page, "delegation-end")
    page.goto("/counter/powers/new")
    look(page, "delegation-register")
    instance.settle()
    assert page.request.get(scan).ok
