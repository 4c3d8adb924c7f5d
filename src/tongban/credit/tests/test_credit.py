"""A record is seen by the one it is about and the head who may repair it; it bars until it is repaired or lapses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from tests.people import Cast
from tongban.credit import actions
from tongban.credit.models import Record
from tongban.credit.queries import standing
from tongban.kernel.actors import system
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal


def recorded(cast: Cast, **change: Any) -> Record:
    given = {
        "kind": "pledge_broken", "case_number": "5001992026030200000017", "title": "公共场所卫生许可", "ground": "承诺不实",
        "person": cast.liu.person, "organisation": None, "body": cast.body, **change,
    }  # fmt: skip
    return actions.record(**given, by=system("tests"), now=cast.now)


def page(account: Any, path: str) -> Any:
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    return client.get(path)


def test_a_case_is_recorded_once(cast: Cast) -> None:
    assert recorded(cast) == recorded(cast)
    assert JournalEntry.objects.filter(name="credit.Recorded").count() == 1


def test_a_record_stands_until_it_is_repaired_or_lapses(cast: Cast) -> None:
    one, person = recorded(cast), cast.liu.person
    assert person
    assert standing(person=person, organisation=None, now=cast.now) == one
    assert standing(person=person, organisation=cast.shop, now=cast.now) is None
    assert standing(person=person, organisation=None, now=cast.now - timedelta(seconds=1)) is None

    one.until_at = cast.now + timedelta(days=1)
    one.save()
    assert standing(person=person, organisation=None, now=one.until_at) is None
    actions.repair(one.public_id, reason="已按要求整改", by=cast.actor(cast.head), now=cast.now)
    assert standing(person=person, organisation=None, now=cast.now) is None


def test_a_record_is_of_a_person_or_an_organisation(cast: Cast) -> None:
    one = recorded(cast, organisation=cast.shop)
    assert (one.person, one.organisation) == (None, cast.shop)
    one.person = cast.liu.person
    with pytest.raises(IntegrityError), transaction.atomic():
        one.save()


@pytest.mark.parametrize("reason", ["", "整改了", "  \n  "])
def test_a_repair_states_its_reason(cast: Cast, reason: str) -> None:
    one = recorded(cast)

    with pytest.raises(Refusal, match="理由"):
        actions.repair(one.public_id, reason=reason, by=cast.actor(cast.head), now=cast.now)


def test_a_repair_happens_once_and_names_who(cast: Cast) -> None:
    one, head = recorded(cast), cast.actor(cast.head)
    actions.repair(one.public_id, reason="已按要求整改", by=head, now=cast.now)

    with pytest.raises(Conflict):
        actions.repair(one.public_id, reason="已按要求整改", by=head, now=cast.now)

    one.refresh_from_db()
    assert (one.repaired_by, one.repair_reason) == (head.who, "已按要求整改")


@pytest.mark.parametrize("who", ["liu", "stranger", "clerk", "reviewer", "decider", "supervisor", "government_head"])
def test_nobody_but_the_head_repairs(cast: Cast, who: str) -> None:
    one = recorded(cast)

    with pytest.raises((NotFound, Forbidden)):
        actions.repair(one.public_id, reason="已按要求整改", by=cast.actor(getattr(cast, who)), now=cast.now)


def test_a_head_sees_what_their_own_body_recorded(cast: Cast) -> None:
    recorded(cast, body=cast.other_body)

    assert not Record.objects.visible_to(cast.actor(cast.head)).exists()
    assert "没有记入过" in page(cast.head, "/desk/credit").content.decode()


def test_it_is_shown_to_the_one_it_is_about_and_to_no_stranger(cast: Cast) -> None:
    recorded(cast)
    recorded(cast, organisation=cast.shop, case_number="5001992026030200000025", ground="店里没有消毒设施")

    own, strange = (page(who, "/my/credit").content.decode() for who in (cast.liu, cast.stranger))

    assert own.count("未修复") == 2 and "店里没有消毒设施" in own and "云江区老灶火锅店" in own
    assert "没有不良信用记录" in strange and "承诺不实" not in strange


def test_the_ground_does_not_stand_readable_in_the_database(cast: Cast) -> None:
    recorded(cast, ground="现场没有消毒设施")

    with connection.cursor() as cursor:
        cursor.execute("SELECT ground::text FROM credit_record")
        assert "消毒" not in cursor.fetchone()[0]


def test_the_head_repairs_on_the_page(cast: Cast) -> None:
    one = recorded(cast)
    client = Client(headers={"host": "localhost"})
    client.force_login(cast.head)

    missing = client.post(f"/desk/credit/{one.public_id}/repair", {f"reason-{one.public_id}": "好"})
    done = client.post(f"/desk/credit/{one.public_id}/repair", {f"reason-{one.public_id}": "已按要求整改"})

    assert (missing.status_code, done.status_code) == (422, 302)
    assert "请写明修复的理由" in missing.content.decode() and "刘**" in missing.content.decode()
    assert Record.objects.get().repaired_at is not None
