from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from stdnum.cn import uscc

from tests import people
from tests.people import Cast, check_digit
from tongban.delegation import actions, queries
from tongban.delegation.actions import OnPaper, Other, Wanted
from tongban.delegation.models import PowerOfAttorney
from tongban.delegation.tests.scenes import given_by_liu, id_of
from tongban.files.actions import keep_upload
from tongban.identity import actions as identity
from tongban.identity.models import Account, Organisation
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, Forbidden, Invalid, NotFound, Refusal

pytestmark = pytest.mark.django_db


def _by_wang(cast: Cast, **change: object) -> Wanted:
    """王强 asks to act for 刘晓燕."""
    asked = Wanted(
        side="agent", kind="family", other=Other("刘晓燕", id_of(cast.liu)), acts=["submit"],
        from_on=cast.now.date(), until_on=cast.now.date() + timedelta(days=90),
    )  # fmt: skip
    return replace(asked, **change)  # type: ignore[arg-type]


def test_what_an_agent_asks_for_is_worth_nothing_until_the_principal_confirms_it(cast: Cast) -> None:
    wang, liu = cast.actor(cast.stranger), cast.actor(cast.liu)
    one = actions.ask(_by_wang(cast), by=wang, now=cast.now)

    assert one.state == "asked"
    assert queries.held_now(wang, today=cast.now.date()) == []
    with pytest.raises(Forbidden, match="只有委托人本人"):
        actions.confirm(one.public_id, by=wang, now=cast.now)

    actions.confirm(one.public_id, by=liu, now=cast.now)

    assert [each.pk for each in queries.held_now(wang, today=cast.now.date())] == [one.pk]
    began = JournalEntry.objects.get(name="delegation.PowerBegan")
    assert (began.actor, began.facts["confirmed"]) == (liu.who, "own")


def test_confirming_twice_is_refused_and_changes_nothing(cast: Cast) -> None:
    one = given_by_liu(cast)

    with pytest.raises(Conflict, match="已经确认"):
        actions.confirm(one.public_id, by=cast.actor(cast.liu), now=cast.now)

    assert JournalEntry.objects.filter(name="delegation.PowerBegan").count() == 1


def test_the_principal_revokes_and_the_agent_renounces(cast: Cast) -> None:
    first, second = given_by_liu(cast), given_by_liu(cast, kind="attorney")
    wang, liu = cast.actor(cast.stranger), cast.actor(cast.liu)

    with pytest.raises(Forbidden):
        actions.revoke(first.public_id, by=wang, now=cast.now)
    assert actions.revoke(first.public_id, by=liu, now=cast.now).ended_how == "revoked"
    assert actions.renounce(second.public_id, by=wang, now=cast.now).ended_how == "renounced"
    assert queries.held_now(wang, today=cast.now.date()) == []
    with pytest.raises(Conflict, match="委托人已撤销"):
        actions.revoke(first.public_id, by=liu, now=cast.now)


def test_a_power_of_others_does_not_exist_for_a_third(cast: Cast) -> None:
    one = given_by_liu(cast)
    third = _citizen(cast, "third", "陈静", "50019919900505448")

    for verb in (actions.confirm, actions.refuse, actions.revoke, actions.renounce):
        with pytest.raises(NotFound):
            verb(one.public_id, by=cast.actor(third), now=cast.now)


def test_a_number_nobody_has_and_a_name_that_does_not_match_get_the_same_answer(cast: Cast) -> None:
    said = []
    nobody = "50019919900505448"
    for other in (Other("刘小燕", id_of(cast.liu)), Other("陈静", nobody + check_digit(nobody))):
        with pytest.raises(Refusal) as refused:
            actions.ask(_by_wang(cast, other=other), by=cast.actor(cast.stranger), now=cast.now)
        said.append((refused.value.code, refused.value.reason))

    assert said[0] == said[1]


def test_guessing_at_people_is_limited(cast: Cast) -> None:
    for _ in range(10):
        with pytest.raises(Refusal, match="没有查到"):
            actions.ask(
                _by_wang(cast, other=Other("刘小燕", id_of(cast.liu))), by=cast.actor(cast.stranger), now=cast.now
            )

    with pytest.raises(Refusal, match="太频繁"):
        actions.ask(_by_wang(cast), by=cast.actor(cast.stranger), now=cast.now)


def test_a_filing_agent_acts_through_its_handlers_and_for_a_firm_its_legal_representative_confirms(cast: Cast) -> None:
    boss = _citizen(cast, "boss", "陈静", "50019919900505448")
    agency = _agency(cast, boss)
    wanted = Wanted(
        side="agent", kind="filing", other=Other(cast.shop.name, uscc=cast.shop.uscc), acts=["submit"],
        organisation=agency.uscc, from_on=cast.now.date(), until_on=cast.now.date() + timedelta(days=90),
    )  # fmt: skip

    one = actions.ask(wanted, by=cast.actor(boss), now=cast.now)
    actions.confirm(one.public_id, by=cast.actor(cast.liu), now=cast.now)

    assert [each.principal_name for each in queries.held_now(cast.actor(boss), today=cast.now.date())] == [
        cast.shop.name
    ]


def test_powers_run_out_by_themselves_and_unanswered_requests_are_void(cast: Cast) -> None:
    short = given_by_liu(cast, until_on=cast.now.date() + timedelta(days=1))
    asked = actions.ask(_by_wang(cast), by=cast.actor(cast.stranger), now=cast.now)
    tomorrow = cast.now + timedelta(days=1)

    assert queries.held_now(cast.actor(cast.stranger), today=tomorrow.date()) == []  # before anybody wrote it down
    assert actions.sweep(now=tomorrow) == 1
    assert actions.sweep(now=tomorrow) == 0
    assert actions.sweep(now=cast.now + timedelta(days=31)) == 1

    short.refresh_from_db()
    asked.refresh_from_db()
    assert (short.ended_how, asked.ended_how) == ("expired", "unanswered")


def test_a_paper_is_in_force_when_a_clerk_has_seen_both_cards_and_scanned_it(cast: Cast) -> None:
    clerk = cast.actor(cast.clerk)
    with pytest.raises(Invalid) as refused:
        actions.register(replace(_paper(cast), cards_seen=False, paper=None), by=clerk, now=cast.now)
    assert {fault.field for fault in refused.value.faults} == {"cards", "paper"}

    one = actions.register(_paper(cast), by=clerk, now=cast.now)

    assert (one.state, one.confirmed, one.confirmed_by) == ("in_force", "paper", clerk.who)
    entry = JournalEntry.objects.get(name="delegation.PowerBegan")
    assert cast.liu.person
    assert entry.on_behalf_of == f"person:{cast.liu.person.public_id}"


def test_only_a_window_registers_papers(cast: Cast) -> None:
    for account in (cast.reviewer, cast.head, cast.administrator, cast.stranger):
        with pytest.raises(Forbidden):
            actions.register(_paper(cast), by=cast.actor(account), now=cast.now)


def test_a_guardian_acts_for_the_child_in_everything_until_it_is_eighteen(cast: Cast) -> None:
    born, letter = date(2015, 6, 1), _paper(cast)
    child = f"500199{born:%Y%m%d}002"
    letter = replace(
        letter, kind="guardian", principal_id=child + check_digit(child), principal_name="刘小禾",
        agent_id=id_of(cast.liu), agent_name="刘晓燕", acts=[],
    )  # fmt: skip
    with pytest.raises(Invalid, match="监护证明"):
        actions.register(letter, by=cast.actor(cast.clerk), now=cast.now)

    one = actions.register(replace(letter, proof="birth"), by=cast.actor(cast.clerk), now=cast.now)

    assert (one.until_on, one.acts) == (date(2033, 6, 1), ["submit", "follow", "supplement", "receive"])
    actions.sweep(now=cast.now.replace(year=2033, month=6, day=1))
    one.refresh_from_db()
    assert one.ended_how == "of_age"


def test_nobody_is_guardian_of_a_grown_up(cast: Cast) -> None:
    letter = replace(_paper(cast), kind="guardian", proof="household")
    with pytest.raises(Invalid, match="已满十八周岁"):
        actions.register(letter, by=cast.actor(cast.clerk), now=cast.now)


def test_for_whom_may_i_act_is_one_query(cast: Cast, django_assert_num_queries: Any) -> None:
    for kind in ("family", "attorney"):
        given_by_liu(cast, kind=kind)

    wang = cast.actor(cast.stranger)
    with django_assert_num_queries(1):
        held = queries.held_now(wang, today=cast.now.date())
        assert [one.principal_name for one in held] == ["刘晓燕", "刘晓燕"]
    assert PowerOfAttorney.objects.count() == 2


def _paper(cast: Cast) -> OnPaper:
    scan = keep_upload(people.paper("letter"), by=cast.actor(cast.clerk), now=cast.now)
    return OnPaper(
        kind="family", principal_id=id_of(cast.liu), principal_name="刘晓燕", agent_id=id_of(cast.stranger),
        agent_name="王强", acts=["submit"], from_on=cast.now.date(), until_on=cast.now.date() + timedelta(days=90),
        cards_seen=True, paper=scan,
    )  # fmt: skip


def _citizen(cast: Cast, username: str, name: str, first: str) -> Account:
    person = identity.register_person(name=name, id_number=first + check_digit(first), now=cast.now)
    return identity.open_account(username=username, password=people.PASSWORD, person=person, now=cast.now)


def _agency(cast: Cast, boss: Account) -> Organisation:
    first = "91500199MA5U00009"
    return identity.register_organisation(
        uscc=first + uscc.calc_check_digit(first), name="云江代办服务有限公司", legal=boss.person, now=cast.now
    )
