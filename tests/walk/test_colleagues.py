"""新同事: an account that nobody gets by typing a number, and a first password that lasts until its owner changes it."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client

from tests.people import Cast, check_digit
from tongban.accounts import actions as accounts
from tongban.accounts.models import Claim
from tongban.identity import actions as identity
from tongban.identity import assurance
from tongban.identity.models import Account, Person
from tongban.kernel import bookkeeper, jobs
from tongban.kernel.refusals import Conflict, Forbidden, Invalid, Refusal
from tongban.staffing import actions
from tongban.staffing.actions.proposing import Wanted

HE = "50019919900101123"
HE_ID = HE + check_digit(HE)


def registered(cast: Cast, number: str = HE_ID, username: str = "he_mei") -> tuple[Account, str]:
    return actions.register_colleague(
        username=username, name="何梅", id_number=number, by=cast.actor(cast.head), now=cast.now
    )


def test_a_new_colleague_has_an_account_under_her_name_and_neither_power_nor_person(cast: Cast) -> None:
    made, password = registered(cast)

    assert made.check_password(password) and made.display_name == "何梅"
    assert made.person is None and not cast.actor(made).is_staff


def test_what_is_wrong_is_said_all_at_once_and_only_to_who_assigns(cast: Cast) -> None:
    registered(cast)
    with pytest.raises(Invalid) as refused:
        actions.register_colleague(username="HE_MEI", name="", id_number="1", by=cast.actor(cast.head), now=cast.now)
    assert [fault.field for fault in refused.value.faults] == ["username", "name", "id_number"]
    with pytest.raises(Forbidden):
        actions.register_colleague(
            username="he_mei2", name="何梅", id_number=HE_ID, by=cast.actor(cast.reviewer), now=cast.now
        )


def test_nobody_gets_into_a_citizen_s_things_by_typing_their_number(cast: Cast) -> None:
    """With an account or without one: the answer is the same, and nothing is opened."""
    without = identity.register_person(name="何梅", id_number=HE_ID, now=cast.now)
    assert cast.liu.person
    said = []
    for number in (HE_ID, cast.liu.person.id_number):
        for assigner in (cast.head, cast.administrator):
            with pytest.raises(Refusal) as refused:
                actions.register_colleague(
                    username="he_mei", name="别的名字", id_number=number, by=cast.actor(assigner), now=cast.now
                )
            said.append((refused.value.code, refused.value.reason, refused.value.hint))

    assert said == [said[0]] * 4
    assert not Account.objects.filter(username="he_mei").exists()
    assert not Account.objects.filter(person=without).exists()


def test_the_first_password_opens_nothing_but_its_own_changing(cast: Cast) -> None:
    made, first = registered(cast)
    client = Client(headers={"host": "localhost"})

    came = client.post("/login", {"username": "he_mei", "password": first})

    assert came["Location"] == "/my/security/password"
    for path in ("/my", "/my/claim", "/my/security", "/desk", "/my/data"):
        assert client.get(path)["Location"].startswith("/login?"), path
    assert client.get("/login?next=/my")["Location"] == "/my/security/password"
    assert "别人替您设的" in client.get("/my/security/password").content.decode()
    assert client.get("/api/v1/me").status_code in (401, 404)

    new = {"old": first, "new": "hai shi zi ji de hao", "again": "hai shi zi ji de hao"}
    assert client.post("/my/security/password", {**new, "old": "wrong"}).status_code == 422
    assert client.get("/my").status_code == 302
    assert client.post("/my/security/password", new).status_code == 302
    assert client.get("/my").status_code == 200
    made.refresh_from_db()
    assert not made.password_given


def test_no_post_begins_before_the_colleague_proved_who_she_is(cast: Cast) -> None:
    made, _ = registered(cast)
    wanted = Wanted("reviewer", cast.region, body=cast.body)
    one = actions.propose(
        made, wanted, from_on=cast.now.date(), last_on=None, reason="接替调离的同事", by=cast.actor(cast.head),
        now=cast.now,
    )  # fmt: skip
    with pytest.raises(Conflict, match="还没有证明是本人"):
        actions.approve(one.public_id, by=cast.actor(cast.administrator), now=cast.now)

    claimed_at_a_window(cast, now=cast.now)
    actions.approve(one.public_id, by=cast.actor(cast.administrator), now=cast.now)

    made.refresh_from_db()
    assert made.person and made.person.name == "何梅"
    assert cast.actor(made).may("application.review", body_id=cast.body.pk)


def claimed_at_a_window(cast: Cast, *, now: datetime) -> None:
    while bookkeeper.link_waiting():
        jobs.run_waiting()
    claim, clerk = Claim.objects.get(), cast.actor(cast.clerk)
    assurance.see_in_person(name="何梅", id_type="id_card", id_number=HE_ID, by=clerk, now=now)
    accounts.hand_over(claim.public_id, by=clerk, now=now)
    assert Person.objects.get(pk=claim.person_id).phone == ""
