"""文书查验: by its code anyone learns whether a paper is real and still stands, and nothing about whom it is."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.test import Client

from tests.people import Cast
from tongban.applications import actions, documents
from tongban.applications.models import Application, CaseDocument

pytestmark = pytest.mark.django_db


def made(case: Application, kind: str, cast: Cast) -> CaseDocument:
    return documents.document_of(Application.objects.get(pk=case.pk), kind, now=cast.now)


def page(client: Client, document: CaseDocument) -> str:
    return client.get(f"/verify/documents/{document.code}").content.decode()


def test_anyone_sees_kind_body_date_number_and_hash_but_nobodys_name(cast: Cast, client: Client) -> None:
    case = cast.accepted()
    document = made(case, "acceptance", cast)
    pdf = documents.notice_pdf(Application.objects.get(pk=case.pk), "acceptance", now=cast.now)

    shown = page(client, document)

    assert all(word in shown for word in (document.number, cast.body.name, "2026年3月2日", "● 有效", "受理通知书"))
    assert hashlib.sha256(pdf).hexdigest() in shown
    assert not any(word in shown for word in (cast.liu.person.name, case.number, case.query_code))


def test_a_decision_that_was_amended_revoked_and_made_anew_says_so(cast: Cast, client: Client) -> None:
    case = cast.granted()
    decision = made(case, "decision", cast)
    head, later = cast.actor(cast.head), cast.now + timedelta(hours=1)
    actions.amend(
        case.number,
        was="滨河路1号",
        becomes="滨河路11号",
        reason="门牌号写错了",
        by=cast.actor(cast.decider),
        now=later,
    )
    amended = page(client, decision)
    actions.revoke(case.number, ground="deceit", reason="提交的材料系伪造", by=head, now=later)
    revoked = page(client, decision)

    assert "▲ 有效，已更正" in amended
    assert "■ 已撤销" in revoked
    assert "● 有效" in page(client, made(case, "revocation", cast))


def test_number_and_code_have_to_belong_together(cast: Cast, client: Client) -> None:
    first, second = (made(cast.accepted(key=f"verify-{at}"), "acceptance", cast) for at in (1, 2))
    typed = first.number.replace("〔", "[").replace("〕", "]").replace("第", "第 ")

    right = client.get("/verify/documents", {"number": typed, "code": f" {first.code.lower()} "})
    wrong = client.get("/verify/documents", {"number": second.number, "code": first.code})
    without = client.get("/verify/documents", {"code": first.code})

    assert right.headers["Location"] == f"/verify/documents/{first.code}"
    assert (wrong.status_code, without.status_code) == (404, 404)
    assert "查不到的文书请勿采信" in wrong.content.decode()


def test_codes_are_not_tried_by_the_thousand(cast: Cast, client: Client) -> None:
    document = made(cast.accepted(), "acceptance", cast)
    tries = [client.get(f"/verify/documents/NOSUCH{at:06d}").status_code for at in range(20)]

    assert set(tries) == {404}
    assert client.get(f"/verify/documents/{document.code}").status_code == 422
    assert client.get("/verify").status_code == 200
