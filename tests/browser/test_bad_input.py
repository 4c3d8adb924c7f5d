"""What people type wrong, twice, too late or in another form: nothing is lost, and they are told what to do."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.conftest import Visit
from tests.browser.instance import Instance
from tests.browser.steps import FOOD
from tests.browser.visitors import is_accessible

pytestmark = pytest.mark.browser
covers = pytest.mark.covers


@covers("applications:form", "applications:discard", "applications:materials")
def test_a_wrong_number_stays_as_typed_and_a_disguised_file_stays_out(visit: Visit) -> None:
    page = visit("wang_qiang")
    page.goto(f"/items/{FOOD}/application?kind=catering&raw=no&agent=self")
    steps.next_step(page)
    page.get_by_label("单位名称").fill("强子小面")
    page.get_by_label("统一社会信用代码").fill("92500199MAYJ8801XJ")
    page.get_by_label("经办人公民身份号码").fill("500199197903221137")
    steps.next_step(page)

    summary = page.get_by_role("alert").first
    expect(summary).to_be_focused()
    assert page.title().startswith("错误：")
    expect(page.get_by_label("经办人公民身份号码")).to_have_value("500199197903221137")
    expect(page.get_by_label("单位名称")).to_have_value("强子小面")
    is_accessible(page)
    summary.get_by_role("link").first.click()
    expect(page.get_by_label("经办人公民身份号码")).to_be_focused()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("500199 19790322 1136")
    steps.next_step(page)
    steps.heading(page, "经营场所")
    steps.describe_the_premises(page)
    steps.next_step(page)
    steps.name_the_safety_manager(page)

    disguised = {"name": "布局图.jpg", "mimeType": "image/jpeg", "buffer": b"MZ\x90\x00 not a picture at all" * 40}
    page.locator("input[type=file]").first.set_input_files(disguised)  # type: ignore[arg-type]
    page.get_by_role("checkbox").check()
    steps.next_step(page)
    expect(page.get_by_role("alert").first).to_be_focused()
    expect(page.get_by_role("checkbox")).to_be_checked()

    page.goto("/my")
    page.get_by_role("button", name=re.compile("删除.*食品经营许可新办")).click()
    expect(page.get_by_text("草稿已删除")).to_be_visible()


@covers("applications:check")
def test_two_clicks_make_one_case(visit: Visit, instance: Instance) -> None:
    page = visit("wang_qiang")
    page.goto("/items/992014046000/application")
    if page.get_by_role("heading", level=1).inner_text() == "以谁的名义申请？":
        steps.press(page, "开始填写")
    fill_in_whatever_is_asked(page)
    steps.heading(page, "核对并提交")
    page.get_by_role("button", name="提交申请").dblclick(no_wait_after=True)
    steps.heading(page, "申请已提交")

    assert instance.ask("SELECT count(*) FROM applications_application WHERE title LIKE %s", "社会保障卡%") == [(1,)]


def fill_in_whatever_is_asked(page) -> None:  # type: ignore[no-untyped-def]
    """The first answer to each question, something fitting in each empty field."""
    for _ in range(12):
        if page.get_by_role("heading", level=1).inner_text() == "核对并提交":
            return
        for group in page.get_by_role("group").all():
            if group.get_by_role("radio").count():
                group.get_by_role("radio").first.check()
        for box in page.get_by_role("checkbox").all():
            box.check()
        for upload in page.locator("input[type=file]").all():
            upload.set_input_files(steps.layout_plan())
        for field in page.get_by_role("main").locator("input[type=text], input[type=tel], textarea").all():
            if not field.input_value():
                field.fill("19900000103" if field.get_attribute("type") == "tel" else "1")
        for field in page.get_by_role("main").locator("input[type=date]").all():
            field.fill("2026-03-01")
        for field in page.get_by_role("main").locator("select").all():
            field.select_option(index=1)
        steps.next_step(page)


@covers("applications:progress")
def test_a_number_typed_with_spaces_is_found(visit: Visit, waiting: str) -> None:
    page = visit()
    page.goto("/progress")
    page.get_by_label("办件编号或查询码").fill(f" {waiting[:6]} {waiting[6:14]}-{waiting[14:]} ".lower())
    page.get_by_label("申请人证件号码后四位").fill("3010")
    steps.press(page, "查询")
    expect(page.get_by_role("heading", name="食品经营许可新办")).to_be_visible()
    assert "周德福" not in page.content()

    page.get_by_label("申请人证件号码后四位").fill("9999")
    steps.press(page, "查询")
    expect(page.get_by_role("alert").first).to_be_focused()
    expect(page.get_by_label("申请人证件号码后四位")).to_have_value("9999")
    assert page.title().startswith("错误：")


@covers("authentication:login")
def test_five_wrong_passwords_lock_the_login(visit: Visit) -> None:
    page = visit()
    page.goto("/login")
    for tried in range(6):
        page.get_by_label("账号", exact=True).fill("luo_xin")
        page.get_by_label("密码", exact=True).fill("tongban-demo" if tried == 5 else "wrong")
        with page.expect_navigation():
            page.get_by_role("main").get_by_role("button", name="登录").click()
        expect(page.get_by_label("账号", exact=True)).to_have_value("luo_xin")
    expect(page.get_by_role("alert").first).to_contain_text("分钟")
    assert "/login" in page.url


def test_an_unknown_page_says_where_to_go(visit: Visit) -> None:
    page = visit()
    answer = page.goto("/nothing/here")
    assert answer and answer.status == 404
    steps.heading(page, "没有这个页面")
    expect(page.get_by_role("link", name="回首页")).to_be_visible()
    is_accessible(page)


@covers("authentication:login")
def test_an_expired_form_says_what_to_do(visit: Visit) -> None:
    page = visit()
    page.goto("/login")
    page.context.clear_cookies()
    page.get_by_label("账号", exact=True).fill("liu_xiaoyan")
    page.get_by_label("密码", exact=True).fill("tongban-demo")
    page.get_by_role("main").get_by_role("button", name="登录").click()
    steps.heading(page, "页面停留太久，出于安全需要重新打开")
    expect(page.get_by_text("请返回上一页刷新后再提交")).to_be_visible()


@covers("portal:my", "applications:case", "applications:desk_case", "counter:intake")
@pytest.mark.parametrize("path", ["/my/applications/{0}", "/desk/cases/{0}", "/counter/{0}/received"])
def test_a_stranger_learns_nothing(visit: Visit, waiting: str, path: str) -> None:
    page = visit("wang_qiang")
    answer = page.goto(path.format(waiting))
    assert answer and answer.status in (403, 404)
    assert "周德福" not in page.content()
