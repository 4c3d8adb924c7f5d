"""合并: whatever pointed at the one points at the other, in every room; by whom it may be, with a reason; and back again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import people
from tests.people import Cast
from tongban.applications import actions as applications
from tongban.applications.models import Application, Draft
from tongban.channels.models import Sms
from tongban.identity import actions, assurance, merging
from tongban.identity.levels import Level
from tongban.identity.models import Account, Merging, Moved, Person
from tongban.identity.queries import actor_of, person_with
from tongban.kernel import bookkeeper, jobs
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal
from tongban.licences.models import Licence
from tongban.notices.models import Preference

BECAUSE = "护照与身份证人像、生日一致"
PASSPORT = {"id_type": "passport", "id_number": "E12345678", "id_issuer": "CHN"}


@pytest.fixture
def other(cast: Cast) -> Account:
    """Liu, registered before with a passport, with a case and a licence."""
    person = actions.register_person(name="LIU XIAOYAN", **PASSPORT, assurance=Level.REAL_NAME, now=cast.now)
    return actions.open_account(username="liu_passport", password=people.PASSWORD, person=person, now=cast.now)


def case_of(cast: Cast, account: Account, key: str = "merged-1") -> Application:
    return cast.submit(key=key, by=account, person=account.person)


def by_administrator(cast: Cast, kept: Account, merged: Account) -> Merging:
    """Under two names: after a clerk saw both papers."""
    assert kept.person and merged.person
    for one in (kept, merged):
        if Person.objects.get(pk=one.person_id).merged_into_id is None:
            see(cast, one)
    return merging.merge(
        kept.person.public_id, merged.person.public_id, reason=BECAUSE, by=cast.actor(cast.administrator), now=cast.now
    )


def see(cast: Cast, account: Account) -> None:
    person = account.person
    assert person
    assurance.see_in_person(
        name=person.name, id_type=person.id_type, id_number=person.id_number, id_issuer=person.id_issuer,
        by=cast.actor(cast.clerk), now=cast.now,
    )  # fmt: skip


def test_cases_drafts_licences_and_wishes_follow_the_person(cast: Cast, other: Account) -> None:
    case = case_of(cast, other)
    draft = applications.open_draft(cast.guide, person=other.person, by=cast.actor(other), now=cast.now)
    Preference.objects.create(person=other.person, wish="site", at=cast.now)

    made = by_administrator(cast, cast.liu, other)

    assert Application.objects.get(pk=case.pk).person == cast.liu.person
    assert Application.objects.visible_to(cast.actor(cast.liu)).get() == case
    assert Draft.objects.get(pk=draft.pk).applicant == cast.liu.person
    assert Preference.objects.get().person == cast.liu.person
    assert {row.table for row in made.moved.all()} >= {
        "applications.application.person", "applications.draft.applicant", "notices.preference.person",
    }  # fmt: skip
    entry = JournalEntry.objects.get(name="identity.PersonsMerged")
    assert entry.facts["kept"] == str(cast.liu.person.public_id) and "LIU" not in str(entry.facts)
    assert (made.names, made.reason) == ("刘晓燕、LIU XIAOYAN", BECAUSE)


def test_what_the_kept_one_has_already_stays_with_the_merged(cast: Cast, other: Account) -> None:
    for account in (cast.liu, other):
        Preference.objects.create(person=account.person, wish="site", at=cast.now)
    case = case_of(cast, other)

    made = by_administrator(cast, cast.liu, other)

    assert Preference.objects.get(person=other.person) and Preference.objects.get(person=cast.liu.person)
    assert Application.objects.get(pk=case.pk).person == cast.liu.person
    assert "notices.preference.person" not in {row.table for row in made.moved.all()}


def test_every_column_that_points_at_a_person_is_covered_or_named() -> None:
    pointing = {
        f"{field.model._meta.label_lower}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and field.related_model is Person
    }
    moved = {merging._table(model, column) for model, column in merging._pointing()}
    staying = {table for table in pointing if table.split(".")[0] == "identity"} - moved

    assert pointing - moved == staying
    assert staying == {
        "identity.account.person", "identity.verification.person", "identity.facecheck.person", "identity.merging.kept",
        "identity.merging.merged",
    }  # fmt: skip


def test_the_paper_that_was_merged_leads_to_the_person(cast: Cast, other: Account) -> None:
    by_administrator(cast, cast.liu, other)

    assert person_with(assurance.paper_of(other.person)) == cast.liu.person
    assert actions.register_person(name="LIU XIAOYAN", **PASSPORT, now=cast.now) == cast.liu.person


def test_of_two_accounts_one_is_closed_and_of_one_it_is_moved(cast: Cast, other: Account) -> None:
    by_administrator(cast, cast.liu, other)
    assert not Account.objects.get(pk=other.pk).is_active

    alone = actions.register_person(name="王强", id_type="taiwan", id_number="12345678", now=cast.now)
    made = merging.merge(
        alone.public_id, cast.stranger.person.public_id, reason=BECAUSE, by=cast.actor(cast.administrator), now=cast.now
    )
    assert made.account_moved == cast.stranger and Account.objects.get(pk=cast.stranger.pk).person == alone


def test_a_merging_is_undone_row_by_row_and_what_came_since_stays(cast: Cast, other: Account) -> None:
    case = case_of(cast, other)
    made = by_administrator(cast, cast.liu, other)
    since = cast.submit(key="since-0001")

    merging.part(made.public_id, reason="是同名的另一个人", by=cast.actor(cast.administrator), now=cast.now)

    assert Application.objects.get(pk=case.pk).person == other.person
    assert Application.objects.get(pk=since.pk).person == cast.liu.person
    assert Account.objects.get(pk=other.pk).is_active
    assert person_with(assurance.paper_of(other.person)) == other.person
    with pytest.raises(Conflict, match="已经撤销"):
        merging.part(made.public_id, reason="是同名的另一个人", by=cast.actor(cast.administrator), now=cast.now)
    again = by_administrator(cast, cast.liu, other)
    assert Moved.objects.filter(merging=again).exists()


def test_three_registrations_become_one_and_come_apart_in_turn(cast: Cast, other: Account) -> None:
    person = actions.register_person(name="劉曉燕", id_type="taiwan", id_number="12345678", now=cast.now)
    third = actions.open_account(username="liu_pass", password=people.PASSWORD, person=person, now=cast.now)
    first = by_administrator(cast, other, cast.liu)
    second = by_administrator(cast, third, other)

    assert person_with(assurance.paper_of(cast.liu.person)) == third.person
    with pytest.raises(Conflict, match="又并入了别的登记"):
        merging.part(first.public_id, reason="是同名的另一个人", by=cast.actor(cast.administrator), now=cast.now)
    merging.part(second.public_id, reason="是同名的另一个人", by=cast.actor(cast.administrator), now=cast.now)
    assert person_with(assurance.paper_of(cast.liu.person)) == other.person


def test_two_id_cards_are_two_people_whatever_anybody_saw(cast: Cast, other: Account) -> None:
    """The friend and the victim: both numbers were ticked as seen. And not through a third registration either."""
    for account in (cast.liu, cast.stranger):
        see(cast, account)
    for by in (cast.clerk, cast.administrator):
        with pytest.raises(Conflict, match="两个不同的居民身份证"):
            merging.merge(
                cast.stranger.person.public_id, cast.liu.person.public_id, reason=BECAUSE, by=cast.actor(by),
                now=cast.now,
            )  # fmt: skip
    by_administrator(cast, other, cast.liu)
    with pytest.raises(Conflict, match="两个不同的居民身份证"):
        by_administrator(cast, cast.stranger, other)
    assert person_with(assurance.paper_of(cast.liu.person)) == other.person


def test_numbers_that_say_two_birthdays_are_two_people(cast: Cast) -> None:
    number = "81000019880313001"
    pass_holder = actions.register_person(
        name="刘晓燕", id_type="residence", id_number=number + people.check_digit(number), now=cast.now
    )
    with pytest.raises(Conflict, match="出生日期不同"):
        merging.merge(
            cast.liu.person.public_id, pass_holder.public_id, reason=BECAUSE, by=cast.actor(cast.administrator),
            now=cast.now,
        )  # fmt: skip


def test_two_names_take_an_administrator_and_a_clerk_who_saw_both(cast: Cast, other: Account) -> None:
    pair, clerk = (cast.liu.person.public_id, other.person.public_id), cast.actor(cast.clerk)
    administrator = cast.actor(cast.administrator)
    with pytest.raises(Conflict, match="先当面核验两个证件"):
        merging.merge(*pair, reason=BECAUSE, by=administrator, now=cast.now)
    for one in (cast.liu, other):
        see(cast, one)
    with pytest.raises(Forbidden, match="姓名不同"):
        merging.merge(*pair, reason=BECAUSE, by=clerk, now=cast.now)
    with pytest.raises(Conflict, match="先当面核验两个证件"):
        merging.merge(*pair, reason=BECAUSE, by=administrator, now=cast.now + timedelta(days=8))

    assert merging.merge(*pair, reason=BECAUSE, by=administrator, now=cast.now + timedelta(days=1))


def test_both_phones_hear_of_a_merging_and_of_its_undoing(cast: Cast, other: Account) -> None:
    other.person.set_phone("19900000077")
    other.person.save()
    made = by_administrator(cast, cast.liu, other)
    settle()
    told = list(Sms.objects.order_by("pk"))
    assert {one.phone for one in told} == {people.LIU_PHONE, "19900000077"} and len(told) == 2
    assert all("护照 E" in one.text and "198803" not in one.text for one in told)

    merging.part(made.public_id, reason="是同名的另一个人", by=cast.actor(cast.administrator), now=cast.now)
    settle()

    assert Sms.objects.count() == 4


def settle() -> None:
    while bookkeeper.link_waiting():
        jobs.run_waiting()


def test_a_clerk_merges_only_whose_two_cards_they_saw_just_now(cast: Cast, other: Account) -> None:
    other.person.name = cast.liu.person.name
    other.person.save()
    clerk, pair = cast.actor(cast.clerk), (cast.liu.person.public_id, other.person.public_id)
    for seen in ((), (cast.liu,)):
        for one in seen:
            see(cast, one)
        with pytest.raises(NotFound):
            merging.merge(*pair, reason=BECAUSE, by=clerk, now=cast.now)
    see(cast, other)
    with pytest.raises(NotFound):
        merging.merge(*pair, reason=BECAUSE, by=clerk, now=cast.now + timedelta(minutes=31))
    with pytest.raises(NotFound):
        merging.merge(*pair, reason=BECAUSE, by=cast.actor(cast.clerk_two), now=cast.now)

    assert merging.merge(*pair, reason=BECAUSE, by=clerk, now=cast.now).cards_seen


def test_who_may_not_merge_and_why_it_needs_a_reason(cast: Cast, other: Account) -> None:
    pair = (cast.liu.person.public_id, other.person.public_id)
    for account in (cast.liu, cast.reviewer, cast.supervisor):
        with pytest.raises(Forbidden):
            merging.merge(*pair, reason=BECAUSE, by=cast.actor(account), now=cast.now)
    with pytest.raises(Refusal, match="写明"):
        merging.merge(*pair, reason=" 同一人 ", by=cast.actor(cast.administrator), now=cast.now)
    with pytest.raises(Refusal, match="同一个登记"):
        merging.merge(pair[0], pair[0], reason=BECAUSE, by=cast.actor(cast.administrator), now=cast.now)
    made = by_administrator(cast, cast.liu, other)
    with pytest.raises(Forbidden):
        merging.part(made.public_id, reason=BECAUSE, by=cast.actor(cast.clerk), now=cast.now)
    with pytest.raises(NotFound):
        by_administrator(cast, cast.liu, other)


def test_whose_account_has_a_post_is_not_merged_away(cast: Cast, other: Account) -> None:
    actions.appoint(account=other, role="window", region=cast.region, now=cast.now)
    with pytest.raises(Conflict, match="岗位"):
        by_administrator(cast, cast.liu, other)


def test_scopes_are_one_comparison_as_before(cast: Cast, other: Account) -> None:
    case_of(cast, other)
    by_administrator(cast, cast.liu, other)
    with CaptureQueriesContext(connection) as asked:
        found = list(Application.objects.visible_to(actor_of(cast.liu, now=cast.now, channel="web")))

    assert len(found) == 1 and "merged_into" not in str([each["sql"] for each in asked])
    assert not Licence.objects.filter(person=other.person).exists()
