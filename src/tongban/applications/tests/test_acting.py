"""代办: 王强 acts for 刘晓燕 as far as her power of attorney goes, and both names stand everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests import people
from tests.people import Cast
from tongban.applications import acting, actions, documents, prefill, queries
from tongban.applications.actions import Gap
from tongban.applications.models import Application, Draft
from tongban.delegation import actions as delegation
from tongban.delegation import queries as delegable
from tongban.delegation.models import PowerOfAttorney
from tongban.delegation.tests.scenes import given_by_liu
from tongban.files.actions import keep_upload
from tongban.identity.actions import register_person
from tongban.identity.models import Account, Membership, Person
from tongban.kernel import clock
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Forbidden, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _that_morning(cast: Cast) -> Iterator[None]:
    with clock.at(cast.now):
        yield


def at(account: Account) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    return client


def handed_in(cast: Cast, power: PowerOfAttorney, key: str = "by-wang-1") -> Application:
    return cast.submit(key=key, by=cast.stranger, power=power)


def test_the_case_is_the_principal_s_and_names_who_filed_it(cast: Cast) -> None:
    one = handed_in(cast, given_by_liu(cast))

    assert cast.liu.person and cast.stranger.person
    assert (one.person, one.agent) == (cast.liu.person, cast.stranger.person)
    entry = JournalEntry.objects.get(name="applications.Submitted")
    assert (entry.actor, entry.on_behalf_of) == (
        f"person:{cast.stranger.person.public_id}", f"person:{cast.liu.person.public_id}"
    )  # fmt: skip
    assert acting.parties(one) == "刘晓燕（家庭代办人：王强）"
    assert queries.case(one.number, by=cast.actor(cast.liu)) == one
    assert queries.timeline(one)[0].who == "代理人（代申请人办理）"


def test_without_a_power_nobody_files_for_another(cast: Cast) -> None:
    with pytest.raises(Forbidden, match="不能代这位申请人提交"):
        cast.submit(by=cast.stranger)


@pytest.mark.parametrize("how", ["expired", "revoked", "renounced"])
def test_what_has_ended_is_refused_at_each_later_act_with_the_reason(cast: Cast, how: str) -> None:
    power = given_by_liu(cast, until_on=cast.now.date() + timedelta(days=2))
    one = handed_in(cast, power)
    gap = {"layout": Gap(note="请补交布局图")}
    actions.correct(one.number, gap, by=cast.actor(cast.reviewer), now=cast.now)
    later = cast.now + timedelta(days=2 if how == "expired" else 1)
    if how == "revoked":
        delegation.revoke(power.public_id, by=cast.actor(cast.liu), now=cast.now)
    if how == "renounced":
        delegation.renounce(power.public_id, by=cast.actor(cast.stranger), now=cast.now)

    with clock.at(later):
        for verb in (
            lambda: actions.supplement(one.number, materials={}, by=cast.actor(cast.stranger), now=later),
            lambda: actions.deliver(one.number, by=cast.actor(cast.stranger), now=later),
            lambda: actions.write_message(one.number, text="什么时候办好？", by=cast.actor(cast.stranger), now=later),
            lambda: queries.case(one.number, by=cast.actor(cast.stranger)),
            lambda: cast.submit(key="by-wang-again", by=cast.stranger, power=power, now=later),
        ):
            with pytest.raises(Forbidden, match="委托已经结束"):
                verb()
        page = at(cast.stranger).get(f"/my/applications/{one.number}")
        assert page.status_code == 403
        assert "委托已经结束" in page.content.decode()
        assert at(cast.liu).get(f"/my/applications/{one.number}").status_code == 200


def test_a_case_of_somebody_who_gave_no_power_does_not_exist(cast: Cast) -> None:
    one = cast.submit()

    assert at(cast.stranger).get(f"/my/applications/{one.number}").status_code == 404
    with pytest.raises(NotFound):
        actions.supplement(one.number, materials={}, by=cast.actor(cast.stranger), now=cast.now)


def test_a_request_that_was_never_confirmed_opens_nothing(cast: Cast) -> None:
    one = cast.submit()
    asked = delegation.ask(
        delegation.Wanted(
            side="principal", kind="family", other=delegation.Other("王强", cast.stranger.person.id_number),  # type: ignore[union-attr]
            acts=["submit"], from_on=cast.now.date(), until_on=cast.now.date() + timedelta(days=9),
        ),
        by=cast.actor(cast.liu), now=cast.now,
    )  # fmt: skip

    with pytest.raises(NotFound):
        queries.case(one.number, by=cast.actor(cast.stranger))
    delegation.renounce(asked.public_id, by=cast.actor(cast.stranger), now=cast.now)
    with pytest.raises(NotFound):
        queries.case(one.number, by=cast.actor(cast.stranger))


def test_the_power_s_items_and_acts_are_its_limits(cast: Cast) -> None:
    people.publish(cast.body, now=cast.now, code="990131001009", name="另一事项")
    others = given_by_liu(cast, item_codes=["990131001009"])
    with pytest.raises(Forbidden, match="不包括这个事项"):
        handed_in(cast, others)
    one = cast.submit(key="by-liu-01")
    with pytest.raises(NotFound):
        queries.case(one.number, by=cast.actor(cast.stranger))

    looks = given_by_liu(cast, kind="attorney", acts=["follow"])
    assert queries.case(one.number, by=cast.actor(cast.stranger)) == one
    with pytest.raises(Forbidden, match="没有授权您“填写并提交申请”"):
        handed_in(cast, looks)
    with pytest.raises(Forbidden, match="没有授权您“补正、补交材料”"):
        actions.supplement(one.number, materials={}, by=cast.actor(cast.stranger), now=cast.now)


def test_withdrawing_is_the_principal_s_own(cast: Cast) -> None:
    one = handed_in(cast, given_by_liu(cast))

    with pytest.raises(Forbidden, match="只有申请人本人"):
        actions.withdraw(one.number, by=cast.actor(cast.stranger), now=cast.now)
    assert actions.withdraw(one.number, by=cast.actor(cast.liu), now=cast.now).state == "withdrawn"


def test_the_agent_supplements_and_takes_the_result_on_behalf(cast: Cast) -> None:
    wang, reviewer = cast.actor(cast.stranger), cast.actor(cast.reviewer)
    one = handed_in(cast, given_by_liu(cast))
    actions.correct(one.number, {"layout": Gap(note="请补交布局图")}, by=reviewer, now=cast.now)
    file = keep_upload(people.paper("layout"), by=wang, now=cast.now)
    actions.supplement(one.number, materials={"layout": str(file.public_id)}, by=wang, now=cast.now)
    actions.accept(one.number, by=reviewer, now=cast.now)
    actions.review(one.number, passes=True, opinion="材料齐全，符合规定", by=reviewer, now=cast.now)
    actions.decide(one.number, granted=True, by=cast.actor(cast.decider), now=cast.now)
    actions.deliver(one.number, by=wang, now=cast.now)

    assert cast.liu.person
    acts = JournalEntry.objects.filter(name__in=["applications.Supplemented", "applications.Delivered"])
    assert {entry.on_behalf_of for entry in acts} == {f"person:{cast.liu.person.public_id}"}
    assert one.delivery and one.delivery.by == wang.who
    path = f"/my/applications/{one.number}/licence.pdf"
    assert path in at(cast.stranger).get(f"/my/applications/{one.number}").content.decode()
    assert at(cast.stranger).get(path).content.startswith(b"%PDF")
    assert at(cast.reviewer).get(path).status_code == 403


def test_papers_and_the_desk_show_both_names(cast: Cast) -> None:
    one = handed_in(cast, given_by_liu(cast))

    receipt = documents.document_of(one, "receipt", now=cast.now)
    assert "王强" in str(receipt.facts)
    assert "家庭代办人：王强" in at(cast.reviewer).get(f"/desk/cases/{one.number}").content.decode()
    assert "刘晓燕（家庭代办人：王强）" in at(cast.liu).get(f"/my/applications/{one.number}").content.decode()


def test_prefill_shows_the_principal_only_as_far_as_the_power_goes(cast: Cast) -> None:
    assert cast.liu.person
    known = {
        acts: prefill.hints(
            cast.guide, person=cast.liu.person, organisation=None, today=cast.now.date(), logged_in=False,
            reach=acting.knows(PowerOfAttorney(acts=list(acts))),
        )
        for acts in (("follow",), ("submit", "follow"))
    }  # fmt: skip

    assert known[("follow",)] == {}
    assert known[("submit", "follow")]["form.name"].value == "刘晓燕"
    assert "library" not in acting.knows(PowerOfAttorney(acts=["submit", "follow"]))


def test_at_the_start_one_chooses_for_whom_and_the_draft_is_theirs(cast: Cast) -> None:
    power = given_by_liu(cast)
    wang = at(cast.stranger)
    begin = f"/items/{cast.guide.code}/application"

    assert "刘晓燕（我是家庭代办人）" in wang.get(begin).content.decode()
    wang.post(begin, {"applicant": str(power.public_id)})

    draft = Draft.objects.get()
    assert (draft.applicant, draft.power, draft.account) == (cast.liu.person, power, cast.stranger)
    delegation.revoke(power.public_id, by=cast.actor(cast.liu), now=cast.now)
    refused = wang.get(f"/apply/{draft.public_id}")
    assert (refused.status_code, "委托已经结束" in refused.content.decode()) == (403, True)
    assert wang.post(begin, {"applicant": str(power.public_id)}).status_code in (302, 403)
    assert Draft.objects.filter(power=power).count() == 1


def test_my_cases_are_shown_for_one_principal_at_a_time_and_cost_the_same(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    power = given_by_liu(cast)
    mine = f"/my/applications?for={power.public_id}"
    handed_in(cast, power)
    assert "刘晓燕的办件" in at(cast.stranger).get(mine).content.decode()
    assert cast.guide.name in at(cast.stranger).get(mine).content.decode()
    assert at(cast.clerk).get(mine).status_code == 404
    assert at(cast.liu).get(mine).status_code == 404

    wang = cast.actor(cast.stranger)
    for number in range(3):
        handed_in(cast, power, f"by-wang-more-{number}")
    with django_assert_num_queries(1):
        found = list(acting.cases_under(power, by=wang, today=cast.now.date()).select_related("body").newest_first())
    assert len(found) == 4


@pytest.mark.parametrize(
    ("born", "words"),
    [("20180303", "刘晓燕（法定代理人，代 刘小禾）"), ("20180302", "刘小禾（法定代理人：刘晓燕）")],
)
def test_a_child_is_named_first_from_the_eighth_birthday(cast: Cast, born: str, words: str) -> None:
    seventeen = f"500199{born}002"
    child = Person(name="刘小禾", id_number=seventeen + people.check_digit(seventeen))
    power = PowerOfAttorney(kind="guardian", principal=child, agent=cast.liu.person)
    case = Application(person=child, agent=cast.liu.person, power=power, submitted_at=cast.now)

    assert acting.parties(case) == words


def test_what_the_law_wants_done_in_person_no_agent_hands_in(cast: Cast) -> None:
    """《民法典》第一百六十一条: neither under a power over all items, nor at a window; and the letter doesn't offer it."""
    everything = given_by_liu(cast)
    strict = people.publish(
        cast.body, now=cast.now, code="990131001009", name="须本人办的事项", personal_basis="某条例第九条", materials=[],
        questions=[],
    )  # fmt: skip
    assert acting.for_whom(strict, by=cast.actor(cast.stranger), today=cast.now.date()) == []
    with pytest.raises(Forbidden, match="须由本人亲自办理（某条例第九条）"):
        cast.submit(key="strict-01", by=cast.stranger, power=everything, edition=strict, answers={}, materials={})
    start = {"item": strict.code, "id_number": people_id(cast.liu), "agent_id": people_id(cast.stranger), "start": "1"}
    assert "须由本人亲自办理" in at(cast.clerk).post("/counter", start).content.decode()
    assert strict.item.code not in delegable.items_to_choose() and cast.guide.item.code in delegable.items_to_choose()
    assert (
        "须由本人亲自办理（某条例第九条）"
        in Client(headers={"host": "localhost"}).get(f"/items/{strict.code}").content.decode()
    )

    assert cast.submit(key="strict-02", edition=strict, answers={}, materials={}).person == cast.liu.person


def people_id(account: Account) -> str:
    assert account.person
    return account.person.id_number


def test_who_once_handled_the_firm_s_case_has_only_what_the_power_gives(cast: Cast) -> None:
    case = cast.submit(key="of-the-firm", organisation=cast.shop)
    Membership.objects.filter(person=cast.liu.person).update(until_at=cast.now)
    PowerOfAttorney.objects.create(
        kind="attorney", principal=cast.stranger.person, principal_organisation=cast.shop, agent=cast.liu.person,
        acts=["follow"], from_on=cast.now.date(), until_on=cast.now.date() + timedelta(days=30), state="in_force",
        confirmed="own", asked_by="person:x", asked_at=cast.now,
    )  # fmt: skip
    liu = cast.actor(cast.liu)

    assert queries.case(case.number, by=liu) == case
    with pytest.raises(Forbidden):
        actions.withdraw(case.number, by=liu, now=cast.now)
    with pytest.raises(Forbidden):
        queries.own_case(case.number, by=liu)
    assert "撤回申请" not in at(cast.liu).get(f"/cases/{case.number}").content.decode()


def test_an_official_who_once_filed_it_for_the_firm_stays_away_from_it(cast: Cast) -> None:
    case = cast.submit(key="of-the-firm", organisation=cast.shop)
    number = "50019919900101111" + people.check_digit("50019919900101111")
    person = register_person(name="审查员", id_number=number, now=cast.now)
    Account.objects.filter(pk=cast.reviewer.pk).update(person=person)
    Application.objects.filter(pk=case.pk).update(person=person)
    cast.reviewer.refresh_from_db()

    with pytest.raises(Forbidden, match="回避"):
        actions.accept(case.number, by=cast.actor(cast.reviewer), now=cast.now)
