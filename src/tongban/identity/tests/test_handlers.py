"""企业: whom the register names registers it, and says who acts for it and until when; nobody else does."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests import people
from tests.people import Cast, check_digit
from tongban.identity import actions, handlers
from tongban.identity.gateways import Registered, fake
from tongban.identity.handlers import NewHandler
from tongban.identity.levels import Level
from tongban.identity.models import Account, Membership, Organisation, Person
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal

USCC = "91500199MAYJ9901XL"
HANDLER = "44052419900101001" + check_digit("44052419900101001")
PROOF = fake.proof(fake.Fake())


class Register(fake.Fake):
    """The register of enterprises, which says what it is told."""

    said: Registered | None = None

    def look_up(self, uscc: str) -> Registered | None:
        return self.said


def registering(cast: Cast, legal: Account, *, open: bool = True, **change: Any) -> Register:
    assert legal.person
    from tongban.identity.assurance import paper_of

    made = Register()
    facts = {
        "name": "云江区德福商贸有限公司",
        "open": open,
        "legal_name": legal.person.name,
        "legal_paper": paper_of(legal.person),
    }
    made.said = Registered(**{**facts, **change})
    return made


def owned(cast: Cast) -> Organisation:
    proof = fake.proof(registering(cast, cast.liu))
    return handlers.register_enterprise(uscc=USCC, proof=proof, by=cast.actor(cast.liu), now=cast.now)


def added(cast: Cast, organisation: Organisation, *, by: Account | None = None, **change: Any) -> Membership:
    new = NewHandler(**{
        "name": "李四", "id_type": "id_card", "id_number": HANDLER, "phone": "19900000055", "from_on": date(2026, 3, 2),
        "last_on": date(2026, 3, 31), **change,
    })  # fmt: skip
    proof = fake.proof(registering(cast, cast.liu))
    return handlers.add_handler(organisation.public_id, new, proof=proof, by=cast.actor(by or cast.liu), now=cast.now)


def test_whom_the_register_names_has_the_enterprise(cast: Cast) -> None:
    made = owned(cast)

    assert made.name == "云江区德福商贸有限公司" and made.pk in cast.actor(cast.liu).organisation_ids
    with pytest.raises(Conflict, match="已经在您名下"):
        owned(cast)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"legal_name": "王强"}, "not_legal"),
        ({"legal_paper": None}, "not_legal"),
        ({"open": False}, "enterprise_closed"),
    ],
)
def test_whom_it_does_not_name_has_nothing(cast: Cast, change: dict[str, Any], code: str) -> None:
    proof = fake.proof(registering(cast, cast.liu, **change))
    with pytest.raises(Refusal) as refused:
        handlers.register_enterprise(uscc=USCC, proof=proof, by=cast.actor(cast.liu), now=cast.now)

    assert refused.value.code == code and not Organisation.objects.filter(uscc=USCC).exists()


def test_a_namesake_with_another_number_has_nothing(cast: Cast) -> None:
    proof = fake.proof(registering(cast, cast.liu))
    Person.objects.filter(pk=cast.stranger.person_id).update(name=cast.liu.person.name)
    with pytest.raises(Refusal, match="没有以您为法定代表人"):
        handlers.register_enterprise(uscc=USCC, proof=proof, by=cast.actor(cast.stranger), now=cast.now)


@pytest.mark.parametrize("fault", ["die", "unknown", "differs"])
def test_without_an_answer_there_is_no_enterprise(cast: Cast, fault: str) -> None:
    with pytest.raises(Refusal):
        handlers.register_enterprise(
            uscc=USCC, proof=fake.proof(fake.Fake(fault)), by=cast.actor(cast.liu), now=cast.now
        )
    assert not Organisation.objects.filter(uscc=USCC).exists()


def test_a_new_legal_representative_ends_the_power_of_the_one_before(cast: Cast) -> None:
    made = owned(cast)
    proof = fake.proof(registering(cast, cast.stranger))
    handlers.register_enterprise(
        uscc=USCC, proof=proof, by=cast.actor(cast.stranger), now=cast.now + timedelta(hours=1)
    )

    cast.now += timedelta(hours=1)
    assert made.pk not in cast.actor(cast.liu).organisation_ids
    assert made.pk in cast.actor(cast.stranger).organisation_ids
    assert Membership.objects.get(organisation=made, person=cast.liu.person).ended_by == cast.actor(cast.stranger).who


def test_who_is_not_sure_to_be_themselves_registers_nothing(cast: Cast) -> None:
    Person.objects.filter(pk=cast.liu.person_id).update(assurance=Level.PHONE)
    with pytest.raises(Forbidden, match="实名认证"):
        owned(cast)


def test_a_handler_acts_from_the_first_to_the_last_day(cast: Cast) -> None:
    made = owned(cast)
    one = added(cast, made, from_on=date(2026, 3, 10))
    account = actions.open_account(username="lisi", password=people.PASSWORD, person=one.person, now=cast.now)

    start = cast.now
    for days, acts in ((0, False), (7, False), (8, True), (29, True), (30, False)):
        cast.now = start + timedelta(days=days)
        assert (made.pk in cast.actor(account).organisation_ids) == acts, days


def test_a_handler_is_ended_at_once_by_either(cast: Cast) -> None:
    made = owned(cast)
    one = added(cast, made)
    account = actions.open_account(username="lisi", password=people.PASSWORD, person=one.person, now=cast.now)

    with pytest.raises(NotFound):
        handlers.end_handler(one.public_id, by=cast.actor(cast.stranger), now=cast.now)
    cast.now += timedelta(hours=1)
    handlers.end_handler(one.public_id, by=cast.actor(account), now=cast.now)
    assert made.pk not in cast.actor(account).organisation_ids
    with pytest.raises(Conflict):
        handlers.end_handler(one.public_id, by=cast.actor(cast.liu), now=cast.now)

    again = added(cast, made)
    handlers.end_handler(again.public_id, by=cast.actor(cast.liu), now=cast.now + timedelta(minutes=1))
    assert [bool(each.ended_by) for each in handlers.handlers_of(made, now=cast.now + timedelta(hours=1))] == [
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"from_on": date(2026, 3, 1)}, "handler_past"),
        ({"last_on": date(2026, 3, 1)}, "handler_period"),
        ({"last_on": date(2029, 3, 10)}, "handler_long"),
        ({"phone": "13800000000"}, "real_name_differs"),
        ({"name": "李\u200b四"}, "hidden_signs"),
        ({"id_number": "440524199001010011"}, "id_number_check"),
    ],
)
def test_what_is_wrong_with_a_handler_is_said(cast: Cast, change: dict[str, Any], code: str) -> None:
    made = owned(cast)
    with pytest.raises(Refusal) as refused:
        added(cast, made, **change)

    assert refused.value.code == code and not Membership.objects.filter(organisation=made, kind="handler").exists()
    assert not Person.objects.with_id("id_card", HANDLER).exists()


def test_nobody_is_a_handler_twice_on_one_day_nor_adds_themselves_nor_for_others(cast: Cast) -> None:
    made = owned(cast)
    added(cast, made)
    with pytest.raises(Conflict):
        added(cast, made, from_on=date(2026, 3, 31), last_on=date(2026, 4, 30))
    added(cast, made, from_on=date(2026, 4, 1), last_on=date(2026, 4, 30))
    with pytest.raises(Refusal, match="不用加自己"):
        added(cast, made, id_number=cast.liu.person.id_number)
    with pytest.raises(NotFound):
        added(cast, made, by=cast.stranger)
    with pytest.raises(NotFound):
        added(cast, made, by=cast.clerk)


def test_a_handler_adds_no_handlers(cast: Cast) -> None:
    made = owned(cast)
    one = added(cast, made)
    account = actions.open_account(username="lisi", password=people.PASSWORD, person=one.person, now=cast.now)

    with pytest.raises(NotFound):
        added(cast, made, by=account, from_on=date(2026, 5, 1), last_on=date(2026, 5, 2))


@pytest.mark.parametrize("closed", [False, True])
def test_who_was_replaced_gives_no_power_away_before_the_successor_came(cast: Cast, closed: bool) -> None:
    made = owned(cast)
    now = cast.now = cast.now + timedelta(days=1)
    register = registering(cast, cast.liu if closed else cast.stranger, open=not closed)
    new = NewHandler(
        name="李四", id_type="id_card", id_number=HANDLER, phone="19900000044", from_on=now.date(),
        last_on=now.date() + timedelta(days=9),
    )  # fmt: skip

    with pytest.raises(Forbidden, match="已经不是这家企业的法定代表人"):
        handlers.add_handler(made.public_id, new, proof=fake.proof(register), by=cast.actor(cast.liu), now=now)

    assert made.pk not in cast.actor(cast.liu).organisation_ids
    assert not Membership.objects.filter(organisation=made, kind="handler").exists()
    assert Membership.objects.get(organisation=made).ended_by == "system:market"
