"""消息: how I am told, letters for who can't be reached, texts that are worded by those who answer for them."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.conftest import Visit
from tests.browser.instance import Instance
from tests.browser.visitors import PHONE, Care, Visitors, is_for_everyone, looks_right
from tongban.channels.tests.post_office import PostOffice, opened

pytestmark = pytest.mark.browser
covers = pytest.mark.covers

APPLICANT, CLERK, REVIEWER, SUPERVISOR = "zhou_defu", "wang_min", "chen_li", "meng_fan"
ADMINISTRATOR, HEAD = "xu_ping", "qin_zhenghua"


@pytest.fixture(scope="module")
def office(instance: Instance) -> Iterator[PostOffice]:
    with opened(port=instance.mail_port) as one:
        yield one


@pytest.fixture(scope="module")
def places(instance: Instance) -> dict[str, str]:
    found: dict[str, str] = json.loads(instance.run("tests.browser.notices_cases"))
    instance.settle(patience=240.0)  # the demo catalogue is judged first
    return found


PAGES = [
    ("/my/messages", APPLICANT),
    ("/my/messages?unread=1", APPLICANT),
    ("/my/notices", APPLICANT),
    ("/my/notices", REVIEWER),
    ("/desk/notices/letters", REVIEWER),
    ("/desk/notices/letters?printed=1", CLERK),
    ("/desk/notices/failures", SUPERVISOR),
    ("/desk/notices/templates", ADMINISTRATOR),
    ("/desk/notices/templates", HEAD),
    ("/desk/notices/templates/corrected", ADMINISTRATOR),
    ("/desk/notices/templates/corrected", HEAD),
    ("/desk/cases/{number}", REVIEWER),
    ("/my/applications/{number}", SUPERVISOR),
]


@covers("notices:settings", "notices:letters", "notices:failures", "notices:templates", "notices:template")
@pytest.mark.parametrize("care", ["", "large"])
@pytest.mark.parametrize(("path", "actor"), PAGES)
def test_every_page_of_notices_is_for_everyone(
    visitors: Visitors, places: dict[str, str], path: str, actor: str, care: Care
) -> None:
    is_for_everyone(visitors.same(actor, care), path.format(**places), care=care, name=f"{path}-{actor}")


def came(office: PostOffice, count: int) -> str:
    """The words of the mail that came as the `count`th."""
    until = time.monotonic() + 20
    while len(office.taken) < count:
        assert time.monotonic() < until, f"{len(office.taken)} of {count} mails came"
        time.sleep(0.1)
    return str(office.taken[count - 1].get_content())


@covers("notices:mail", "notices:mail_confirmation", "notices:mail_removal")
def test_a_mail_address_is_used_once_its_owner_confirmed_it(
    visit: Visit, office: PostOffice, instance: Instance
) -> None:
    page = visit(APPLICANT, size=PHONE)
    page.goto("/my/messages")
    page.get_by_role("link", name="怎么通知我").click()
    steps.heading(page, "怎么通知我")
    expect(page.get_by_role("radio", name="邮件", exact=True)).to_have_count(0)

    page.get_by_label("电子邮箱", exact=True).last.fill("周德福@")
    steps.press(page, "发送验证码")
    expect(page.get_by_role("alert").first).to_contain_text("电子邮箱写得不对")
    assert page.title().startswith("错误：")
    page.get_by_label("电子邮箱", exact=True).last.fill("defu@example.org")
    steps.press(page, "发送验证码")
    expect(page.get_by_text("验证码已发到您的邮箱")).to_be_visible()
    code = re.search(r"验证码是 (\d{6})", came(office, 1))
    assert code and office.taken[0]["To"] == "defu@example.org"

    page.get_by_label("邮件里的验证码").fill("000000" if code[1] != "000000" else "111111")
    steps.press(page, "确认邮箱")
    expect(page.get_by_role("alert").first).to_contain_text("验证码不对")
    page.get_by_label("邮件里的验证码").fill(code[1])
    steps.press(page, "确认邮箱")
    expect(page.get_by_text("● 已确认")).to_be_visible()

    page.get_by_role("radio", name="邮件", exact=True).check()
    steps.press(page, "保存")
    expect(page.get_by_text("通知方式已保存")).to_be_visible()
    instance.run("tests.browser.cases", "1")
    assert "的申请已收到" in came(office, 2)

    steps.press(page, "删除邮箱")
    expect(page.get_by_text("邮箱已删除")).to_be_visible()
    expect(page.get_by_role("radio", name="短信", exact=True)).to_be_checked()


@covers("notices:letter", "notices:print_letter")
def test_a_letter_is_printed_once_and_it_is_known_by_whom(visit: Visit, places: dict[str, str]) -> None:
    page, late = visit(REVIEWER), visit(CLERK)
    for each in (page, late):
        each.goto("/desk/notices/letters")
        steps.heading(each, "待打印信函")
    row = page.get_by_role("row").filter(has_text="申请不予受理")
    expect(row).to_contain_text("没有能用的手机号和邮箱")
    target = str(row.locator("form").get_attribute("action"))
    late_button = late.locator(f"form[action='{target}']").get_by_role("button")

    with page.context.expect_page():
        row.get_by_role("button").click()
    page.goto("/desk/notices/letters?printed=1")
    done = page.get_by_role("row").filter(has_text="申请不予受理")
    expect(done).to_contain_text("陈")
    link = done.get_by_role("link").get_attribute("href")
    paper = page.request.get(str(link))
    assert paper.headers["content-type"] == "application/pdf" and paper.body().startswith(b"%PDF")

    with late.context.expect_page() as opened_page:
        late_button.click()
    expect(opened_page.value.get_by_role("alert").first).to_contain_text("这封信已由")


def test_what_did_not_arrive_is_seen_at_the_case_and_by_the_supervisor(visit: Visit, places: dict[str, str]) -> None:
    case = visit(REVIEWER)
    case.goto(f"/desk/cases/{places['number']}")
    side = case.get_by_role("region", name="送达状态")
    expect(side).to_contain_text("退回")
    expect(side).to_contain_text("号码不存在或已停机")

    page = visit(SUPERVISOR)
    page.goto("/desk/notices/failures")
    row = page.get_by_role("row").filter(has_text="需要您补正材料").first
    expect(row).to_contain_text("号码不存在或已停机")
    expect(row).to_contain_text("信函：待打印")
    assert "19911112222" not in page.content()


@covers("notices:phone")
def test_a_person_says_that_the_number_is_right(visit: Visit, instance: Instance) -> None:
    instance.run("tests.browser.notices_cases", "bounce")
    page = visit("wang_qiang", size=PHONE, care="large")
    page.goto("/my/notices")
    expect(page.get_by_text("▲ 短信送不到")).to_be_visible()
    looks_right(page)
    steps.press(page, "号码没有变，恢复发短信")
    expect(page.get_by_text("下次有消息会再发到这个号码")).to_be_visible()
    expect(page.get_by_text("▲ 短信送不到")).to_have_count(0)


@covers("notices:template_preview", "notices:hours")
def test_the_administrator_words_a_notice_and_is_told_what_does_not_exist(visit: Visit) -> None:
    page = visit(ADMINISTRATOR)
    page.goto("/desk/notices/templates")
    page.get_by_role("link", name="转报上级").click()
    steps.heading(page, "转报上级")
    page.get_by_label("站内消息").fill("《{事项}》已报{上级单位}决定。")
    steps.press(page, "保存为新版本")
    expect(page.get_by_role("alert").first).to_contain_text(
        "站内消息里没有“{上级单位}”这个变量。可以用：{事项}、{编号}、{部门}、{上级}"
    )
    expect(page.get_by_label("站内消息")).to_have_value("《{事项}》已报{上级单位}决定。")

    page.get_by_label("站内消息").fill("《{事项}》已报{上级}决定。")
    page.get_by_label("短信").fill("您的“{事项}”已报{上级}决定。")
    steps.press(page, "预览")
    preview = page.get_by_role("region", name="预览")
    expect(preview).to_contain_text("还没有保存")
    expect(preview).to_contain_text("《食品经营许可新办》已报重庆市市场监督管理局决定。")
    expect(preview).to_contain_text("按 1 条计费")
    steps.press(page, "保存为新版本")
    expect(page.get_by_text("已保存为第 2 版")).to_be_visible()
    expect(page.get_by_role("region", name="版本")).to_contain_text("平台自带")

    page.goto("/desk/notices/templates")
    page.get_by_label("从", exact=True).fill("晚上")
    steps.press(page, "保存时段")
    expect(page.get_by_role("alert").first).to_contain_text("时间写成 21:00 这样")
    page.get_by_label("从", exact=True).fill("21:30")
    steps.press(page, "保存时段")
    expect(page.get_by_text("免打扰时段已保存")).to_be_visible()
    expect(page.get_by_label("从", exact=True)).to_have_value("21:30")


@covers("notices:template_general")
def test_a_head_words_for_the_own_body_and_goes_back(visit: Visit) -> None:
    page = visit(HEAD)
    page.goto("/desk/notices/templates/amended")
    page.get_by_label("标题").fill("文书改了几个字")
    steps.press(page, "保存为新版本")
    expect(page.get_by_text("已保存为第 1 版")).to_be_visible()
    steps.press(page, "恢复通用模板")
    expect(page.get_by_text("已恢复用通用模板")).to_be_visible()
    expect(page.get_by_label("标题")).to_have_value("文书有更正")
