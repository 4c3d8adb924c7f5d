"""A department's system on Authlib, the real server and a real browser: connected, signed in, refreshed, signed out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.department import Department, department
from tests.browser.instance import MOMENT, Instance
from tests.browser.visitors import Care, Visitors, is_for_everyone, log_in

pytestmark = pytest.mark.browser
covers = pytest.mark.covers

HEAD, ADMINISTRATOR, CITIZEN = "guo_zhiyong", "xu_ping", "liu_xiaoyan"
NAME = "车辆年审系统"
PAGES = [
    pytest.param("/my/systems", CITIZEN, marks=covers("single_sign_on:systems"), id="mine"),
    pytest.param("/sso/authorize?{wish}", CITIZEN, marks=covers("single_sign_on:authorize"), id="consent"),
    pytest.param("/sso/logout", CITIZEN, marks=covers("single_sign_on:leave"), id="leave"),
    pytest.param("/desk/sso/clients", ADMINISTRATOR, marks=covers("single_sign_on:clients"), id="clients"),
    pytest.param("/desk/sso/clients/new", HEAD, marks=covers("single_sign_on:client_new"), id="new"),
    pytest.param("/desk/sso/clients/{client}", HEAD, marks=covers("single_sign_on:client"), id="client"),
    pytest.param("/desk/sso/clients/{client}/change", HEAD, marks=covers("single_sign_on:client_change"), id="change"),
    pytest.param("/desk/sso/askings/{asking}", ADMINISTRATOR, marks=covers("single_sign_on:asking"), id="asking"),
]


@pytest.fixture(scope="module")
def places(instance: Instance) -> dict[str, str]:
    ((client, back),) = instance.ask(
        "SELECT key, redirect_uris[1] FROM single_sign_on_client WHERE name LIKE '道路运输%%' ORDER BY id LIMIT 1"
    )
    ((asking,),) = instance.ask(
        "SELECT public_id FROM single_sign_on_asking WHERE approved IS NULL ORDER BY id LIMIT 1"
    )
    wish = {
        "client_id": client, "redirect_uri": back, "response_type": "code", "prompt": "consent",
        "scope": "openid profile phone organisation", "code_challenge_method": "S256",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    }  # fmt: skip
    return {"client": str(client), "asking": str(asking), "wish": urlencode(wish)}


@pytest.mark.parametrize("care", ["", "large"])
@pytest.mark.parametrize(("path", "actor"), PAGES)
def test_pages_of_single_sign_on_are_for_everyone(
    visitors: Visitors, places: dict[str, str], path: str, actor: str, care: Care, request: pytest.FixtureRequest
) -> None:
    name = f"sso-{request.node.callspec.id}"
    is_for_everyone(visitors.same(actor, care), path.format(**places), care=care, name=name)


@pytest.fixture
def there() -> Iterator[Department]:
    with department() as one:
        yield one
        assert one.faults == []


@covers(
    "single_sign_on:client_new", "single_sign_on:asking_decide", "single_sign_on:client_secret", "single_sign_on:authorize",
    "single_sign_on:leave", "single_sign_on:client_suspend", "single_sign_on:client_resume", "single_sign_on:withdraw",
)  # fmt: skip
def test_a_department_connects_its_system_and_a_citizen_comes_and_goes(
    visit: Visit, instance: Instance, there: Department
) -> None:
    # The head asks, the administrator approves, the secret is shown once.
    head = visit(HEAD)
    head.goto("/desk/sso/clients/new")
    head.get_by_label("系统名称").fill(NAME)
    head.get_by_label("回调地址").fill(f"{there.url}/callback")
    head.get_by_label("退出后返回的地址").fill(f"{there.url}/bye")
    head.get_by_label("退出通知地址").fill(f"{there.url}/backchannel")
    head.get_by_label("为什么要用姓名").fill("核对车主")
    head.get_by_label("手机号码：", exact=False).check()
    head.get_by_label("为什么要用手机号码").fill("通知年审时间")
    head.get_by_role("button", name="提交申请").click()
    administrator = visit(ADMINISTRATOR)
    administrator.goto("/desk/sso/clients")
    administrator.get_by_role("link", name=NAME).click()
    administrator.get_by_role("button", name="批准").click()
    expect(administrator.get_by_text("已批准")).to_be_visible()
    head.goto("/desk/sso/clients")
    head.get_by_role("link", name=NAME).first.click()
    there.client_id = head.locator("dt", has_text="client_id").locator("xpath=../dd").inner_text().strip()
    head.get_by_role("button", name="生成密钥").click()
    there.secret = head.locator("#secret").inner_text()
    there.issuer, there.now = instance.url, lambda: int(datetime.fromisoformat(MOMENT).timestamp())

    # A citizen who is not signed in yet comes from the system, signs in, agrees, and is known there.
    citizen = visit()
    citizen.goto(f"{there.url}/login")
    log_in(citizen, CITIZEN)
    expect(citizen.get_by_role("heading", name=f"用本站账号登录“{NAME}”")).to_be_visible()
    citizen.get_by_role("button", name="同意并登录").click()
    expect(citizen.get_by_role("heading", name="您好，刘晓燕")).to_be_visible()
    (cookie,) = there.people
    assert there.people[cookie]["phone_number"].startswith("+86")
    assert "id_number" not in there.people[cookie]

    # The second time nothing is asked, and the tokens are renewed in the background.
    citizen.goto(f"{there.url}/login")
    expect(citizen.get_by_role("heading", name="您好，刘晓燕")).to_be_visible()
    (cookie,) = set(there.people) - {cookie}
    before = there.people[cookie]["token"]
    assert there.refresh(cookie)["name"] == "刘晓燕"
    assert there.people[cookie]["token"]["refresh_token"] != before["refresh_token"]

    # Signing out here reaches the system, though it is busy at first.
    there.busy = 1
    citizen.goto(f"{instance.url}/my")
    citizen.get_by_role("main").or_(citizen.locator("aside")).get_by_role("button", name="退出登录").click()
    citizen.wait_for_url(f"{instance.url}/")
    instance.settle()
    assert there.busy == 0
    instance.ask("UPDATE single_sign_on_logoutnotice SET next_at = '2026-01-01' WHERE state = 'waiting'")
    instance.run("tests.browser.sso_chores")
    assert [one["aud"] for one in there.told] == [there.client_id]
    assert there.people == {}
    citizen.goto(there.url)
    expect(citizen.get_by_role("heading", name="请登录")).to_be_visible()

    # Signing out there signs out here.
    citizen.goto(f"{there.url}/login")
    log_in(citizen, CITIZEN)
    expect(citizen.get_by_role("heading", name="您好，刘晓燕")).to_be_visible()
    citizen.goto(f"{there.url}/logout")
    expect(citizen.get_by_role("heading", name="已退出")).to_be_visible()
    citizen.goto(f"{instance.url}/my")
    assert "/login" in citizen.url

    # What was agreed to is taken back, and a system that is suspended lets nobody in.
    log_in(citizen, CITIZEN)
    citizen.goto(f"{instance.url}/my/systems")
    citizen.get_by_role("region", name=NAME).get_by_role("button").click()
    expect(citizen.get_by_text(f"已撤回给“{NAME}”的授权")).to_be_visible()
    head.get_by_text("暂停使用").click()
    head.get_by_label("暂停的理由").fill("更换服务器")
    head.get_by_role("button", name="暂停，让所有人退出").click()
    citizen.goto(f"{there.url}/login")
    expect(citizen.get_by_role("heading", name=f"“{NAME}”已暂停使用本站登录")).to_be_visible()
    administrator.goto(head.url)
    administrator.get_by_role("button", name="恢复使用").click()
    expect(administrator.get_by_text("使用中")).to_be_visible()
