"""Signing in otherwise than by a password of one's own."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import steps
from tests.browser.conftest import Visit
from tests.browser.instance import MOMENT, Instance
from tests.browser.visitors import PHONE, Visitors, is_accessible, log_in, looks_right

pytestmark = pytest.mark.browser
covers = pytest.mark.covers


@pytest.fixture
def city(instance: Instance) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tongban.site.demo.municipal", "--port", str(instance.municipal_port), "--now", MOMENT],
        stdout=subprocess.PIPE, text=True, env=instance.environ,
    )  # fmt: skip
    try:
        assert process.stdout and process.stdout.readline().startswith("http")
        yield
    finally:
        process.terminate()
        process.wait(10)


@covers("authentication:municipal", "authentication:municipal_back")
def test_a_citizen_comes_in_by_the_city(visit: Visit, city: None) -> None:
    page = visit()
    page.goto("/login?next=/my/licences")
    page.get_by_role("link", name="市统一身份认证").click()
    page.get_by_role("link", name="刘晓燕").click()

    page.wait_for_url("**/my/licences")
    expect(page.get_by_role("link", name="刘晓燕")).to_be_visible()


@covers("authentication:switch", "authentication:step_aside")
def test_users_change_at_a_counter_by_keyboard_alone(visit: Visit) -> None:
    """What the one before has not handed in yet stays theirs, to the last word typed."""
    page = visit()
    log_in(page, "wang_min")  # for this test alone: the session ends in it
    keys, typing = page.keyboard, "云江农村商业银行双榕支行"
    page.goto("/counter")
    page.get_by_label("查找事项").fill("高龄津贴")
    steps.press(page, "查找 F3")
    page.get_by_role("radio", name=re.compile("高龄津贴")).check()
    page.get_by_label("身份证号码").fill("500199194508153010")
    keys.press("F9")
    steps.heading(page, re.compile("高龄津贴"))
    page.wait_for_load_state("networkidle")
    draft = page.url
    page.get_by_label("开户银行").focus()
    keys.insert_text(typing)

    keys.press("F10")
    expect(page.get_by_role("radio", name="王敏")).to_be_focused()
    looks_right(page)
    is_accessible(page)
    keys.press("ArrowDown")
    keys.press("Tab")
    keys.type("770341")
    keys.press("Tab")
    keys.type("990000000002")
    keys.press("Enter")
    page.wait_for_url("**/counter")
    expect(page.get_by_role("link", name="谭玉兰")).to_be_visible()
    answer = page.goto(draft)
    assert answer and answer.status == 404

    page.goto("/counter")
    keys.press("F10")
    expect(page.get_by_role("radio", name="王敏")).to_be_focused()
    keys.press("Tab")
    keys.type("802513")
    keys.press("Enter")
    page.wait_for_url("**/counter")
    page.goto(draft)
    expect(page.get_by_label("开户银行")).to_have_value(typing)


@pytest.mark.parametrize("memory", ["files", "pages"])
def test_after_a_change_of_users_back_shows_nothing_of_the_one_before(
    memory: str, visitors: Visitors, remembering_browser: Browser, visit: Visit
) -> None:
    whole = Visitors(remembering_browser, visitors.url, faults=visitors.faults)
    page = whole.visit(trace=False) if memory == "pages" else visit()
    keys = page.keyboard
    log_in(page, "wang_min")
    page.goto("/my/security")
    steps.heading(page, "登录与安全")
    page.goto("/counter")
    page.wait_for_load_state("networkidle")
    keys.press("F10")
    expect(page.get_by_role("radio", name="王敏")).to_be_focused()

    page.go_back(
        wait_until="commit"
    )  # Alt+Left is the window's, and there is none here; out of memory nothing is loaded
    page.wait_for_url("**/login**")
    expect(page.get_by_role("link", name="王敏")).to_have_count(0)


@covers(
    "authentication:card_stop", "authentication:card_resume", "authentication:card_pin", "authentication:own_pin",
)  # fmt: skip
def test_a_lost_card_is_stopped_and_comes_back_with_another_pin(visit: Visit, instance: Instance) -> None:
    (card,) = instance.ask(
        "SELECT c.public_id FROM authentication_card c JOIN identity_account a ON a.id = c.account_id"
        " WHERE a.username = 'tan_yulan'"
    )[0]
    page = visit("xu_ping")
    page.goto(f"/desk/cards/{card}")
    page.get_by_role("radio", name="挂失").check()
    page.get_by_label("原因").fill("本人报告遗失")
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("挂失").first).to_be_visible()
    page.get_by_role("button", name="恢复使用").click()
    expect(page.get_by_text("在用").first).to_be_visible()
    page.get_by_label("新的 PIN").fill("591702")
    page.get_by_role("button", name="换 PIN").click()
    expect(page.get_by_text("已设好新的 PIN")).to_be_visible()

    holder = visit()
    holder.goto("/login/card?next=/counter")
    holder.get_by_label("卡号").fill("990000000002")
    holder.get_by_label("PIN").fill("591702")
    holder.keyboard.press("F9")
    steps.heading(holder, "设自己的 PIN")
    looks_right(holder)
    is_accessible(holder)
    holder.get_by_label("新的 PIN").fill("770341")
    holder.get_by_label("再填一遍").fill("770341")
    holder.keyboard.press("F9")
    holder.wait_for_url("**/counter")


@covers("authentication:card_reader")
def test_a_reader_is_bound_to_the_computer_beside_it(visit: Visit) -> None:
    page = visit()
    log_in(page, "xu_ping")
    page.goto("/desk/cards")
    page.get_by_label("读卡器编号").fill("A01")
    page.get_by_role("button", name="登记给这台电脑").click()
    expect(page.get_by_text("现在是 A01")).to_be_visible()
    looks_right(page)
    is_accessible(page)
    page.goto("/switch")
    looks_right(page)
    is_accessible(page)
    page.get_by_label("PIN").fill("246813")
    page.keyboard.press("F9")
    expect(page.get_by_role("link", name="陈立")).to_be_visible()


@covers("authentication:scan_begin", "authentication:scan_wait", "authentication:scan_take", "authentication:scan")
def test_a_phone_lets_a_screen_in(visit: Visit, instance: Instance) -> None:
    screen, phone = visit(), visit("liu_xiaoyan", size=PHONE)
    screen.goto("/login?next=/my/licences")
    looks_right(screen)
    is_accessible(screen)
    screen.get_by_role("button", name="手机扫码").click()
    expect(screen.get_by_role("img", name="扫码登录的二维码")).to_be_visible()
    looks_right(screen)
    is_accessible(screen)
    number = screen.locator(".big-number").inner_text()
    (key,) = (one["value"] for one in screen.context.cookies() if one["name"] == "sessionid")
    phone.goto(instance.run("tests.browser.scan_cases", sent=key))
    looks_right(phone)
    is_accessible(phone)
    phone.get_by_label("那块屏幕上的两位数字").fill(number)
    phone.get_by_role("button", name=re.compile("^是我")).click()
    expect(phone.get_by_role("heading", name="已同意登录")).to_be_visible()

    screen.wait_for_url("**/my/licences")
    expect(screen.get_by_role("link", name="刘晓燕")).to_be_visible()


@covers("authentication:reset_issue", "authentication:reset")
def test_without_a_phone_one_gets_a_code_at_the_window_and_sets_a_password(visit: Visit, city: None) -> None:
    """龙梅 was registered by the city once, and has no password yet."""
    first = visit()
    first.goto("/login")
    first.get_by_role("link", name="市统一身份认证").click()
    first.get_by_role("link", name="龙梅").click()
    first.wait_for_url("**/my")
    clerk, elder = visit("wang_min"), visit(javascript=False)
    clerk.goto("/desk/password-resets")
    looks_right(clerk)
    is_accessible(clerk)
    clerk.get_by_label("姓名").fill("龙梅")
    clerk.get_by_label("身份证号码").fill("500199199501014061")
    clerk.get_by_label("原因").fill("忘记密码，没有手机")
    clerk.keyboard.press("F9")
    expect(clerk.get_by_role("alert").first).to_contain_text("没有核对身份证")
    clerk.get_by_label("我当面核对了身份证原件").check()
    clerk.keyboard.press("F9")
    code = clerk.locator(".big-number").inner_text()
    looks_right(clerk)
    is_accessible(clerk)

    elder.goto("/login")
    elder.get_by_role("link", name="有窗口打印的重置码").click()
    elder.get_by_label("账号或身份证号码").fill("500199199501014061")
    elder.get_by_label("重置码", exact=True).fill(code)
    for field in ("新密码", "再输入一遍"):
        elder.get_by_label(field, exact=True).fill("tomato river lantern")
    elder.get_by_role("button", name="设新密码并登录").click()
    elder.wait_for_url("**/my")
    first.reload()
    first.wait_for_url("**/login**")
    expect(elder.get_by_role("link", name="龙梅")).to_be_visible()
