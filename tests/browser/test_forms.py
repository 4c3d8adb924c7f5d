"""Forms that listen: fields appear as one chooses, rows come and go, with JavaScript and without; a draft goes on."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import Visit
from tests.browser.visitors import PHONE, is_accessible, looks_right

pytestmark = pytest.mark.browser
covers = pytest.mark.covers

ALLOWANCE = "992011012000"
MEMBER_ID = "11010519491231002X"


@covers("applications:form", "applications:go_on")
@pytest.mark.parametrize("javascript", [True, False])
def test_a_family_is_entered_member_by_member(visit: Visit, javascript: bool) -> None:
    page = visit("zhou_defu" if javascript else "liu_xiaoyan", javascript=javascript, size=PHONE)
    begin(page)
    steps.heading(page, "共同生活的家庭成员")
    steps.press(page, "添加家庭成员")
    page.get_by_label("成员姓名").fill("陈小禾")
    steps.choose(page, "子女")
    page.get_by_label("成员公民身份号码").fill(MEMBER_ID)
    income = page.get_by_label("上月收入")
    expect(income).to_be_hidden()
    steps.choose(page, "是")
    if javascript:
        expect(income).to_be_visible()
        looks_right(page)
        is_accessible(page)
        steps.next_step(page)
    else:
        steps.next_step(page)
        expect(page.get_by_text("按您的选择，还有几项要填")).to_be_visible()
        expect(income).to_be_visible()
        steps.next_step(page)
    expect(page.get_by_role("link", name=re.compile("请填写“上月收入”"))).to_be_visible()
    income.fill("1200.50")
    steps.press(page, "添加家庭成员")
    expect(page.get_by_role("group", name="家庭成员 2")).to_be_visible()
    expect(income.first).to_have_value("1200.50")
    steps.press(page, "删除家庭成员 2")
    steps.next_step(page)
    steps.heading(page, "家庭情况")

    page.goto("/my")
    page.get_by_role("link", name=re.compile("最低生活保障")).first.click()
    steps.heading(page, "家庭情况")


def begin(page: Page) -> None:
    page.goto(f"/items/{ALLOWANCE}/application?hardship=low_income&marriage=single&agent=self")
    steps.heading(page, "您是哪种情况？")
    steps.next_step(page)
    steps.heading(page, "申请人信息")
    expect(page.get_by_text("来自登录信息，请核对").first).to_be_visible()
    page.get_by_label("手机号码").fill("13800000000")
    page.get_by_label("现住址").fill("云江区听澜街道正街1号")
    steps.next_step(page)


@covers("counter:intake")
def test_the_window_enters_the_same_form_on_one_page(visit: Visit) -> None:
    page = visit("wang_min")
    page.goto("/counter?q=最低生活保障")
    page.get_by_role("radio", name=re.compile("最低生活保障")).first.check()
    page.get_by_label("身份证号码").fill(MEMBER_ID)
    page.get_by_label("姓名", exact=False).first.fill("陈阿婆")
    page.get_by_role("button", name=re.compile("开始收件")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("最低生活保障"))
    plate = page.get_by_label("机动车号牌")
    expect(plate).to_be_hidden()
    page.get_by_role("group", name=re.compile("有没有机动车")).get_by_role("radio", name="是", exact=True).check()
    expect(plate).to_be_visible()
    plate.fill("渝A12345")
    page.get_by_role("button", name="添加家庭成员").click()
    expect(page.get_by_label("成员姓名")).to_be_visible()
    expect(plate).to_have_value("渝A12345")


@covers("catalog:form_pdf", "applications:draft_form")
def test_the_same_form_comes_on_paper(visit: Visit) -> None:
    page = visit("zhou_defu")
    page.goto(f"/items/{ALLOWANCE}/application?hardship=low_income&marriage=single&agent=self")
    draft = re.sub(r"(/apply/[^/]+).*", r"\1", page.url)
    for address in (f"/items/{ALLOWANCE}/form.pdf", f"{draft}/form.pdf"):
        answer = page.request.get(address)
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.body().startswith(b"%PDF")
