"""The keeper exchanges the catalogue with others: codes, files, bulk edits; by keyboard and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.steps import heading, press

pytestmark = pytest.mark.browser
covers = pytest.mark.covers
KEEPER = "fang_ting"


@covers(
    "catalog:codes", "catalog:code_set", "catalog:codes_add", "catalog:codes_rename", "catalog:codes_map",
    "catalog:codes_unmap", "catalog:codes_remove", "catalog:codes_file",
)  # fmt: skip
def test_the_keeper_closes_a_gap_and_takes_it_back_without_javascript(visit: Visit) -> None:
    page = visit(KEEPER, javascript=False)
    page.goto("/desk/catalog/codes")
    heading(page, "代码与对照")
    page.get_by_role("link", name="本平台：6 个").first.click()
    heading(page, "权力来源")
    gaps = page.get_by_text("3 个代码没有对照")
    expect(gaps).to_be_visible()

    page.get_by_label("本代码集的代码").select_option("4")
    page.get_by_label("渝快办的代码").select_option("3")
    press(page, "对照")
    expect(page.get_by_text("2 个代码没有对照")).to_be_visible()
    press(page, "取消 4 到 3 的对照")
    expect(gaps).to_be_visible()

    page.get_by_role("textbox", name="代码", exact=True).fill("7")
    page.get_by_role("textbox", name="名称", exact=True).fill("临时授权")
    press(page, "加上")
    page.get_by_label("7 的新名称").fill("专项授权")
    page.get_by_role("row", name="7 临时授权").get_by_role("button", name="改名").click()
    expect(page.get_by_text("7 现在叫“专项授权”")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 CSV").click()
    assert "7,专项授权" in download.value.path().read_text("utf-8-sig")
    press(page, "去掉 7 专项授权")
    expect(page.get_by_text("已去掉 7 专项授权")).to_be_visible()
