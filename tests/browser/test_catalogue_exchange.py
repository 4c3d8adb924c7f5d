"""The keeper exchanges the catalogue with others: codes, files, bulk edits; by keyboard and without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.steps import heading, press
from tests.browser.visitors import PHONE, is_accessible, looks_right

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
    page.get_by_role("link", name=re.compile("本平台的权力来源")).click()
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


@covers("catalog:exchange", "catalog:exchange_file", "catalog:trial", "catalog:trial_file", "catalog:take")
def test_a_file_with_wrong_rows_is_tried_reported_and_its_good_rows_taken(visit: Visit) -> None:
    page = visit(KEEPER, javascript=False)
    page.goto("/desk/catalog/exchange")
    heading(page, "导入导出")
    with page.expect_download() as download:
        page.get_by_role("button", name="空白模板和填写说明").click()
    assert download.value.suggested_filename == "导入模板.xlsx"

    text = "code,name,type,body\n990127880000,无人机租赁备案,10,market\n990127881000,没有类型,99,market\n"
    page.get_by_label("要导入的文件").set_input_files(
        {"name": "items.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    press(page, "试导入 F9")
    heading(page, "items.csv")
    expect(page.get_by_text("试导入，数据没有变化")).to_be_visible()
    expect(page.get_by_role("row", name="3 不能用")).to_be_visible()
    looks_right(page)
    with page.expect_download() as report:
        page.get_by_role("link", name="下载逐行结果").click()
    assert "不能用,3," in report.value.path().read_text("utf-8-sig")

    press(page, "只导入没有问题的行")
    expect(page.get_by_text("已导入：新增或变更 1")).to_be_visible()
    page.goto("/items?q=无人机租赁")
    expect(page.get_by_role("link", name=re.compile("无人机租赁备案")).first).to_be_visible()


@covers(
    "catalog:bulk_edits", "catalog:bulk_edit", "catalog:bulk_drafts", "catalog:bulk_publish", "catalog:bulk_undo",
    "catalog:bulk_restore",
)  # fmt: skip
@pytest.mark.parametrize("javascript", [True, False])
def test_a_telephone_changes_in_many_guides_at_once_and_back_again(visit: Visit, javascript: bool) -> None:
    page = visit(KEEPER, javascript=javascript)
    page.goto("/desk/catalog/bulk")
    page.get_by_role("textbox", name="编码").fill("990111002000 990111008000 990111010000")
    page.get_by_role("textbox", name="咨询电话换成").fill("023-99990000")
    page.get_by_role("textbox", name="缘由").fill("民政热线升位")
    _go(page, "预览改动", "F9", javascript)
    heading(page, "民政热线升位")
    expect(page.get_by_text("改 3 份，不改 0 份")).to_be_visible()
    expect(page.get_by_text("023-99990000").first).to_be_visible()
    looks_right(page)
    if javascript:
        is_accessible(page)

    _go(page, "起草", "F9", javascript)
    expect(page.get_by_text("已起草 3 份，还没有公布")).to_be_visible()
    _go(page, "全部发布", "F9", javascript)
    expect(page.get_by_text("已发布 3 份")).to_be_visible()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    looks_right(page)
    page.goto("/items/990111002000")
    expect(page.get_by_text("023-99990000").first).to_be_visible()

    page.go_back()
    _go(page, "恢复原样", "F8", javascript)
    expect(page.get_by_text("已恢复 3 份")).to_be_visible()
    page.goto("/items/990111002000")
    expect(page.get_by_text("023-99990000")).to_have_count(0)

    page.goto("/desk/catalog/bulk")
    page.get_by_role("combobox", name="部门").select_option(index=1)
    page.get_by_role("textbox", name="投诉电话换成").fill("12315")
    page.get_by_role("textbox", name="缘由").fill("试一试")
    _go(page, "预览改动", "F9", javascript)
    heading(page, "试一试")
    _go(page, "撤销", "F8", javascript)
    expect(page.get_by_text("已撤销，删去 0 份草稿")).to_be_visible()


def _go(page: Page, name: str, key: str, javascript: bool) -> None:
    """By the keyboard where there is JavaScript, else by the button."""
    if javascript:
        page.keyboard.press(key)
    else:
        press(page, f"{name} {key}")
