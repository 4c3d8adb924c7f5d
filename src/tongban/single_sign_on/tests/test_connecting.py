"""A body's head asks, the administrator approves; every act is on record, and the secret is told once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser

from tests.people import Cast, has_confirmed
from tongban.identity.models import Account
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal
from tongban.single_sign_on import actions
from tongban.single_sign_on.models import Asking, Client
from tongban.single_sign_on.tests.making import BACK, connect, wanted

pytestmark = pytest.mark.django_db


def at_desk(account: Account) -> Browser:
    browser = Browser(headers={"host": "localhost"})
    browser.force_login(account)
    return browser


def form(**change: str) -> dict[str, str]:
    given = {
        "name": "不动产登记系统", "kind": "server", "redirect_uris": f"{BACK}\r\n\r\n{BACK}", "scope-profile": "on",
        "reason-profile": "核对申请人", "scope-id_number": "on", "reason-id_number": "登记簿要载明证件号码",
    }  # fmt: skip
    return {**given, **change}


def test_from_the_request_to_the_secret(cast: Cast) -> None:
    head, administrator = at_desk(cast.head), at_desk(cast.administrator)

    asked = head.post("/desk/sso/clients/new", form())
    (asking,) = Asking.objects.all()
    shown = administrator.get(f"/desk/sso/askings/{asking.public_id}").content.decode()
    administrator.post(
        f"/desk/sso/askings/{asking.public_id}/decision",
        {"decision": "approve", "scopes": ["profile"], "words": "同意"},
    )
    (client,) = Client.objects.all()
    unsure = head.post(f"/desk/sso/clients/{client.key}/secret")
    page = has_confirmed(head).post(f"/desk/sso/clients/{client.key}/secret")
    later = head.get(f"/desk/sso/clients/{client.key}").content.decode()

    assert asked["Location"] == "/desk/sso/clients"
    assert asking.redirect_uris == [BACK]
    assert 'value="profile" checked' in shown or "checked" in shown
    assert client.scopes == ["openid", "profile"], "the administrator left the ID number out"
    assert unsure["Location"].startswith("/confirm?")
    assert "只显示这一次" in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert "只显示这一次" not in later
    assert "生成" in later
    assert list(
        JournalEntry.objects.filter(name__startswith="single_sign_on.").order_by("pk").values_list("name", "actor")
    ) == [
        ("single_sign_on.ConnectionAsked", f"staff:{cast.head.pk}"),
        ("single_sign_on.ConnectionDecided", f"staff:{cast.administrator.pk}"),
        ("single_sign_on.SecretMade", f"staff:{cast.head.pk}"),
    ]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"name": "x"}, "client_name", "name"),
        ({"redirect_uris": ()}, "redirect_missing", "redirect_uris"),
        ({"redirect_uris": tuple(f"{BACK}{n}" for n in range(11))}, "too_many_addresses", "redirect_uris"),
        ({"redirect_uris": ("http://housing.example.cn/x",)}, "address_not_allowed", "redirect_uris"),
        ({"redirect_uris": ("https://*.example.cn/x",)}, "address_not_allowed", "redirect_uris"),
        ({"logout_uris": ("https://u@x.cn/",)}, "address_not_allowed", "logout_uris"),
        ({"backchannel_uri": "https://169.254.169.254/latest"}, "address_not_allowed", "backchannel_uri"),
        ({"backchannel_uri": "https://2852039166/"}, "address_not_allowed", "backchannel_uri"),
        ({"reasons": ()}, "scope_missing", "scopes"),
        ({"reasons": (("openid", "理由理由"),)}, "scope_unknown", "scopes"),
        ({"reasons": (("email", "理由理由"),)}, "scope_unknown", "scopes"),
        ({"reasons": (("profile", "要"),)}, "scope_reason", "reason-profile"),
    ],
)
def test_what_is_asked_for_is_checked_and_said_where(cast: Cast, change: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(Refusal) as refusal:
        actions.ask(wanted(**change), body=cast.body, by=cast.actor(cast.head), now=cast.now)

    assert (refusal.value.code, refusal.value.field) == (code, field)


def test_a_form_with_a_fault_keeps_what_was_typed(cast: Cast) -> None:
    page = at_desk(cast.head).post("/desk/sso/clients/new", form(redirect_uris="ftp://x.cn", name="公积金系统"))

    assert page.status_code == 422
    assert "公积金系统" in page.content.decode()
    assert "ftp://x.cn" in page.content.decode()
    assert "https://" in page.content.decode()
    assert not Asking.objects.exists()


def test_only_the_head_asks_and_only_another_who_runs_the_platform_approves(cast: Cast) -> None:
    by = {name: cast.actor(getattr(cast, name)) for name in ("head", "administrator", "reviewer", "liu", "decider")}
    for who in ("administrator", "reviewer", "liu", "decider"):
        with pytest.raises(Forbidden):
            actions.ask(wanted(), body=cast.body, by=by[who], now=cast.now)
    with pytest.raises(Forbidden):
        actions.ask(wanted(), body=cast.other_body, by=by["head"], now=cast.now)
    asking = actions.ask(wanted(), body=cast.body, by=by["head"], now=cast.now)
    with pytest.raises(Forbidden):
        actions.approve(asking.public_id, scopes=["profile"], by=by["head"], now=cast.now)
    for who in ("reviewer", "liu"):
        with pytest.raises(NotFound):
            actions.approve(asking.public_id, scopes=["profile"], by=by[who], now=cast.now)
    with pytest.raises(Refusal, match="没有申请过"):
        actions.approve(asking.public_id, scopes=["post"], by=by["administrator"], now=cast.now)
    with pytest.raises(Refusal, match="没有留下"):
        actions.approve(asking.public_id, scopes=[], by=by["administrator"], now=cast.now)


def test_one_who_holds_both_posts_does_not_approve_what_they_asked_for(cast: Cast) -> None:
    from tongban.identity import actions as identity

    identity.appoint(account=cast.head, role="administrator", region=cast.region, now=cast.now)
    asking = actions.ask(wanted(), body=cast.body, by=cast.actor(cast.head), now=cast.now)

    with pytest.raises(Conflict, match="自己"):
        actions.approve(asking.public_id, scopes=["profile"], by=cast.actor(cast.head), now=cast.now)


def test_a_change_waits_for_approval_and_a_declined_one_changes_nothing(cast: Cast) -> None:
    client = connect(cast)
    head, administrator = cast.actor(cast.head), cast.actor(cast.administrator)
    moved = "https://new.example.cn/callback"

    first = actions.ask(wanted(redirect_uris=(moved,)), body=cast.body, client=client, by=head, now=cast.now)
    with pytest.raises(Conflict, match="等审批"):
        actions.ask(wanted(), body=cast.body, client=client, by=head, now=cast.now)
    with pytest.raises(Refusal, match="理由"):
        actions.decline(first.public_id, words="", by=administrator, now=cast.now)
    actions.decline(first.public_id, words="新地址没有备案", by=administrator, now=cast.now)
    client.refresh_from_db()
    assert client.redirect_uris == [BACK]
    with pytest.raises(Conflict, match="审批过"):
        actions.approve(first.public_id, scopes=["profile"], by=administrator, now=cast.now)
    second = actions.ask(wanted(redirect_uris=(moved,)), body=cast.body, client=client, by=head, now=cast.now)
    actions.approve(second.public_id, scopes=["profile"], by=administrator, now=cast.now)
    client.refresh_from_db()

    assert (client.redirect_uris, client.scopes) == ([moved], ["openid", "profile"])


def test_an_app_gets_no_secret_and_suspension_needs_a_reason(cast: Cast) -> None:
    app, head = connect(cast, confidential=False), cast.actor(cast.head)
    with pytest.raises(Conflict, match="不用密钥"):
        actions.make_secret(app.key, by=head, now=cast.now)
    with pytest.raises(Refusal, match="理由"):
        actions.suspend(app.key, why=" ", by=head, now=cast.now)
    actions.suspend(app.key, why="正在更换服务器", by=head, now=cast.now)
    with pytest.raises(Conflict, match="已经暂停"):
        actions.suspend(app.key, why="正在更换服务器", by=head, now=cast.now)
    with pytest.raises(Forbidden):
        actions.resume(app.key, by=head, now=cast.now)


def test_others_do_not_see_that_there_is_a_system(cast: Cast) -> None:
    client = connect(cast)
    for name in ("reviewer", "clerk", "decider", "supervisor", "liu"):
        assert at_desk(getattr(cast, name)).get(f"/desk/sso/clients/{client.key}").status_code == 403
    foreign = cast.actor(cast.foreign_reviewer)
    with pytest.raises(NotFound):
        actions.suspend(client.key, why="看不惯这个系统", by=foreign, now=cast.now)
