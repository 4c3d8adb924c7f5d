"""文书: verified by anyone, worded and previewed by those who answer for them, served and proved at the desk."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.conftest import Visit
from tests.browser.instance import Instance
from tests.browser.visitors import PHONE, Care, Visitors, is_for_everyone

pytestmark = pytest.mark.browser
covers = pytest.mark.covers

NOBODY, APPLICANT, CLERK, REVIEWER, ADMINISTRATOR, HEAD = (
    "",
    "zhou_defu",
    "wang_min",
    "chen_li",
    "xu_ping",
    "qin_zhenghua",
)


@pytest.fixture(scope="module")
def places(instance: Instance) -> dict[str, str]:
    found: dict[str, str] = json.loads(instance.run("tests.browser.documents_cases"))
    return found


PAGES = [
    ("/apply/{draft}/address", APPLICANT),
    ("/verify/documents", NOBODY),
    ("/verify/documents/{code}", NOBODY),
    ("/desk/documents/templates", HEAD),
    ("/desk/documents/templates", ADMINISTRATOR),
    ("/desk/documents/templates/refusal", HEAD),
    ("/desk/documents/templates/refusal/versions/0", ADMINISTRATOR),
    ("/desk/cases/{number}/services", CLERK),
    ("/desk/cases/{number}/address", CLERK),
    ("/my/applications/{number}", APPLICANT),
    ("/my/applications/{number}/address", APPLICANT),
]


@covers(
    "applications:document_verify", "applications:document_verified", "applications:paper_templates",
    "applications:paper_template", "applications:paper_version", "applications:services", "applications:desk_address",
    "applications:address", "applications:draft_address",
)  # fmt: skip
@pytest.mark.parametrize("care", ["", "large"])
@pytest.mark.parametrize(("path", "actor"), PAGES)
def test_every_page_of_papers_is_for_everyone(
    visitors: Visitors, places: dict[str, str], path: str, actor: str, care: Care
) -> None:
    is_for_everyone(visitors.same(actor, care), path.format(**places), care=care, name=f"{path}-{actor}")


@covers("applications:document_verify")
def test_whoever_holds_a_paper_types_its_number_and_code(visit: Visit, places: dict[str, str]) -> None:
    page = visit(NOBODY, size=PHONE)
    page.goto("/verify/documents")
    page.get_by_label("文书编号").fill(places["document"])
    page.get_by_label("验证码").fill("WRONGWRONG22")
    steps.press(page, "查验")
    expect(page.get_by_role("alert").first).to_contain_text("没有查到这份文书")
    page.get_by_label("验证码").fill(places["code"].lower())
    steps.press(page, "查验")
    steps.heading(page, "查验结果")
    expect(page.get_by_text("● 有效").first).to_be_visible()
    expect(page.get_by_text("周德福")).to_have_count(0)


@covers(
    "applications:paper_template", "applications:paper_preview", "applications:paper_general",
    "applications:paper_version", "applications:paper_put_back", "applications:paper_mark",
)  # fmt: skip
def test_a_head_words_the_refusal_and_goes_back(visit: Visit) -> None:
    page = visit(HEAD)
    page.goto("/desk/documents/templates")
    page.get_by_label("机关代字").fill("云食药")
    steps.press(page, "保存代字")
    expect(page.get_by_text("机关代字已保存")).to_be_visible()
    page.get_by_role("link", name="不予决定书").click()

    page.get_by_label("正文", exact=True).fill("不批准。\n{谁说的}")
    steps.press(page, "保存为新版本")
    expect(page.get_by_role("alert").first).to_contain_text("正文第 2 行里没有“{谁说的}”这个变量")
    page.get_by_label("正文", exact=True).fill("经审查，不予批准。\n理由：{理由}")
    preview = page.request.post(
        "/desk/documents/templates/refusal/preview",
        form={
            "csrfmiddlewaretoken": page.locator("input[name=csrfmiddlewaretoken]").first.input_value(),
            **{part: page.locator(f"[name={part}]").input_value() for part in ("title", "text", "closing", "remedies", "contact", "sign")},
        },
        headers={"Referer": page.url},
    )  # fmt: skip
    assert preview.status == 200 and preview.body().startswith(b"%PDF")
    steps.press(page, "保存为新版本")
    expect(page.get_by_text("已保存为第 1 版")).to_be_visible()

    page.get_by_role("link", name=re.compile("平台自带的文字")).click()
    expect(page.get_by_text("现在有、这一版没有")).to_be_visible()
    steps.press(page, "用回这一版")
    expect(page.get_by_text("现在是第 2 版")).to_be_visible()
    steps.press(page, "恢复通用模板")
    expect(page.get_by_text("已恢复用通用模板")).to_be_visible()


@covers("applications:services", "applications:settle_service", "applications:service_file")
def test_mail_that_came_back_is_served_at_the_window(visit: Visit, places: dict[str, str]) -> None:
    page = visit(CLERK)
    page.goto(f"/desk/cases/{places['number']}/services")
    scan = page.request.get(f"/desk/cases/{places['number']}/services/{places['service']}/file")
    assert scan.status == 200 and scan.headers["content-type"] == "application/pdf"
    page.get_by_label("没有送达的原因").fill("原址查无此人")
    steps.press(page, "没有送达（退回）")
    expect(page.get_by_text("■ 没有送达").first).to_be_visible()

    page.get_by_role("link", name=re.compile("登记送达.*申请材料接收凭证")).click()
    page.get_by_label("签收人姓名").fill("周德福")
    page.get_by_label("与受送达人的关系").select_option("self")
    steps.press(page, "登记")
    expect(page.get_by_text("● 已送达").first).to_be_visible()
    expect(page.get_by_text("直接送达（窗口签收）").first).to_be_visible()


@covers("applications:address")
def test_the_applicant_confirms_where_papers_go(visit: Visit, places: dict[str, str]) -> None:
    page = visit(APPLICANT, size=PHONE)
    page.goto(f"/my/applications/{places['number']}/address")
    page.get_by_label("邮寄地址").fill("近")
    steps.press(page, "确认送达地址")
    expect(page.get_by_role("alert").first).to_contain_text("写得太短")
    page.get_by_label("邮寄地址").fill("云江区双榕镇中街 7 号")
    steps.press(page, "确认送达地址")
    expect(page.get_by_text("送达地址已确认")).to_be_visible()
