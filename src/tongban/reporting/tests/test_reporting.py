"""From the journal to the receipt, against a receiver in its own process that refuses, delays, repeats and dies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from tests.people import Cast
from tongban.applications import actions as applications
from tongban.applications.tests.scenes import Stage
from tongban.kernel import bookkeeper, journal
from tongban.kernel.actors import system
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Refusal
from tongban.reporting import actions
from tongban.reporting.gateways import Case, Line, Receipt
from tongban.reporting.gateways.http import HttpGateway
from tongban.reporting.models import ReportBatch, ReportRow, ReportTarget
from tongban.reporting.tests.other_side import SECRET, OtherSide, other_side

BY = system("tests")
ORG_CODE = {"table": "up_pro_accept", "field": "org_code", "code": "missing"}


@pytest.fixture
def there(tmp_path: Path) -> Iterator[OtherSide]:
    with other_side(tmp_path) as one:
        yield one


@pytest.fixture
def stage(cast: Cast) -> Stage:
    cast.body.uscc = "11500199MB0000001X"
    cast.body.save(update_fields=["uscc"])
    return Stage(cast)


@pytest.fixture
def target(stage: Stage, there: OtherSide) -> ReportTarget:
    linked()
    return set_target(there, stage.now)


def set_target(there: OtherSide, now: datetime, *, key: str = "city", form: str = "national") -> ReportTarget:
    return actions.set_target(
        key, name="市级平台", url=there.url, form=form, secret=SECRET, by=BY, now=now  # type: ignore[arg-type]
    )  # fmt: skip


def linked() -> None:
    while bookkeeper.link_waiting():
        pass


def turn(target: ReportTarget, now: datetime, **how: object) -> int:
    linked()
    return actions.turn(target, now=now, **how)  # type: ignore[arg-type]


def states(target: ReportTarget) -> list[tuple[int, str]]:
    return list(target.rows.order_by("subject", "version").values_list("version", "state"))


def test_what_happens_is_reported_once_and_acknowledged(stage: Stage, target: ReportTarget, there: OtherSide) -> None:
    number = stage.decided()

    assert turn(target, stage.now) == 1
    assert turn(target, stage.now + timedelta(hours=1)) == 0

    row = target.rows.get()
    assert (row.subject, row.version, row.state) == (number, 1, "acknowledged")
    assert row.counts["up_pro_accept"] == row.counts["up_pro_result"] == 1
    assert there.arrivals() == [(number, 1)]
    assert JournalEntry.objects.filter(name="reporting.Settled").count() == 1
    target.refresh_from_db()
    assert target.position > 0


def test_a_new_target_is_told_of_what_happens_from_then_on(stage: Stage, there: OtherSide) -> None:
    stage.decided()
    linked()
    target = set_target(there, stage.now)
    later = stage.decided()

    turn(target, stage.now)

    assert there.arrivals() == [(later, 1)]


def test_a_case_that_changes_again_is_reported_again_as_its_next_version(
    stage: Stage, target: ReportTarget, there: OtherSide
) -> None:
    number = stage.accepted()
    turn(target, stage.now)
    applications.review(number, passes=True, opinion="材料齐全，符合规定", by=stage.reviewer, now=stage.now)
    turn(target, stage.now)

    assert states(target) == [(1, "superseded"), (2, "acknowledged")]
    assert there.arrivals() == [(number, 1), (number, 2)]


def test_a_case_that_still_waits_is_not_written_twice(stage: Stage, target: ReportTarget) -> None:
    number = stage.accepted()
    linked()
    actions.look(target.pk, now=stage.now)
    applications.review(number, passes=True, opinion="材料齐全，符合规定", by=stage.reviewer, now=stage.now)
    linked()
    actions.look(target.pk, now=stage.now)

    assert states(target) == [(1, "waiting")]


def test_a_case_that_is_neither_accepted_nor_ended_waits_for_its_beginning(
    stage: Stage, target: ReportTarget, there: OtherSide
) -> None:
    standard = set_target(there, stage.now, key="standard", form="gbt39046")
    stage.submitted()
    stage.recorded()

    turn(target, stage.now)
    turn(standard, stage.now)

    assert target.rows.count() == 0
    assert standard.rows.get().state == "acknowledged"


@pytest.mark.parametrize("fault", ["drop_after", "garbage"])
def test_a_lost_receipt_is_asked_for_and_the_batch_is_not_sent_again(
    stage: Stage, target: ReportTarget, there: OtherSide, fault: str
) -> None:
    number = stage.decided()
    there.misbehave(**{fault: 1})

    assert turn(target, stage.now) == 0
    batch = target.batches.get()
    assert (batch.state, target.rows.get().state) == ("sent", "sent")
    assert batch.trouble
    assert turn(target, stage.now) == 0, "not before its time"

    assert turn(target, stage.now + timedelta(minutes=2)) == 1
    assert target.rows.get().state == "acknowledged"
    assert there.arrivals() == [(number, 1)]


@pytest.mark.parametrize("fault", ["fail", "drop_before"])
def test_what_did_not_arrive_is_sent_again_under_the_same_id(
    stage: Stage, target: ReportTarget, there: OtherSide, fault: str
) -> None:
    number = stage.decided()
    there.misbehave(**{fault: 2})

    turn(target, stage.now)
    turn(target, stage.now + timedelta(minutes=2))
    assert turn(target, stage.now + timedelta(minutes=10)) == 1

    assert there.arrivals() == [(number, 1)]
    assert target.batches.get().attempts == 3


def test_nobody_there_leaves_everything_waiting(stage: Stage, target: ReportTarget, there: OtherSide) -> None:
    stage.decided()
    there.process.kill()
    there.process.wait()

    assert turn(target, stage.now) == 0

    batch = target.batches.get()
    assert (batch.state, batch.sent_at, batch.trouble) == ("waiting", None, "连不上对方的服务器")


def test_a_case_that_changes_while_its_receipt_is_lost_is_told_anew_and_the_older_changes_nothing(
    stage: Stage, target: ReportTarget, there: OtherSide
) -> None:
    number = stage.accepted()
    there.misbehave(drop_after=1)
    turn(target, stage.now)
    applications.review(number, passes=True, opinion="材料齐全，符合规定", by=stage.reviewer, now=stage.now)
    turn(target, stage.now + timedelta(minutes=2))
    turn(target, stage.now + timedelta(minutes=4))

    assert states(target) == [(1, "superseded"), (2, "acknowledged")]
    assert set(target.batches.values_list("state", flat=True)) == {"acknowledged"}


class Dies:
    """The process ends when the batch was taken and before the receipt was kept."""

    def __init__(self, target: ReportTarget) -> None:
        self._real = HttpGateway(target.url, SECRET, demo=True)

    def send(self, batch: UUID, cases: Sequence[Case], *, form: str, now: datetime) -> Receipt:
        self._real.send(batch, cases, form=form, now=now)
        raise KeyboardInterrupt

    def ask(self, batch: UUID, *, now: datetime) -> Receipt | None:
        raise AssertionError("died before")

    counts = cases = ask


def test_dying_between_sending_and_the_receipt_loses_nothing_and_doubles_nothing(
    stage: Stage, target: ReportTarget, there: OtherSide
) -> None:
    numbers = sorted(stage.decided() for _ in range(3))
    with pytest.raises(KeyboardInterrupt):
        turn(target, stage.now, gateway=Dies(target))
    assert target.batches.get().state == "sent"

    assert turn(target, stage.now + timedelta(minutes=2)) == 1

    assert sorted(there.arrivals()) == [(number, 1) for number in numbers]
    assert Counter(state for _, state in states(target)) == {"acknowledged": 3}


def test_a_receipt_that_comes_twice_changes_nothing(stage: Stage, target: ReportTarget, there: OtherSide) -> None:
    stage.decided()
    there.misbehave(repeat=True)
    turn(target, stage.now)
    row, batch = target.rows.get(), target.batches.get()
    settled = (row.state, row.settled_at, JournalEntry.objects.filter(name="reporting.Settled").count())

    again = Receipt((Line(row.subject, row.version, accepted=False, code="late"),))
    assert actions.acknowledge(batch.pk, again, now=stage.now + timedelta(days=1)) is False

    row.refresh_from_db()
    assert (row.state, row.settled_at, JournalEntry.objects.filter(name="reporting.Settled").count()) == settled
    assert row.state == "acknowledged"


def test_a_receipt_that_contradicts_itself_counts_as_it_first_said(
    stage: Stage, target: ReportTarget, there: OtherSide
) -> None:
    stage.decided()
    there.misbehave(contradict=True)

    turn(target, stage.now)

    assert target.rows.get().state == "acknowledged"


def test_a_receipt_that_leaves_a_case_out_is_not_the_end_of_it(stage: Stage, target: ReportTarget) -> None:
    stage.decided()
    stage.decided()
    turn(target, stage.now, gateway=Half())

    batch = target.batches.get()
    assert Counter(state for _, state in states(target)) == {"acknowledged": 1, "sent": 1}
    assert (batch.state, batch.trouble) == ("sent", "回执里少 1 件")


class Half:
    """Says nothing of the second case."""

    def send(self, batch: UUID, cases: Sequence[Case], *, form: str, now: datetime) -> Receipt:
        return Receipt((Line(cases[0].subject, cases[0].version, accepted=True),))

    def ask(self, batch: UUID, *, now: datetime) -> Receipt | None:
        return None

    counts = cases = ask


def test_a_receipt_may_come_later(stage: Stage, target: ReportTarget, there: OtherSide) -> None:
    stage.decided()
    there.misbehave(pending=2)

    assert turn(target, stage.now) == 0
    assert target.batches.get().trouble == "对方还在处理"
    assert turn(target, stage.now + timedelta(minutes=2)) == 0
    assert turn(target, stage.now + timedelta(minutes=9)) == 1


def test_what_they_refuse_is_kept_with_its_reason_and_reported_again_once_mended(
    stage: Stage, target: ReportTarget, there: OtherSide
) -> None:
    number = stage.decided()
    there.misbehave(refuse_field="up_pro_result.result_type")
    turn(target, stage.now)
    row = target.rows.get()
    assert (row.state, row.table, row.field, row.code, row.ours) == (
        "refused", "up_pro_result", "result_type", "not_welcome", False,
    )  # fmt: skip
    assert row.reason == "这一栏我们不收"

    there.misbehave(refuse_field="")
    made = actions.retry(
        "city", table="up_pro_result", field="result_type", code="not_welcome", by=stage.head, now=stage.now
    )
    turn(target, stage.now)

    assert made == 1
    assert states(target) == [(1, "superseded"), (2, "acknowledged")]
    assert there.arrivals() == [(number, 1), (number, 2)]


def test_what_lacks_a_field_is_refused_by_ourselves_and_never_sent(
    stage: Stage, target: ReportTarget, there: OtherSide
) -> None:
    stage.cast.body.uscc = None
    stage.cast.body.save(update_fields=["uscc"])
    stage.decided()
    turn(target, stage.now)

    row = target.rows.get()
    assert (row.state, row.table, row.field, row.code, row.ours) == (
        "refused", "up_pro_accept", "org_code", "missing", True,
    )  # fmt: skip
    assert "受理部门编码" in row.reason
    assert there.arrivals() == []
    assert target.batches.get().state == "acknowledged"

    stage.cast.body.uscc = "11500199MB0000001X"
    stage.cast.body.save(update_fields=["uscc"])
    actions.retry("city", **ORG_CODE, by=stage.head, now=stage.now)
    turn(target, stage.now)
    assert target.rows.get(version=2).state == "acknowledged"


def test_a_batch_refused_whole_stands_there_with_every_case(
    stage: Stage, target: ReportTarget, there: OtherSide
) -> None:
    stage.decided()
    there.misbehave(refuse_batches=1)

    assert turn(target, stage.now) == 1

    row = target.rows.get()
    assert (row.state, row.code, row.reason) == ("refused", "http_422", "这个批次不收")
    assert target.batches.get().state == "refused"


def test_many_cases_go_in_batches(stage: Stage, target: ReportTarget, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tongban.reporting.actions.looking.BATCH", 2)
    for _ in range(5):
        stage.accepted()

    assert turn(target, stage.now) == 3
    assert sorted(target.batches.values_list("size", flat=True)) == [1, 2, 2]
    assert set(target.rows.values_list("state", flat=True)) == {"acknowledged"}


def test_counts_are_compared_by_day_and_table_and_what_differs_is_named(
    stage: Stage, target: ReportTarget, there: OtherSide
) -> None:
    here = stage.decided()
    there.misbehave(lose_cases=1)
    turn(target, stage.now)
    kept = stage.decided()
    turn(target, stage.now)
    today = stage.now.date()

    found = actions.compare(target, first=today, last=today, now=stage.now)

    by_table = {one.table: (one.ours, one.theirs) for one in found}
    assert by_table["up_pro_accept"] == (2, 1)
    assert all(one.missing == [here] for one in found)
    assert kept not in found[0].missing
    assert actions.compare(target, first=date(2026, 1, 1), last=date(2026, 1, 2), now=stage.now) == []


def test_counts_that_agree_differ_nowhere(stage: Stage, target: ReportTarget) -> None:
    stage.decided()
    turn(target, stage.now)
    today = stage.now.date()

    assert actions.compare(target, first=today, last=today, now=stage.now) == []
    assert target.comparisons.count() == 4


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"url": "http://reports.example.cn"}, "address_not_https"), ({"secret": "short"}, "target_secret"),
        ({"form": "excel"}, "target_format"), ({"key": "市级"}, "target_key"), ({"name": ""}, "target_name"),
    ],
)  # fmt: skip
def test_a_target_that_could_not_be_trusted_is_not_entered(cast: Cast, change: dict[str, str], code: str) -> None:
    how = {
        "key": "city",
        "name": "市级平台",
        "url": "https://r.example.cn",
        "form": "national",
        "secret": SECRET,
        **change,
    }

    with pytest.raises(Refusal) as refused:
        actions.set_target(**how, by=BY, now=cast.now)  # type: ignore[arg-type]

    assert refused.value.code == code
    assert not ReportTarget.objects.exists()


def test_the_journal_holds_after_everything(stage: Stage, target: ReportTarget) -> None:
    stage.decided()
    turn(target, stage.now)
    linked()

    assert list(journal.verify(now=stage.now)) == []
    assert ReportBatch.objects.count() == ReportRow.objects.count() == 1
