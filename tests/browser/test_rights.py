"""The applicant in the wider procedure: supplies, asks for a hearing, writes and is answered, complains, learns the remedies."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.conftest import Visit
from tests.browser.instance import Instance
from tests.browser.visitors import PHONE, Care, Visitors, is_for_everyone

pytestmark = pytest.mark.browser
covers = pytest.mark.covers

APPLICANT, REVIEWER = "zhou_defu", "chen_li"


@pytest.fixture(scope="module")
def places(instance: Instance) -> dict[str, str]:
    found: dict[str, str] = json.loads(instance.run("tests.browser.rights_cases"))
    instance.settle(patience=240.0)  # the demo catalogue is judged first
    return found


PAGES: list[tuple[str, str]] = [
    *((f"/my/applications/{{{state}}}", APPLICANT) for state in (
        "accepted", "provisional", "busy", "lapsed", "deemed", "refused", "revoked", "amended", "forwarded",
        "terminated", "made", "reopened", "recorded",
    )),
    ("/my/applications/{provisional}/supply", APPLICANT),
    ("/my/applications/{accepted}/hearing", APPLICANT),
    ("/my/applications/{refused}/remedies", APPLICANT),
    ("/my/applications/{granted}/remedies", APPLICANT),
    ("/my/applications/{written}/messages", APPLICANT),
    ("/my/applications/{accepted}/messages", APPLICANT),
    ("/my/applications/{busy}/clock", APPLICANT),
    ("/my/applications/{accepted}/complaint", APPLICANT),
    ("/desk/cases/{written}/messages", REVIEWER),
    ("/my/applications/{busy}", REVIEWER),
]  # fmt: skip


@pytest.mark.parametrize("care", ["", "large"])
@pytest.mark.parametrize(("path", "actor"), PAGES)
def test_every_page_of_rights_is_for_everyone(
    visitors: Visitors, places: dict[str, str], path: str, actor: str, care: Care
) -> None:
    is_for_everyone(visitors.same(actor, care), path.format(**places), care=care, name=f"{path}-{actor}")


@covers("applications:supply")
def test_a_paper_that_may_follow_is_supplied_by_phone(visit: Visit, places: dict[str, str]) -> None:
    page = visit(APPLICANT, size=PHONE)
    page.goto(f"/my/applications/{places['follows']}")
    page.get_by_role("link", name="去补交").click()
    steps.heading(page, "补交材料")
    steps.press(page, "补交")
    expect(page.get_by_role("alert").first).to_contain_text("还缺：经营场所布局图")
    assert page.title().startswith("错误：")
    page.get_by_label("选择文件或拍照").set_input_files(steps.layout_plan())
    steps.press(page, "补交")
    expect(page.get_by_text("材料已补齐")).to_be_visible()
    expect(page.get_by_text("去补交")).to_have_count(0)


@covers("applications:hearing")
def test_a_hearing_is_asked_for_once_and_costs_nothing(visit: Visit, places: dict[str, str]) -> None:
    page = visit(APPLICANT)
    page.goto(f"/my/applications/{places['hearing']}")
    page.get_by_role("link", name="申请听证").click()
    expect(page.get_by_text("您不用交任何费用")).to_be_visible()
    steps.press(page, "提交听证申请")
    expect(page.get_by_role("alert").first).to_contain_text("请写明申请听证的理由")
    page.get_by_label("申请听证的理由").fill("想当面说明灶台的位置")
    steps.press(page, "提交听证申请")
    expect(page.get_by_text("听证申请已提交")).to_be_visible()
    expect(page.get_by_text("时间地点提前七日通知您。您不用承担费用")).to_be_visible()
    expect(page.get_by_role("link", name="申请听证")).to_have_count(0)


@covers("applications:messages", "applications:desk_messages", "applications:message_file")
@pytest.mark.parametrize("javascript", [True, False])
def test_a_question_with_a_picture_is_answered(visit: Visit, places: dict[str, str], javascript: bool) -> None:
    number = places["accepted" if javascript else "granted"]
    asks = visit(APPLICANT, size=PHONE, javascript=javascript)
    asks.goto(f"/my/applications/{number}")
    asks.get_by_role("link", name="给经办部门留言").click()
    asks.get_by_label("留言", exact=True).fill("这样画布局图行吗？")
    asks.get_by_label(re.compile("^附件")).set_input_files(steps.layout_plan())
    steps.press(asks, "发送")
    expect(asks.get_by_text("已发送")).to_be_visible()

    answers = visit(REVIEWER, javascript=javascript)
    answers.goto(f"/desk/cases/{number}")
    expect(answers.get_by_text("有未读")).to_be_visible()
    answers.get_by_role("link", name="与申请人的留言").click()
    expect(answers.get_by_text("这样画布局图行吗？")).to_be_visible()
    file = answers.get_by_role("link", name="附件（JPG）").get_attribute("href")
    assert file and answers.request.get(file).headers["content-type"] == "image/jpeg"
    answers.get_by_label("留言", exact=True).fill("可以，把尺寸标上。")
    if javascript:
        answers.keyboard.press("F9")
    else:
        answers.get_by_role("button", name=re.compile("发送")).click()
    expect(answers.get_by_text("可以，把尺寸标上。")).to_be_visible()

    asks.goto(f"/my/applications/{number}")
    expect(asks.get_by_text("1 条未读")).to_be_visible()
    asks.get_by_role("link", name=re.compile("给经办部门留言")).click()
    expect(asks.get_by_text("可以，把尺寸标上。")).to_be_visible()
    expect(asks.get_by_text("对方已读")).to_be_visible()


@covers("applications:remedies", "evaluations:complain")
def test_who_is_refused_learns_the_remedies_and_may_complain(visit: Visit, places: dict[str, str]) -> None:
    page = visit(APPLICANT, size=PHONE, care="large")
    page.goto(f"/my/applications/{places['refused']}")
    page.get_by_role("link", name="权利救济：不服怎么办").click()
    steps.heading(page, "不服怎么办")
    for way in ("行政复议", "行政诉讼"):
        expect(page.get_by_role("region", name=way, exact=True)).to_contain_text(re.compile(r"最晚 \d{4}年\d+月\d+日"))
    paper = page.get_by_role("link", name="下载不予决定书（PDF）").get_attribute("href")
    assert paper and page.request.get(paper).body().startswith(b"%PDF")

    page.goto(f"/my/applications/{places['refused']}/complaint")
    page.get_by_label("具体情况").fill("问了三次都说等通知")
    steps.press(page, "提交投诉")
    expect(page.get_by_role("alert").first).to_contain_text("请选择投诉什么")
    page.get_by_role("radio", name="服务态度").check()
    steps.press(page, "提交投诉")
    expect(page.get_by_text("投诉已收到")).to_be_visible()
    expect(page.get_by_text("正在处理")).to_be_visible()


def test_the_papers_of_a_busy_case_open(visit: Visit, places: dict[str, str]) -> None:
    page = visit(APPLICANT)
    page.goto(f"/my/applications/{places['busy']}")
    papers: list[Any] = page.get_by_role("region", name="文书").get_by_role("link").all()
    titles = [paper.inner_text() for paper in papers]

    assert any("延长办理期限告知书" in title for title in titles)
    assert sum("不计入办理期限告知书" in title for title in titles) == 2
    for paper in papers:
        assert page.request.get(paper.get_attribute("href") or "").body().startswith(b"%PDF")
    page.goto(f"/my/applications/{places['busy']}/clock")
    pdf = page.get_by_role("link", name="下载 PDF").get_attribute("href")
    assert pdf and page.request.get(pdf).body().startswith(b"%PDF")
