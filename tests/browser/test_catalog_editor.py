"""An editor who never sees a key or JSON builds questions, materials and a form; minutes later citizens use them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import Visit
from tests.browser.instance import Instance
from tests.browser.visitors import looks_right

pytestmark = pytest.mark.browser
covers = pytest.mark.covers

ITEM, NAME = "991027005002", "仅销售预包装食品经营者备案信息变更"
NEXT = "990127003001"
QUESTIONS: list[tuple[str, Sequence[str], dict[str, Sequence[str]]]] = [
    ("要变更什么？", ("经营者名称", "经营地址", "经营项目"), {}),
    ("新地址的房子是谁的？", ("自己的", "租的"), {"要变更什么？": ("经营地址",)}),
    ("由谁来办？", ("经营者本人", "委托他人"), {}),
]
MATERIALS: list[tuple[str, str, dict[str, Sequence[str]]]] = [
    ("备案变更登记表", "系统生成（由申请表打印）", {}),
    ("营业执照", "免提交（证照库或数据共享）", {}),
    ("房屋租赁合同", "上传", {"新地址的房子是谁的？": ("租的",)}),
    ("授权委托书", "上传", {"由谁来办？": ("委托他人",)}),
]
FIELDS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("经营者", "经营者姓名", "单行文字", {"from": "登录信息：姓名"}),
    ("经营者", "身份证号码", "身份证号码", {"from": "登录信息：身份证号码"}),
    ("经营者", "联系电话", "电话", {"from": "登录信息：电话"}),
    ("经营者", "备案编号", "单行文字", {}),
    ("经营者", "字号名称", "单行文字", {}),
    ("变更内容", "新的经营者名称", "单行文字", {"when": {"要变更什么？": ("经营者名称",)}}),
    ("变更内容", "新的经营地址", "地址", {"when": {"要变更什么？": ("经营地址",)}}),
    ("变更内容", "经营面积", "整数", {"when": {"要变更什么？": ("经营地址",)}}),
    ("变更内容", "变更日期", "日期", {}),
    ("变更内容", "变更说明", "多行文字", {"optional": True}),
]


@covers(
    "catalog:desk", "catalog:desk_item", "catalog:desk_start", "catalog:desk_edition", "catalog:desk_section",
    "catalog:desk_row", "catalog:desk_row_place", "catalog:desk_check", "catalog:desk_preview",
    "catalog:desk_publication",
)  # fmt: skip
def test_what_an_editor_builds_is_what_everyone_reads_minutes_later(visit: Visit, instance: Instance) -> None:
    editor = visit("sun_yue")
    begin(editor)
    build_the_questions(editor)
    build_the_materials(editor)
    build_the_form(editor)
    fill_in_the_rest(editor)
    check_every_combination(editor)
    see_it_as_the_citizen_does(editor)
    publish(editor)

    citizen = visit("zhou_defu")
    the_guide_asks_and_lists(citizen)
    the_api_says_the_same(citizen)
    the_form_has_the_fields(citizen)
    the_window_asks_the_same(visit("wang_min"))


def begin(page: Page) -> None:
    page.goto("/desk")
    steps.by_menu(page, "事项管理")
    steps.heading(page, "事项管理")
    page.get_by_label("名称、叫法或编码").fill(NAME)
    steps.press(page, "查找")
    page.wait_for_url(re.compile("q="))
    page.keyboard.press("j")
    expect(page.get_by_role("row", name=re.compile(NAME)).first).to_be_focused()
    page.keyboard.press("Enter")
    steps.heading(page, "总览")
    page.get_by_role("banner").get_by_role("link", name="回到事项").click()
    page.keyboard.press("F9")
    expect(page.get_by_text("草稿已建好")).to_be_visible()


def section(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="这份实施清单的各页").get_by_role("link", name=name, exact=True).click()
    steps.heading(page, name)


def tick(page: Page, wanted: dict[str, Sequence[str]]) -> None:
    """Conditions are ticked answers under the question they belong to."""
    for question, answers in wanted.items():
        asked = page.get_by_role("group", name=question).first
        for answer in answers:
            asked.get_by_role("checkbox", name=answer, exact=True).check()


def saved(page: Page, what: str, *, again: bool) -> None:
    """By keyboard: F7 saves and offers the next, F9 saves and goes back to the list."""
    page.keyboard.press("F7" if again else "F9")
    expect(page.get_by_text(f"已保存：{what}", exact=True)).to_be_visible()


def plain(page: Page) -> None:
    """Nothing that only a programmer reads: no JSON in any control, no key in sight."""
    for control in page.locator("textarea, input[type=text]").all():
        assert not re.search(r'[{}\[\]]|":', control.input_value())
    shown = page.get_by_role("main").inner_text()
    assert not re.search(r"[a-z]+_[a-z]+", shown), shown


def build_the_questions(page: Page) -> None:
    section(page, "情形问题")
    page.keyboard.press("F7")
    for at, (text, options, when) in enumerate(QUESTIONS):
        page.get_by_label("问题（必填）").fill(text)
        for number, option in enumerate(options, start=1):
            page.get_by_label(re.compile(f"^选项 {number}")).fill(option)
        tick(page, when)
        plain(page)
        saved(page, text, again=at < len(QUESTIONS) - 1)
    assert page.locator("[data-row]").count() == 3
    page.locator("[data-row]").nth(2).get_by_role("button", name=re.compile("上移")).click()
    expect(page.locator("[data-row]").nth(1)).to_contain_text("由谁来办？")
    page.locator("[data-row]").nth(1).get_by_role("button", name=re.compile("下移")).click()
    expect(page.locator("[data-row]").nth(2)).to_contain_text("由谁来办？")


def build_the_materials(page: Page) -> None:
    section(page, "材料")
    page.keyboard.press("F7")
    for at, (name, give, when) in enumerate(MATERIALS):
        page.get_by_label("材料名称（必填）").fill(name)
        page.get_by_label(re.compile("^怎么给")).select_option(label=give)
        tick(page, when)
        saved(page, name, again=at < len(MATERIALS) - 1)
    expect(page.get_by_text("当“由谁来办？”选“委托他人”")).to_be_visible()


def build_the_form(page: Page) -> None:
    section(page, "申请表")
    page.keyboard.press("F7")
    pages: list[str] = []
    for at, (on_page, label, kind, more) in enumerate(FIELDS):
        if on_page in pages:
            page.get_by_label("放在哪一页").select_option(label=f"第 {pages.index(on_page) + 1} 页：{on_page}")
        else:
            page.get_by_label("放在哪一页").select_option(label="新的一页")
            page.get_by_label("新一页的页名").fill(on_page)
            pages.append(on_page)
        page.get_by_label("字段名称（必填）").fill(label)
        page.get_by_label(re.compile("^填什么")).select_option(label=kind)
        if more.get("from"):
            page.get_by_label("从哪里带出").select_option(label=more["from"])
        if more.get("optional"):
            page.get_by_label("必填", exact=True).uncheck()
        tick(page, more.get("when", {}))
        plain(page)
        saved(page, label, again=at < len(FIELDS) - 1)
    expect(page.get_by_role("heading", name="第 2 页：变更内容")).to_be_visible()


def fill_in_the_rest(page: Page) -> None:
    section(page, "办理环节")
    page.keyboard.press("F7")
    for name, role, again in (("审查", "后台审批人员", True), ("决定", "首席代表（有决定权的人）", False)):
        page.get_by_label("环节名称（必填）").fill(name)
        page.get_by_label("由谁办").select_option(label=role)
        saved(page, name, again=again)
    section(page, "时限与次数")
    page.get_by_label("法定时限：几").fill("10")
    page.get_by_label("承诺时限：几").fill("3")
    saved(page, "时限与次数", again=False)
    section(page, "受理与渠道")
    page.get_by_label("接入方式").select_option(label="在本平台办理")
    page.get_by_label("全程网办").check()
    saved(page, "受理与渠道", again=False)
    section(page, "基本信息")
    page.get_by_role("checkbox", name="自然人", exact=True).check()
    saved(page, "基本信息", again=False)


def check_every_combination(page: Page) -> None:
    section(page, "情形检查")
    expect(page.get_by_text("共 8 种回答，全部走过一遍。")).to_be_visible()
    expect(page.get_by_text("没有用不上的材料和字段")).to_be_visible()
    with page.expect_response(re.compile("/check")):
        steps.choose(page, "委托他人")
    with page.expect_response(re.compile("/check")):
        steps.choose(page, "经营者名称")
    expect(page.locator("#tried")).to_contain_text("共需 3 份材料")


def see_it_as_the_citizen_does(page: Page) -> None:
    page.keyboard.press("F8")
    expect(page.get_by_text("办事人看到的就是这样")).to_be_visible()
    with page.expect_response(re.compile("/preview")):
        steps.choose(page, "经营地址")
    expect(page.get_by_role("group", name=re.compile("新地址的房子是谁的？"))).to_be_visible()
    page.keyboard.press("F9")
    steps.heading(page, "总览")


def publish(page: Page) -> None:
    page.keyboard.press("F9")
    steps.heading(page, "发布")
    page.keyboard.press("F9")
    expect(page.get_by_role("alert").or_(page.locator("[data-errors]")).first).to_contain_text("请写明这一版改了什么")
    page.get_by_label("这一版改了什么（会公开）").fill("改为网上办理，按情形要材料")
    page.keyboard.press("F9")
    expect(page.get_by_text(re.compile("已发布："))).to_be_visible()
    looks_right(page)


def the_guide_asks_and_lists(page: Page) -> None:
    page.goto(f"/items/{ITEM}")
    steps.heading(page, NAME)
    for answer in ("经营地址", "租的", "委托他人"):
        with page.expect_response(re.compile(f"/items/{ITEM}|/items/")):
            steps.choose(page, answer)
    materials = page.locator("#mat")
    expect(materials).to_contain_text("共需 4 份材料，其中 2 份免提交，您只需准备 2 份")
    for name, _, _ in MATERIALS:
        expect(materials).to_contain_text(name)


def the_api_says_the_same(page: Page) -> None:
    guide = page.request.get(f"/api/v1/items/{ITEM}").json()
    content = guide["content"]
    assert [question["text"] for question in content["questions"]] == [text for text, _, _ in QUESTIONS]
    assert [field["label"] for one in content["form"] for field in one["fields"]] == [
        label for _, label, _, _ in FIELDS
    ]
    keys = {q["text"]: (q["key"], {o["label"]: o["value"] for o in q["options"]}) for q in content["questions"]}
    given = {"要变更什么？": "经营地址", "新地址的房子是谁的？": "租的", "由谁来办？": "委托他人"}
    query = "&".join(f"answer={keys[text][0]}:{keys[text][1][label]}" for text, label in given.items())
    listed = page.request.get(f"/api/v1/items/{ITEM}/materials?{query}").json()
    assert [one["name"] for one in listed["materials"]] == [name for name, _, _ in MATERIALS]
    assert "JSON" not in json.dumps(guide["name"])


def the_form_has_the_fields(page: Page) -> None:
    page.get_by_role("link", name="在线办理").first.click()
    if page.get_by_role("button", name="开始填写").count():
        steps.press(page, "开始填写")
    steps.heading(page, "您是哪种情况？")
    for answer in ("经营地址", "租的", "委托他人"):
        expect(page.get_by_role("radio", name=answer, exact=True)).to_be_checked()
    steps.next_step(page)
    steps.heading(page, "经营者")
    expect(page.get_by_label("经营者姓名")).to_have_value("周德福")
    page.get_by_label("备案编号").fill("YB15001990000123")
    page.get_by_label("字号名称").fill("老周副食店")
    steps.next_step(page)
    steps.heading(page, "变更内容")
    assert page.get_by_label("新的经营者名称").count() == 0
    for label in ("新的经营地址", "经营面积", "变更日期", "变更说明"):
        expect(page.get_by_label(re.compile(label))).to_be_visible()


def the_window_asks_the_same(page: Page) -> None:
    page.goto("/counter")
    page.get_by_label("查找事项").fill(NAME)
    steps.press(page, "查找 F3")
    page.get_by_role("radio", name=re.compile(NAME)).first.check()
    page.get_by_label("身份证号码").fill("500199194508153010")
    page.keyboard.press("F9")
    steps.heading(page, re.compile(NAME))
    with page.expect_response(lambda response: response.request.method == "POST"):
        steps.choose(page, "经营者名称")
    with page.expect_response(lambda response: response.request.method == "POST"):
        steps.choose(page, "经营者本人")
    for label in ("备案编号", "字号名称", "新的经营者名称", "变更日期"):
        expect(page.get_by_label(re.compile(f"^{label}")).first).to_be_visible()


@covers("catalog:desk_discard", "catalog:desk_differences", "catalog:desk_catch_up")
def test_two_who_edit_one_draft_are_told_and_nothing_typed_is_lost(visit: Visit) -> None:
    editor, keeper = visit("sun_yue"), visit("fang_ting")
    editor.goto(f"/desk/catalog/items/{NEXT}")
    editor.keyboard.press("F9")
    expect(editor.get_by_text("草稿已建好")).to_be_visible()
    section(editor, "地点与电话")
    keeper.goto(editor.url)
    keeper.get_by_label("投诉电话").fill("023-00001111")
    saved(keeper, "地点与电话", again=False)

    editor.get_by_label("咨询电话").fill("023-00002222")
    editor.keyboard.press("F9")

    expect(editor.get_by_role("heading", name=re.compile("方婷改过这份草稿"))).to_be_visible()
    expect(editor.get_by_role("cell", name="023-00001111")).to_be_visible()
    expect(editor.get_by_label("咨询电话")).to_have_value("023-00002222")
    editor.get_by_label("投诉电话").fill("023-00001111")
    saved(editor, "地点与电话", again=False)
    section(editor, "版本对比")
    expect(editor.get_by_role("row", name=re.compile("咨询电话"))).to_contain_text("023-00002222")
    looks_right(editor)
    editor.get_by_role("link", name="总览").click()
    editor.get_by_text("删除这份草稿").click()
    steps.press(editor, "确认删除草稿")
    expect(editor.get_by_text(re.compile("草稿已删除"))).to_be_visible()


@covers("catalog:desk_tree", "catalog:desk_item_new", "catalog:desk_elements", "catalog:desk_place",
        "catalog:desk_abolish", "catalog:desk_withdraw")  # fmt: skip
def test_the_keeper_governs_the_tree_without_javascript(visit: Visit) -> None:
    page = visit("fang_ting", javascript=False)
    page.goto("/desk/catalog/items/new")
    page.get_by_label("事项名称").fill("便民摊点登记")
    page.get_by_label("在目录的哪一层").select_option(label="主项")
    page.get_by_label(re.compile("^编码")).fill("992099009000")
    steps.press(page, "保存 F9")
    steps.heading(page, "便民摊点登记")
    page.goto("/desk/catalog/items/new?under=992099009000")
    page.get_by_label("事项名称").fill("便民摊点登记（新设）")
    page.get_by_label(re.compile("^编码")).fill("992099009001")
    steps.press(page, "保存 F9")
    steps.heading(page, "便民摊点登记（新设）")
    page.goto("/desk/catalog/tree?under=992099009000")
    expect(page.get_by_role("row", name=re.compile("新设"))).to_be_visible()

    page.goto("/desk/catalog/items/992099009000")
    page.get_by_text("取消这个事项").click()
    steps.press(page, "确认取消")
    expect(page.get_by_text("请先取消或移走下级事项")).to_be_visible()
    page.goto("/desk/catalog/items/992099009001")
    page.get_by_label("上级事项的编码").fill("")
    steps.press(page, "放到这里")
    expect(page.get_by_text("已放好")).to_be_visible()
    page.goto("/desk/catalog/items/992099009001/elements")
    page.get_by_label("设定依据").fill("《城市市容和环境卫生管理条例》第十四条")
    steps.press(page, "保存 F9")
    expect(page.get_by_text("《城市市容和环境卫生管理条例》第十四条")).to_be_visible()
