"""涉企经营许可告知承诺: signed with the submission, decided without review, verified, and what a broken one leaves behind."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import Cast, paper, publish
from tongban.applications import actions
from tongban.applications.models import Application, ApplicationMaterial, Commitment
from tongban.catalog.models import Edition
from tongban.credit import actions as credit
from tongban.credit.models import Record
from tongban.files.actions import keep_upload
from tongban.flow.models import Clock, Task
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal


@pytest.fixture
def guide(cast: Cast) -> Edition:
    return publish(
        cast.body, now=cast.now, code="990123001001", name="公共场所卫生许可", licence_pledge=True, verify_days=20,
        conditions=["经营场所固定", "从业人员持健康证明"], follow="decision",
    )  # fmt: skip


def sign(cast: Cast, guide: Edition, key: str = "pledge-01", **change: Any) -> Application:
    return cast.submit(
        key=key, edition=guide, answers={"kind": "retail"}, **{"materials": {}, "pledged": True, **change}
    )


def decided(cast: Cast, guide: Edition, key: str = "pledge-01") -> str:
    number = sign(cast, guide, key).number
    actions.accept(number, by=cast.actor(cast.reviewer), now=cast.now)
    return actions.decide(number, granted=True, by=cast.actor(cast.decider), now=cast.now).number


def broken(cast: Cast, guide: Edition) -> str:
    number = decided(cast, guide)
    reviewer = cast.actor(cast.reviewer)
    return actions.verify(number, 1, holds=False, note="现场没有消毒设施", by=reviewer, now=cast.now).number


def waiting() -> list[str]:
    return list(Task.objects.open().order_by("id").values_list("act", flat=True))


def test_a_signed_pledge_is_kept_whole_and_replaces_the_review(cast: Cast, guide: Edition) -> None:
    case = sign(cast, guide)

    signed = Commitment.objects.get(application=case)
    assert (signed.kind, signed.state, signed.due_on, signed.by) == ("licence_pledge", "open", None, case.submitted_by)
    assert "经营场所固定；从业人员持健康证明" in signed.text and "撤销许可" in signed.text
    assert ApplicationMaterial.objects.get(application=case, key="safety").given
    actions.accept(case.number, by=cast.actor(cast.reviewer), now=cast.now)
    assert waiting() == ["application.decide"]


def test_the_decision_starts_the_verification(cast: Cast, guide: Edition) -> None:
    number = decided(cast, guide)

    signed = Commitment.objects.get(application__number=number)
    clock = Clock.objects.get(subject=number, kind="commitment")
    assert (signed.state, signed.due_on) == ("open", clock.due_on)
    assert "application.verify" in waiting()
    actions.deliver(number, by=cast.actor(cast.liu), now=cast.now)
    assert Application.objects.get(number=number).state == "delivered"

    actions.verify(number, 1, holds=True, note="现场核查符合承诺", by=cast.actor(cast.reviewer), now=cast.now)

    assert Application.objects.get(number=number).state == "closed"
    assert not Record.objects.exists()


def test_the_ordinary_way_is_reviewed(cast: Cast, guide: Edition) -> None:
    case = sign(cast, guide, pledged=False, materials={"safety": "pledge"})
    actions.accept(case.number, by=cast.actor(cast.reviewer), now=cast.now)

    assert not Commitment.objects.exists()
    assert waiting() == ["application.review"]
    with pytest.raises(Conflict, match="还没有审查意见"):
        actions.decide(case.number, granted=True, by=cast.actor(cast.decider), now=cast.now)


def test_a_pledge_is_signed_only_where_the_guide_offers_it(cast: Cast) -> None:
    with pytest.raises(Refusal) as refusal:
        cast.submit(pledged=True)

    assert (refusal.value.code, refusal.value.field) == ("pledge_unknown", "pledged")


def test_a_refusal_leaves_no_pledge_open(cast: Cast, guide: Edition) -> None:
    number = sign(cast, guide).number
    actions.accept(number, by=cast.actor(cast.reviewer), now=cast.now)
    actions.decide(number, granted=False, reason="经营场所在禁设区内", by=cast.actor(cast.decider), now=cast.now)
    actions.deliver(number, by=cast.actor(cast.liu), now=cast.now)

    assert Application.objects.get(number=number).state == "closed"
    assert "application.verify" not in waiting()


def test_after_a_reopened_case_is_granted_again_the_pledge_is_verified_for_that_decision(
    cast: Cast, guide: Edition
) -> None:
    number, head, decider = decided(cast, guide), cast.actor(cast.head), cast.actor(cast.decider)
    actions.reopen(number, ground="own_error", reason="适用条款有误", by=head, now=cast.now)
    assert "application.verify" not in waiting()

    actions.decide(number, granted=True, by=decider, now=cast.now)

    first, second = Commitment.objects.filter(application__number=number).order_by("number")
    assert (first.state, second.state, second.text, second.by) == ("void", "open", first.text, first.by)
    assert second.due_on is not None
    assert waiting().count("application.verify") == 1
    actions.verify(number, 2, holds=True, note="现场核查符合承诺", by=cast.actor(cast.reviewer), now=cast.now)


def test_a_broken_pledge_is_recorded_and_put_to_the_head(cast: Cast, guide: Edition) -> None:
    number = broken(cast, guide)

    record = Record.objects.get()
    assert (record.kind, record.case_number, record.person_id) == ("pledge_broken", number, cast.liu.person_id)
    assert "经营场所固定" in record.ground and "现场没有消毒设施" in record.ground
    assert "application.reopen" in waiting()
    case = actions.revoke(
        number, ground="pledge_broken", reason="承诺不实，整改后仍不符合", by=cast.actor(cast.head), now=cast.now
    )
    assert case.state == "revoked"


def test_an_order_to_put_it_right_comes_first_and_records_nothing(cast: Cast, guide: Edition) -> None:
    number, reviewer = decided(cast, guide), cast.actor(cast.reviewer)

    actions.verify(number, 1, holds=False, note="缺消毒记录", rectify_days=5, by=reviewer, now=cast.now)
    assert not Record.objects.exists()
    actions.verify(number, 1, holds=False, note="仍没有消毒记录", by=reviewer, now=cast.now)

    assert Record.objects.count() == 1


def test_a_bad_record_bars_from_every_pledge_until_it_is_repaired(cast: Cast, guide: Edition) -> None:
    """逢办必查."""
    broken(cast, guide)
    file = str(keep_upload(paper(), by=cast.actor(cast.liu), now=cast.now).public_id)

    with pytest.raises(Refusal) as licence:
        sign(cast, guide, key="pledge-02")
    with pytest.raises(Refusal) as fact:
        cast.submit(key="pledge-03")
    ordinary = sign(cast, guide, key="pledge-04", pledged=False, materials={"safety": file})
    other = cast.submit(key="pledge-05", person=cast.stranger.person, by=cast.stranger)

    assert (licence.value.code, licence.value.field) == ("pledge_barred", "pledged")
    assert "告知承诺不实，2026年3月2日" in licence.value.reason
    assert (fact.value.code, fact.value.field) == ("pledge_barred", "materials.safety")
    assert ApplicationMaterial.objects.get(application=ordinary, key="safety").give == "upload"
    assert other.state == "submitted"

    record = Record.objects.get()
    credit.repair(record.public_id, reason="已按要求整改，经核查符合承诺", by=cast.actor(cast.head), now=cast.now)
    assert sign(cast, guide, key="pledge-06").state == "submitted"


def test_what_an_organisation_broke_bars_the_organisation(cast: Cast, guide: Edition) -> None:
    number = sign(cast, guide, organisation=cast.shop).number
    actions.accept(number, by=cast.actor(cast.reviewer), now=cast.now)
    actions.decide(number, granted=True, by=cast.actor(cast.decider), now=cast.now)
    actions.verify(number, 1, holds=False, note="现场没有消毒设施", by=cast.actor(cast.reviewer), now=cast.now)

    assert Record.objects.get().organisation == cast.shop
    with pytest.raises(Refusal):
        sign(cast, guide, key="pledge-02", organisation=cast.shop)
    assert sign(cast, guide, key="pledge-03").state == "submitted"


def test_the_paper_itself_may_be_given_instead_of_a_promise(cast: Cast) -> None:
    file = str(keep_upload(paper(), by=cast.actor(cast.liu), now=cast.now).public_id)

    case = cast.submit(materials={"safety": file})

    row = ApplicationMaterial.objects.get(application=case, key="safety")
    assert (row.give, row.given, str(row.file.public_id) if row.file else "") == ("upload", True, file)


def test_a_pledge_withdrawn_before_acceptance_leads_to_one_correction(cast: Cast, guide: Edition) -> None:
    number = sign(cast, guide).number

    actions.withdraw_pledge(number, by=cast.actor(cast.liu), now=cast.now)

    row = ApplicationMaterial.objects.get(application__number=number, key="safety")
    assert (row.given, row.give) == (False, "upload")
    assert Commitment.objects.get(application__number=number).state == "withdrawn"
    reviewer = cast.actor(cast.reviewer)
    actions.correct(number, {"safety": actions.Gap(note="请补交制度文本")}, by=reviewer, now=cast.now)


def test_a_pledge_withdrawn_after_acceptance_is_reviewed_and_the_papers_follow(cast: Cast, guide: Edition) -> None:
    number, reviewer = sign(cast, guide).number, cast.actor(cast.reviewer)
    actions.accept(number, by=reviewer, now=cast.now)

    actions.withdraw_pledge(number, by=cast.actor(cast.liu), now=cast.now)

    assert waiting() == ["application.review"]
    assert list(Commitment.objects.order_by("number").values_list("kind", "state")) == [
        ("licence_pledge", "withdrawn"), ("provision", "open"),
    ]  # fmt: skip
    with pytest.raises(Conflict, match="还没有补齐"):
        actions.review(number, passes=True, opinion="符合规定条件", by=reviewer, now=cast.now)
    file = str(keep_upload(paper(), by=cast.actor(cast.liu), now=cast.now).public_id)
    actions.supply(number, materials={"safety": file}, by=cast.actor(cast.liu), now=cast.now)
    assert actions.review(number, passes=True, opinion="符合规定条件", by=reviewer, now=cast.now).state == "reviewed"
    settled = JournalEntry.objects.filter(subject=number, name="applications.CommitmentSettled")
    assert [entry.facts["state"] for entry in settled.order_by("id")] == ["withdrawn", "kept"]


def test_a_pledge_that_was_decided_upon_stands(cast: Cast, guide: Edition) -> None:
    number = decided(cast, guide)

    with pytest.raises(Conflict, match="不能再撤回"):
        actions.withdraw_pledge(number, by=cast.actor(cast.liu), now=cast.now)


@pytest.mark.parametrize(("who", "error"), [("stranger", NotFound), ("reviewer", Forbidden), ("head", Forbidden)])
def test_only_the_applicant_withdraws_a_pledge(cast: Cast, guide: Edition, who: str, error: type[Refusal]) -> None:
    number = sign(cast, guide).number

    with pytest.raises(error):
        actions.withdraw_pledge(number, by=cast.actor(getattr(cast, who)), now=cast.now)


def test_a_draft_remembers_the_choice(cast: Cast, guide: Edition) -> None:
    by = cast.actor(cast.liu)
    assert cast.liu.person
    draft = actions.open_draft(guide, person=cast.liu.person, answers={"kind": "retail"}, by=by, now=cast.now)
    form = {"name": "刘晓燕", "shop": "老灶", "area": "9"}
    actions.save_draft(draft.public_id, form=form, pledged=True, by=by, now=cast.now)

    case = actions.submit_draft(draft.public_id, by=by, now=cast.now)

    assert Commitment.objects.get(application=case).kind == "licence_pledge"


def test_the_same_key_with_and_without_a_pledge_is_not_the_same_request(cast: Cast, guide: Edition) -> None:
    given = {"materials": {"safety": "pledge"}}
    sign(cast, guide, pledged=False, **given)

    with pytest.raises(Refusal) as refusal:
        sign(cast, guide, pledged=True, **given)
    assert refusal.value.code == "idempotency_mismatch"
