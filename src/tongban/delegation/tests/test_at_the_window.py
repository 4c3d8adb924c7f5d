"""At the window: who may give a firm's power away, whose card ends a power, and what only a paper of the law ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests import people
from tests.people import Cast, check_digit
from tongban.delegation import actions
from tongban.delegation.actions import AtWindow, OnPaper, Other, Wanted
from tongban.delegation.models import PowerOfAttorney
from tongban.delegation.tests.scenes import given_by_liu, id_of
from tongban.delegation.tests.test_powers import _paper
from tongban.files.actions import keep_upload
from tongban.files.models import StoredFile
from tongban.identity import actions as identity
from tongban.identity.gateways import Registered, fake
from tongban.identity.models import Account, Membership, Person
from tongban.kernel.refusals import Conflict, Forbidden, Invalid, Refusal

pytestmark = pytest.mark.django_db
CAME = "本人来窗口办理"


def scan(cast: Cast) -> StoredFile:
    return keep_upload(people.paper("proof"), by=cast.actor(cast.clerk), now=cast.now)


def ended(cast: Cast, one: PowerOfAttorney, how: str, shown: str, paper: StoredFile | None = None) -> PowerOfAttorney:
    said = AtWindow(how, shown, CAME, paper)
    return actions.end_at_window(one.public_id, said, by=cast.actor(cast.clerk), now=cast.now)


def faults(cast: Cast, one: PowerOfAttorney, said: AtWindow) -> set[str]:
    with pytest.raises(Invalid) as refused:
        actions.end_at_window(one.public_id, said, by=cast.actor(cast.clerk), now=cast.now)
    return {fault.field for fault in refused.value.faults}


def guardianship(cast: Cast) -> PowerOfAttorney:
    child = "50019920150601002"
    letter = replace(
        _paper(cast), kind="guardian", principal_id=child + check_digit(child), principal_name="刘小禾",
        agent_id=id_of(cast.liu), agent_name="刘晓燕", acts=[], proof="birth",
    )  # fmt: skip
    return actions.register(letter, by=cast.actor(cast.clerk), now=cast.now)


def of_the_shop(cast: Cast, signer: Account) -> OnPaper:
    return replace(
        _paper(cast), kind="attorney", principal_uscc=cast.shop.uscc, principal_id=id_of(signer), principal_name="",
        agent_id="500199199005054486", agent_name="陈静",
    )  # fmt: skip


def test_a_firm_s_power_comes_from_its_legal_representative_of_today_alone(cast: Cast) -> None:
    clerk = cast.actor(cast.clerk)
    for signer in (cast.stranger, cast.liu):
        if signer == cast.liu:
            Membership.objects.filter(person=cast.liu.person, kind="legal").update(until_at=cast.now)
        with pytest.raises(Invalid, match="法定代表人") as refused:
            actions.register(of_the_shop(cast, signer), by=clerk, now=cast.now)
        assert [fault.field for fault in refused.value.faults] == ["principal_id"]
    Membership.objects.create(
        person=cast.liu.person, organisation=cast.shop, kind="handler", from_at=cast.now - timedelta(days=1)
    )
    with pytest.raises(Invalid, match="法定代表人"):
        actions.register(of_the_shop(cast, cast.liu), by=clerk, now=cast.now)

    Membership.objects.create(person=cast.liu.person, organisation=cast.shop, kind="legal", from_at=cast.now)
    one = actions.register(of_the_shop(cast, cast.liu), by=clerk, now=cast.now)

    assert one.principal_name == cast.shop.name


def test_a_clerk_writes_no_power_for_their_own_firm(cast: Cast) -> None:
    """回避: neither given for it nor ended."""
    Membership.objects.filter(person=cast.liu.person).update(person=cast.stranger.person)
    identity.appoint(account=cast.liu, role="window", region=cast.region, hall=cast.hall, now=cast.now)
    Membership.objects.create(person=cast.liu.person, organisation=cast.shop, kind="handler", from_at=cast.now)
    by = cast.actor(cast.liu)

    with pytest.raises(Forbidden, match="回避"):
        actions.register(of_the_shop(cast, cast.stranger), by=by, now=cast.now)
    one = actions.register(of_the_shop(cast, cast.stranger), by=cast.actor(cast.clerk), now=cast.now)
    with pytest.raises(Forbidden, match="回避"):
        actions.end_at_window(one.public_id, AtWindow("revoked", id_of(cast.stranger), CAME), by=by, now=cast.now)


def test_who_revokes_shows_the_principal_s_card_and_who_renounces_the_agent_s(cast: Cast) -> None:
    liu, wang, third = id_of(cast.liu), id_of(cast.stranger), "500199199005054486"
    identity.register_person(name="陈静", id_number=third, now=cast.now)
    one = given_by_liu(cast)
    for how, shown in (("revoked", wang), ("revoked", third), ("renounced", liu), ("by_law", third), ("revoked", "1")):
        assert "id_number" in faults(cast, one, AtWindow(how, shown, CAME, scan(cast)))
    assert faults(cast, one, AtWindow("expired", liu, "")) == {"how", "reason"}

    assert ended(cast, one, "revoked", liu).ended_how == "revoked"
    assert ended(cast, given_by_liu(cast), "renounced", wang).ended_how == "renounced"
    with pytest.raises(Conflict):
        ended(cast, one, "revoked", liu)


def test_what_the_law_ended_is_proved_by_a_paper(cast: Cast) -> None:
    one = given_by_liu(cast)
    assert faults(cast, one, AtWindow("by_law", id_of(cast.liu), CAME)) == {"paper"}

    done = ended(cast, one, "by_law", id_of(cast.stranger), scan(cast))

    assert (done.state, done.ended_how, done.ended_why) == ("ended", "by_law", CAME)
    assert done.ended_paper_id


def test_only_a_window_ends_powers(cast: Cast) -> None:
    one = given_by_liu(cast)
    with pytest.raises(Forbidden):
        actions.end_at_window(
            one.public_id, AtWindow("revoked", id_of(cast.liu), CAME), by=cast.actor(cast.head), now=cast.now
        )


def test_guardianship_is_given_up_by_nobody_and_ended_by_the_law_or_an_order(cast: Cast) -> None:
    one = guardianship(cast)
    with pytest.raises(Refusal, match="不能自己辞去"):
        actions.renounce(one.public_id, by=cast.actor(cast.liu), now=cast.now)
    for how in ("revoked", "renounced"):
        assert "how" in faults(cast, one, AtWindow(how, id_of(cast.liu), CAME, scan(cast)))
    assert faults(cast, one, AtWindow("by_order", id_of(cast.liu), CAME)) == {"paper"}
    assert "how" in faults(cast, given_by_liu(cast), AtWindow("by_order", id_of(cast.liu), CAME, scan(cast)))

    assert ended(cast, one, "by_order", id_of(cast.liu), scan(cast)).ended_how == "by_order"


def test_a_paper_that_was_merged_is_the_person_it_was_merged_into(cast: Cast) -> None:
    """刘晓燕 came under an older number too: it finds her, and she is not made her own agent."""
    old = Person(name="刘晓燕", created_at=cast.now, merged_into=cast.liu.person)
    old.set_id_number(older := "50019919880312001" + check_digit("50019919880312001"))
    old.save()
    letter = replace(_paper(cast), agent_id=older, agent_name="刘晓燕")
    with pytest.raises(Invalid, match="不能是同一个人"):
        actions.register(letter, by=cast.actor(cast.clerk), now=cast.now)
    wanted = Wanted(
        side="principal", kind="family", other=Other("刘晓燕", older), acts=["submit"], from_on=cast.now.date(),
        until_on=cast.now.date() + timedelta(days=9),
    )  # fmt: skip
    with pytest.raises(Refusal, match="不能是同一个人"):
        actions.ask(wanted, by=cast.actor(cast.liu), now=cast.now)

    one = actions.ask(replace(wanted, side="agent"), by=cast.actor(cast.stranger), now=cast.now)

    assert one.principal == cast.liu.person
    assert date(2026, 3, 2) == one.from_on


class Register(fake.Fake):
    """The register of enterprises names another one by now."""

    def look_up(self, uscc: str) -> Registered | None:
        return Registered("云江区老灶火锅店", True, "王强", None)


def test_who_was_replaced_confirms_no_power_of_the_firm(cast: Cast) -> None:
    """Though the successor never came here: the register is asked before the signature counts."""
    liu = cast.actor(cast.liu)
    wanted = Wanted(
        side="principal", kind="attorney", other=Other("王强", id_of(cast.stranger)), acts=["submit"],
        organisation=cast.shop.uscc, from_on=cast.now.date(), until_on=cast.now.date() + timedelta(days=9),
    )  # fmt: skip
    one = actions.ask(wanted, by=liu, now=cast.now)

    with pytest.raises(Forbidden, match="已经不是这家企业的法定代表人"):
        actions.confirm(one.public_id, proof=fake.proof(Register()), by=liu, now=cast.now)

    one.refresh_from_db()
    assert one.state == "asked"
    assert cast.shop.pk not in cast.actor(cast.liu).organisation_ids
