"""收件: all faults at once, for oneself only; one submission is one case, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.people import GUIDE, Cast, paper, publish
from tongban.applications import actions
from tongban.applications.models import Application, ApplicationMaterial, Commitment
from tongban.catalog import actions as catalog
from tongban.files import actions as files
from tongban.files.models import StoredFile
from tongban.flow.models import Clock, Task
from tongban.identity import actions as identity
from tongban.identity.models import Account, Membership
from tongban.kernel.actors import system
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.models import IdempotencyKey, JournalEntry
from tongban.kernel.numbering import is_public_number
from tongban.kernel.refusals import Conflict, Forbidden, Invalid, Refusal

PDF = paper()
LAYOUT = GUIDE["materials"][3]


def upload(cast: Cast, account: Account, content: bytes = PDF) -> StoredFile:
    return files.keep_upload(content, by=cast.actor(account), now=cast.now)


def refused(cast: Cast, **change: Any) -> list[tuple[str, str]]:
    with pytest.raises(Refusal) as refusal:
        cast.submit(**change)
    assert not Application.objects.exists()
    assert not IdempotencyKey.objects.exists()
    found = refusal.value
    return [(one.code, one.field) for one in (found.faults if isinstance(found, Invalid) else [found])]


def test_a_submission_gets_a_number_a_code_and_is_kept_as_written(cast: Cast) -> None:
    case = cast.submit()

    case = Application.objects.get(pk=case.pk)
    assert is_public_number(case.number) and case.number.startswith("50019920260302")
    assert len(case.query_code) == 8
    assert (case.state, case.version, case.channel, case.visits) == ("submitted", 1, "web", 0)
    assert case.answers == {"kind": "catering"}
    assert case.form == {"name": "刘晓燕", "shop": "老灶火锅店", "area": 86}
    assert case.edition == cast.guide
    (clock,) = Clock.objects.all()  # received is not accepted: only the five days to say so run
    assert (clock.kind, clock.due_on) == ("notice", date(2026, 3, 9))


def test_the_receipt_lists_every_material_of_the_situation(cast: Cast) -> None:
    file = upload(cast, cast.liu)
    case = cast.submit(materials={"safety": "pledge", "layout": str(file.public_id)})

    rows = {row.key: row for row in case.materials.all()}
    assert {key: row.given for key, row in rows.items()} == {
        "form": True, "licence": True, "safety": True, "layout": True,
    }  # fmt: skip
    assert rows["layout"].file == file


def test_a_material_that_may_follow_may_be_missing(cast: Cast) -> None:
    assert not ApplicationMaterial.objects.get(application=cast.submit(), key="layout").given


def test_within_five_working_days_someone_must_answer(cast: Cast) -> None:
    cast.submit()

    (task,) = Task.objects.all()
    assert (task.act, task.due_on, task.body) == ("application.accept", date(2026, 3, 9), cast.body)


def test_a_submission_on_saturday_night_is_answered_by_the_monday_after_next(cast: Cast) -> None:
    case = cast.submit(now=datetime(2026, 3, 7, 23, 0, tzinfo=SHANGHAI))

    assert case.number.startswith("50019920260307")
    assert Task.objects.get().due_on == date(2026, 3, 16)  # counted from Monday 9


def test_all_faults_of_form_and_materials_are_told_at_once(cast: Cast) -> None:
    strict = publish(
        cast.body, now=cast.now, code="990131001002", name="严格",
        materials=[*GUIDE["materials"][:3], LAYOUT | {"may_follow": False}],
    )  # fmt: skip

    assert refused(cast, edition=strict, form={"name": "刘", "area": "8.6", "x": "1"}, materials={"y": "pledge"}) == [
        ("field_missing", "form.shop"),
        ("number_form", "form.area"),
        ("field_unknown", "form"),
        ("pledge_missing", "materials.safety"),
        ("materials_missing", "materials.layout"),
        ("material_unknown", "materials"),
    ]


def test_a_file_that_is_not_there_does_not_hide_the_other_faults(cast: Cast) -> None:
    faults = refused(cast, form={}, materials={"layout": str(uuid4())})

    assert ("file_unknown", "materials") in faults
    assert ("field_missing", "form.shop") in faults


def test_without_the_situation_nothing_else_can_be_judged(cast: Cast) -> None:
    assert refused(cast, answers={}, form={}) == [("answer_missing", "answers.kind")]


@pytest.mark.parametrize("how", ["", "paper", "yes", "pledge "])
def test_a_pledge_is_given_in_so_many_words(cast: Cast, how: str) -> None:
    codes = [code for code, _ in refused(cast, materials={"safety": how})]

    assert set(codes) <= {"pledge_missing", "file_unknown"}


def test_someone_elses_file_is_refused_like_one_that_is_not_there(cast: Cast) -> None:
    theirs = upload(cast, cast.stranger)

    for file in (str(theirs.public_id), str(uuid4()), "not-an-id", "../../etc/passwd"):
        assert refused(cast, materials={"safety": "pledge", "layout": file}) == [("file_unknown", "materials")]


def test_nobody_files_for_another(cast: Cast) -> None:
    assert refused(cast, by=cast.stranger) == [("applicant_not_yours", "")]
    assert refused(cast, by=cast.reviewer) == [("applicant_not_yours", "")]
    assert refused(cast, by=cast.stranger, person=cast.stranger.person, organisation=cast.shop) == [
        ("applicant_not_yours", "")
    ]


def test_the_window_files_for_another_and_sees_the_paper(cast: Cast) -> None:
    clerk = cast.actor(cast.clerk, channel="counter")
    case = actions.submit(
        cast.submission(materials={"safety": "pledge", "layout": "paper"}), key="key-0001", by=clerk, now=cast.now
    )

    assert (case.person, case.submitted_by, case.channel, case.visits) == (cast.liu.person, clerk.who, "counter", 1)
    assert case.materials.get(key="layout").give == "paper"


def test_who_will_not_pledge_brings_the_proof_to_the_window(cast: Cast) -> None:
    clerk = cast.actor(cast.clerk, channel="counter")
    case = actions.submit(cast.submission(materials={"safety": "paper"}), key="key-0001", by=clerk, now=cast.now)

    assert case.materials.get(key="safety").give == "paper"


def test_a_citizen_cannot_claim_to_have_shown_paper(cast: Cast) -> None:
    strict = publish(
        cast.body, now=cast.now, code="990131001006", name="严格",
        materials=[*GUIDE["materials"][:3], LAYOUT | {"may_follow": False}],
    )  # fmt: skip

    assert refused(cast, edition=strict, materials={"safety": "pledge", "layout": "paper"}) == [
        ("materials_missing", "materials.layout")
    ]


def test_an_organisation_applies_through_who_acts_for_it(cast: Cast) -> None:
    case = cast.submit(organisation=cast.shop)

    assert (case.organisation, case.person) == (cast.shop, cast.liu.person)


def test_who_left_the_organisation_does_not_apply_for_it(cast: Cast) -> None:
    Membership.objects.update(until_at=cast.now)

    assert refused(cast, organisation=cast.shop) == [("applicant_not_yours", "")]


@pytest.mark.parametrize(("audience", "for_shop"), [(["1"], True), (["2"], False)])
def test_an_item_for_people_is_not_for_enterprises_nor_the_other_way_round(
    cast: Cast, audience: list[str], for_shop: bool
) -> None:
    edition = publish(cast.body, now=cast.now, code="990131001003", name="专项", audience=audience)
    shop = cast.shop if for_shop else None

    assert refused(cast, edition=edition, organisation=shop) == [("applicant_kind", "organisation")]


def test_an_edition_withdrawn_in_flight_is_refused_with_what_to_do(cast: Cast) -> None:
    handed_in = cast.submission()
    catalog.withdraw(handed_in.edition, by=system("tests"), now=cast.now)

    with pytest.raises(Conflict, match="已更新或下线") as refusal:
        actions.submit(handed_in, key="key-0001", by=cast.actor(cast.liu), now=cast.now)
    assert "草稿" in refusal.value.hint


def test_an_item_that_is_only_described_takes_no_submission(cast: Cast) -> None:
    edition = publish(cast.body, now=cast.now, code="990131001004", name="指南", connection="guide_only")

    assert refused(cast, edition=edition) == [("item_not_here", "")]


def test_the_system_accepts_where_the_edition_says_so(cast: Cast) -> None:
    edition = publish(cast.body, now=cast.now, code="990131001005", name="秒批", accepted_by="system")
    case = cast.submit(edition=edition)

    assert (case.state, case.acceptance.by) == ("accepted", "system:acceptance")
    assert case.promised_on == date(2026, 3, 9)
    assert Task.objects.open().get().act == "application.review"


def test_the_same_key_is_the_same_case(cast: Cast) -> None:
    first, again = cast.submit(), cast.submit()

    assert first == again
    assert Application.objects.count() == 1
    assert JournalEntry.objects.filter(name="applications.Submitted").count() == 1


def test_the_same_key_is_the_same_case_even_when_the_guide_changed_meanwhile(cast: Cast) -> None:
    first = cast.submit()
    catalog.withdraw(cast.guide, by=system("tests"), now=cast.now)

    assert cast.submit() == first


def test_the_same_key_with_other_content_is_refused(cast: Cast) -> None:
    cast.submit()

    with pytest.raises(Refusal, match="内容不同"):
        cast.submit(form={"name": "刘晓燕", "shop": "另一家", "area": "86"})
    assert Application.objects.count() == 1


def test_another_key_is_another_case(cast: Cast) -> None:
    assert cast.submit(key="key-0001").number != cast.submit(key="key-0002").number


def test_a_refused_submission_may_be_mended_under_the_same_key(cast: Cast) -> None:
    assert refused(cast, form={})

    assert cast.submit().state == "submitted"


def test_half_a_character_is_a_fault_not_an_error(cast: Cast) -> None:
    assert refused(cast, form={"name": "\ud83d", "shop": "店", "area": "1"}) == [("field_characters", "form.name")]


@pytest.mark.django_db(transaction=True)
def test_a_double_click_makes_one_case(cast: Cast, together: Callable[..., list[Any]]) -> None:
    handed_in, by = cast.submission(), cast.actor(cast.liu)

    cases = together(*[lambda: actions.submit(handed_in, key="key-0001", by=by, now=cast.now)] * 4)

    assert len({case.number for case in cases}) == 1
    assert Application.objects.count() == ApplicationMaterial.objects.filter(key="form").count() == 1
    assert JournalEntry.objects.filter(name="applications.Submitted").count() == 1


def test_the_applicant_withdraws_until_the_decision(cast: Cast) -> None:
    case = actions.withdraw(cast.accepted().number, reason="不办了", by=cast.actor(cast.liu), now=cast.now)

    assert (case.state, case.closed_at, case.withdrawal.reason) == ("withdrawn", cast.now, "不办了")
    assert not Task.objects.open().exists()
    assert not Clock.objects.filter(stopped_on=None).exists()


def test_a_decided_case_is_not_withdrawn(cast: Cast) -> None:
    with pytest.raises(Conflict, match="不能撤回"):
        actions.withdraw(cast.granted().number, by=cast.actor(cast.liu), now=cast.now)


def test_a_colleague_in_the_enterprise_withdraws_its_case(cast: Cast) -> None:
    case = cast.submit(organisation=cast.shop)
    Membership.objects.create(
        person=cast.stranger.person, organisation=cast.shop, kind="handler", from_at=cast.now
    )  # fmt: skip

    assert actions.withdraw(case.number, by=cast.actor(cast.stranger), now=cast.now).state == "withdrawn"


def test_two_persons_with_the_same_key_have_two_cases(cast: Cast) -> None:
    mine = cast.submit()
    theirs = cast.submit(by=cast.stranger, person=cast.stranger.person)

    assert mine != theirs


def test_an_account_without_a_person_files_nothing(cast: Cast) -> None:
    nobody = identity.open_account(username="nobody", password="x" * 12, person=None, now=cast.now)

    assert refused(cast, by=nobody) == [("applicant_not_yours", "")]


def test_a_clerk_does_not_take_in_for_an_enterprise_they_stand_for(cast: Cast) -> None:
    cast.clerk.person = cast.stranger.person
    Account.objects.filter(pk=cast.stranger.pk).update(person=None)
    cast.clerk.save()
    Membership.objects.create(organisation=cast.shop, person=cast.clerk.person, kind="handler", from_at=cast.now)
    handed_in, clerk = cast.submission(organisation=cast.shop), cast.actor(cast.clerk, channel="counter")

    with pytest.raises(Forbidden, match="应当回避"):
        actions.submit(handed_in, key="key-0001", by=clerk, now=cast.now)

    Membership.objects.update(until_at=cast.now - timedelta(days=1))
    assert actions.submit(handed_in, key="key-0001", by=clerk, now=cast.now).organisation == cast.shop


def test_a_case_deemed_accepted_owes_what_may_follow(cast: Cast) -> None:
    case = cast.submit()

    actions.deem_accepted(case.number, by=system("tests"), now=cast.now + timedelta(days=8))

    owed = Commitment.objects.get(application=case)
    assert (owed.kind, owed.materials, owed.state) == ("later", ["layout"], "open")
