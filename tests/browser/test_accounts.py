"""账号中心: registered without JavaScript, claimed by a face and at the window, proved, authorised, merged, brought over, left."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import Visit
from tests.browser.instance import Instance
from tests.browser.visitors import PHONE, is_accessible, log_in, looks_right

pytestmark = pytest.mark.browser
covers = pytest.mark.covers

LI_XIAOMAN, QIN_GUOQING = "500199199304126048", "500199197610015136"
"""Registered, and without an account."""


@pytest.fixture(scope="module")
def people(instance: Instance) -> dict[str, str]:
    return json.loads(instance.run("tests.browser.people_cases"))  # type: ignore[no-any-return]


def read_the_phone(page: Page) -> str:
    """The last code, on the demo's phone in another tab."""
    other = page.context.new_page()
    other.goto("/demo/phone")
    text = other.get_by_role("listitem").filter(has_text="验证码").first.inner_text()
    other.close()
    found = re.search(r"验证码 (\d{6})", text)
    assert found
    return found.group(1)


def send_and_type_the_code(page: Page) -> None:
    page.get_by_role("button", name="发送验证码").click()
    expect(page.get_by_text(re.compile("^验证码已发"))).to_be_visible()
    page.get_by_label("短信验证码").fill(read_the_phone(page))


def register(page: Page, name: str, number: str, phone: str) -> None:
    page.goto("/register")
    page.get_by_label("姓名", exact=True).fill(name)
    page.get_by_label("证件号码").fill(number)
    page.get_by_label("手机号", exact=True).fill(phone)
    send_and_type_the_code(page)
    expect(page.get_by_label("姓名", exact=True)).to_have_value(name)
    page.get_by_role("main").get_by_role("button", name="注册").click()


@covers("accounts:register", "accounts:register_code", "accounts:verify")
def test_a_newcomer_registers_on_a_phone_without_javascript(visit: Visit, people: dict[str, str]) -> None:
    page = visit(javascript=False, size=PHONE)
    register(page, "苏梓涵", people["newcomer"], "19900000471")
    steps.heading(page, "我的")
    page.get_by_role("link", name="身份认证").click()
    expect(page.get_by_text("姓名、证件号码和手机号核对一致").first).to_be_visible()
    looks_right(page)


@covers(
    "accounts:claim", "accounts:claim_face", "accounts:claim_face_result", "accounts:claim_at_window", "accounts:seen",
)  # fmt: skip
def test_who_is_known_claims_by_a_face_or_at_the_window(visit: Visit, people: dict[str, str]) -> None:
    first = visit()
    register(first, "黎小曼", LI_XIAOMAN, "19900000301")
    steps.heading(first, "还差一步：确认是您本人")
    looks_right(first)
    is_accessible(first)
    first.get_by_role("button", name="开始核验").click()
    first.get_by_role("button", name="我已完成").click()
    expect(first.get_by_text("认领成功")).to_be_visible()

    second, clerk = visit(), visit("wang_min")
    register(second, "覃国庆", QIN_GUOQING, "19900000302")
    clerk.goto("/desk/people/seen")
    clerk.get_by_label("证件号码").fill(QIN_GUOQING)
    clerk.get_by_label("姓名", exact=True).fill("覃国庆")
    clerk.get_by_label("看过证件原件").check()
    clerk.keyboard.press("F9")
    steps.heading(clerk, "认领账号")
    looks_right(clerk)
    clerk.keyboard.press("F9")
    expect(clerk.get_by_text("覃国庆：账号已认领")).to_be_visible()
    second.goto("/my")
    expect(second.get_by_text("还差一步")).to_have_count(0)


@covers(
    "accounts:verify", "accounts:verify_code", "accounts:verify_real_name", "accounts:verify_face",
    "accounts:verify_face_result", "accounts:leaving", "accounts:leaving_code",
)  # fmt: skip
def test_one_proves_oneself_step_by_step_and_leaves(visit: Visit, people: dict[str, str]) -> None:
    page = visit()
    log_in(page, "dai_wenjing")
    page.goto("/my/verify?level=face&next=/my/licences")
    page.get_by_label("手机号", exact=True).fill("19900000462")
    send_and_type_the_code(page)
    page.get_by_role("button", name="核对并认证").click()
    steps.heading(page, "我的证照")
    page.goto("/my/verify?level=face&next=/my/licences")
    page.get_by_role("button", name="开始核验").click()
    page.get_by_role("button", name="我已完成").click()
    steps.heading(page, "我的证照")
    page.goto("/my/verify")
    expect(page.get_by_text("刷脸或网证核验").first).to_be_visible()

    page.goto("/my/leaving")
    looks_right(page)
    is_accessible(page)
    send_and_type_the_code(page)
    page.get_by_label("输入“注销”两个字").fill("注销")
    page.get_by_role("button", name="注销我的账号").click()
    expect(page.get_by_text("账号已注销")).to_be_visible()
    page.goto("/my")
    steps.heading(page, "登录")


@covers("accounts:organisations", "accounts:organisation_new", "accounts:organisation", "accounts:handler_end")
def test_a_legal_representative_registers_an_enterprise_and_ends_a_handler(visit: Visit) -> None:
    page = visit("lin_hao")
    page.goto("/my/organisations")
    looks_right(page)
    page.get_by_role("link", name="登记我的企业").click()
    page.get_by_label("统一社会信用代码").fill("91500199MAYJ9901XL")
    page.get_by_role("button", name="核对并登记").click()
    expect(page.get_by_role("alert").filter(has_text="没有以您为法定代表人")).to_be_visible()
    looks_right(page)
    page.goto("/my/organisations")
    page.get_by_role("link", name="管理经办人").click()
    looks_right(page)
    is_accessible(page)
    row = page.get_by_role("row").filter(has_text="陶思远")
    expect(row).to_contain_text("有效")
    row.get_by_role("button", name="结束").click()
    expect(page.get_by_role("row").filter(has_text="陶思远")).to_contain_text("已结束")


def both_cards_are_seen(clerk: Page, card: str) -> None:
    for kind, number, issuer, name in (("居民身份证", card, "", "应小雨"), ("护照", "E77001122", "CHN", "YING XIAOYU")):
        clerk.goto("/desk/people/seen")
        clerk.get_by_label("证件种类").select_option(kind)
        clerk.get_by_label("证件号码").fill(number)
        if issuer:
            clerk.get_by_label("护照国家码").fill(issuer)
        clerk.get_by_label("姓名", exact=True).fill(name)
        clerk.get_by_label("看过证件原件").check()
        clerk.keyboard.press("F9")
        expect(clerk.get_by_text(re.compile(f"{name}：已当面核验"))).to_be_visible()


@covers(
    "accounts:merging", "accounts:merging_pair", "accounts:merging_undo", "accounts:migrations", "accounts:migration",
    "accounts:migrated_decision",
)  # fmt: skip
def test_an_administrator_merges_parts_and_recognises(visit: Visit, people: dict[str, str]) -> None:
    page = visit("xu_ping")
    page.goto("/desk/people/merging")
    page.get_by_label("留下的证件号码").fill(people["twice"])
    page.get_by_label("并入的证件种类").select_option("护照")
    page.get_by_label("并入的证件号码").fill("E77001122")
    page.get_by_label("并入的护照国家码").fill("CHN")
    page.keyboard.press("F9")
    steps.heading(page, "核对两个登记")
    looks_right(page)
    is_accessible(page)
    page.get_by_label("为什么是同一个人").fill("护照与身份证人像、生日一致")
    page.keyboard.press("F9")
    expect(page.get_by_role("alert").first).to_contain_text("要有综窗人员先当面核验两个证件")
    both_cards_are_seen(visit("wang_min"), people["twice"])
    page.keyboard.press("F9")
    row = page.get_by_role("row").filter(has_text="应小雨、YING XIAOYU")
    row.locator("summary").click()
    looks_right(page)
    is_accessible(page)
    row.get_by_label("撤销的理由").fill("是同名的另一个人")
    row.get_by_role("button", name="确认撤销").click()
    expect(page.get_by_role("row").filter(has_text="应小雨、YING XIAOYU")).to_contain_text("已撤销")

    page.goto("/desk/people/migration")
    looks_right(page)
    is_accessible(page)
    page.get_by_role("link", name="区民政局养老服务系统").click()
    expect(page.get_by_role("row").filter(has_text="校验位不对")).to_be_visible()
    looks_right(page)
    is_accessible(page)
    page.get_by_role("radio", name=re.compile("就是王强")).check()
    page.get_by_role("button", name=re.compile("^确定")).click()
    expect(page.get_by_text("第 4 行已处理")).to_be_visible()
