"""Signing in: by phone without JavaScript, with a second step, by a passkey of a virtual device; and what its owner sees of it."""

from __future__ import annotations

import re
from base64 import b32decode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import Visit
from tests.browser.instance import MOMENT, Instance
from tests.browser.visitors import is_accessible, log_in, looks_right
from tongban.authentication import totp_rules

pytestmark = pytest.mark.browser
covers = pytest.mark.covers


def read_the_phone(page: Page) -> str:
    """The last code, on the demo's phone in another tab."""
    other = page.context.new_page()
    other.goto("/demo/phone")
    text = other.get_by_role("listitem").filter(has_text="验证码").first.inner_text()
    other.close()
    found = re.search(r"验证码 (\d{6})", text)
    assert found
    return found.group(1)


@contextmanager
def sharing_a_phone(instance: Instance, one: str, other: str) -> Iterator[None]:
    """Both accounts' persons have the same number for a while."""
    whose = "(SELECT person_id FROM identity_account WHERE username = %s)"
    ((before,),) = instance.ask(f"SELECT phone_index FROM identity_person WHERE id = {whose}", other)
    instance.ask(
        f"UPDATE identity_person SET phone_index = (SELECT phone_index FROM identity_person WHERE id = {whose})"
        f" WHERE id = {whose}",
        one, other,
    )  # fmt: skip
    try:
        yield
    finally:
        instance.ask(f"UPDATE identity_person SET phone_index = %s WHERE id = {whose}", before, other)


@covers(
    "authentication:phone", "authentication:phone_code", "authentication:which", "authentication:security",
    "authentication:session_end", "authentication:sessions_end", "site:demo_phone",
)  # fmt: skip
def test_by_phone_without_javascript_and_out_again_from_elsewhere(visit: Visit, instance: Instance) -> None:
    elsewhere = visit(trace=False)
    log_in(elsewhere, "wang_qiang")
    page = visit(javascript=False)
    page.goto("/login?next=/my/licences")
    page.get_by_role("link", name="手机验证码", exact=True).click()
    with sharing_a_phone(instance, "lin_hao", "wang_qiang"):
        page.get_by_label("手机号").fill("199 0000 0104")
        steps.press(page, "获取验证码")
        expect(page.get_by_text("199****0104")).to_be_visible()
        code = page.get_by_label("短信里的 6 位数字")
        expect(code).to_have_attribute("autocomplete", "one-time-code")
        code.fill("12345")
        steps.press(page, "登录")
        expect(page.get_by_role("alert")).to_contain_text("验证码是 6 位数字")
        looks_right(page)
        code.fill(read_the_phone(page))
        steps.press(page, "登录")
        steps.heading(page, "登录哪个账号？")
        looks_right(page)
        assert "王强" not in page.content() and "林浩" not in page.content()
        page.get_by_role("radio", name=re.compile("王\\*")).check()
        steps.press(page, "登录")
    page.wait_for_url("**/my/licences")

    page.goto("/my/security")
    expect(page.get_by_text("就是这里")).to_be_visible()
    page.get_by_role("button", name=re.compile("^让它退出")).first.click()
    expect(page.get_by_text("那里已经退出登录")).to_be_visible()
    elsewhere.goto("/my")
    assert "/login" in elsewhere.url
    if (others := page.get_by_role("button", name="除了这里，都退出")).count():
        others.click()
    expect(page.get_by_role("button", name=re.compile("^让它退出"))).to_have_count(0)


@covers(
    "authentication:totp", "authentication:second", "authentication:recovery", "authentication:totp_removal",
    "authentication:confirm", "authentication:password",
)  # fmt: skip
def test_the_authenticator_is_asked_for_and_paper_stands_in(visit: Visit) -> None:
    page = visit()
    log_in(page, "lin_hao")
    page.goto("/my/security")
    page.get_by_role("link", name="开启动态口令").click()
    secret = page.locator("b.num").inner_text().replace(" ", "")
    step = totp_rules.step_of(datetime.fromisoformat(MOMENT))
    page.get_by_label("6 位数字").fill(totp_rules.code_at(b32decode(secret), step))
    steps.press(page, "开启")
    steps.heading(page, "请收好这 10 个备用码")
    looks_right(page)
    is_accessible(page)
    paper = page.locator("main ol li").all_inner_texts()

    page.get_by_role("button", name="退出").first.click()
    log_in_first_step(page, "lin_hao")
    steps.heading(page, "再确认一次是您本人")
    is_accessible(page)
    code = page.get_by_label("动态口令，或者一个备用码")
    code.fill("000000")
    steps.press(page, "登录")
    expect(page.get_by_role("alert").first).to_contain_text("动态口令不对")
    code.fill(paper[0])
    steps.press(page, "登录")
    page.wait_for_url(lambda url: "/login" not in url)

    page.goto("/confirm?next=/my/security")
    page.get_by_label("密码", exact=True).fill("tongban-demo")
    steps.press(page, "用密码确认")
    expect(page.get_by_text("还有 9 个没用过")).to_be_visible()
    page.get_by_role("button", name="关闭动态口令").click()
    expect(page.get_by_text("动态口令已关闭")).to_be_visible()


def log_in_first_step(page: Page, username: str) -> None:
    page.goto("/login")
    page.get_by_label("账号", exact=True).fill(username)
    page.get_by_label("密码", exact=True).fill("tongban-demo")
    page.get_by_role("main").get_by_role("button", name="登录", exact=True).click()


@covers(
    "authentication:passkeys", "authentication:passkey_new", "authentication:passkey_new_challenge",
    "authentication:passkey", "authentication:passkey_challenge", "authentication:passkey_removal",
    "authentication:confirm_challenge",
)  # fmt: skip
def test_a_passkey_of_a_virtual_device_signs_in(visit: Visit, instance: Instance) -> None:
    home = instance.url.replace("127.0.0.1", "localhost")
    page = visit()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                "isUserVerified": True, "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip
    page.goto(f"{home}/login")
    log_in(page, "lin_hao")
    page.goto(f"{home}/my/security/passkeys")
    page.get_by_label("起个名字").fill("我的电脑")
    steps.press(page, "登记这台设备")
    steps.heading(page, "请收好这 10 个备用码")
    page.get_by_role("button", name="退出").first.click()

    page.goto(f"{home}/login?next=/my/security")
    steps.press(page, "使用通行密钥")
    steps.heading(page, "登录与安全")
    expect(page.get_by_text("登录（通行密钥）").first).to_be_visible()
    page.goto(f"{home}/confirm?next=/my/security/passkeys")
    steps.press(page, "用通行密钥确认")
    expect(page.get_by_text("我的电脑").first).to_be_visible()
    is_accessible(page)
    page.get_by_role("button", name="删去：我的电脑").click()
    expect(page.get_by_text("通行密钥已删去")).to_be_visible()

    page.get_by_role("button", name="退出").first.click()
    page.goto(f"{home}/login")
    steps.press(page, "使用通行密钥")
    expect(page.get_by_role("alert").first).to_contain_text("没有登记这个通行密钥")
