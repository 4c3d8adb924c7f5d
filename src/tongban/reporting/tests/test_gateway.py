"""The contract of the gateway, against a receiver in its own process."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from tongban.kernel.refusals import Refusal
from tongban.reporting.gateways import Away, Case, Refused, Unanswered
from tongban.reporting.gateways.http import HttpGateway
from tongban.reporting.tables import PROCESS
from tongban.reporting.tests.other_side import SECRET, OtherSide, other_side

NOW = datetime.now(UTC)
DAY = date(2026, 3, 2)
ROW = {
    "project_no": "1", "process_name": "受理", "event_name": "1", "handle_explain": "予以受理",
    "handle_user_name": "陈丽", "event_start_time": "2026-03-02 09:30:00", "event_end_time": "2026-03-02 09:40:00",
    "remark": "", "row_guid": "a" * 32, "data_source": "1", "cd_operation": "I", "cd_time": "2026-03-02 10:00:00",
    "cd_batch": "b" * 32,
}  # fmt: skip


@pytest.fixture
def there(tmp_path: Path) -> Iterator[OtherSide]:
    with other_side(tmp_path, tolerance=3000) as one:
        yield one


def gateway(there: OtherSide, **change: object) -> HttpGateway:
    return HttpGateway(**{"url": there.url, "secret": SECRET, "demo": True, **change})  # type: ignore[arg-type]


def case(subject: str = "1", version: int = 1, **change: str) -> Case:
    return Case(subject, version, DAY, {PROCESS.name: [{**ROW, **change}]})


def test_what_is_sent_is_taken_once_however_often_it_is_sent(there: OtherSide) -> None:
    batch, line = uuid4(), gateway(there)

    first = line.send(batch, [case()], form="national", now=NOW)
    again = line.send(batch, [case()], form="national", now=NOW)

    assert first == again == line.ask(batch, now=NOW)
    assert [(one.subject, one.version, one.accepted) for one in first.lines] == [("1", 1, True)]
    assert there.arrivals() == [("1", 1)]
    assert line.ask(uuid4(), now=NOW) is None


def test_what_lacks_a_field_is_refused_by_the_name_of_the_field(there: OtherSide) -> None:
    receipt = gateway(there).send(uuid4(), [case(), case("2", handle_explain="")], form="national", now=NOW)

    assert [one.accepted for one in receipt.lines] == [True, False]
    wrong = receipt.lines[1]
    assert (wrong.table, wrong.field, wrong.code) == (PROCESS.name, "handle_explain", "missing")
    assert "办理意见" in wrong.words


def test_an_older_version_never_replaces_a_newer_one(there: OtherSide) -> None:
    line = gateway(there)
    for version in (2, 1):
        line.send(uuid4(), [case(version=version)], form="national", now=NOW)

    assert line.cases(DAY, now=NOW) == {"1": 2}
    assert line.counts(DAY, DAY, now=NOW) == {(DAY, PROCESS.name): 1}


@pytest.mark.parametrize("fault", ["fail", "drop_before", "drop_after", "garbage"])
def test_what_may_have_arrived_is_in_doubt_until_it_is_asked_about(there: OtherSide, fault: str) -> None:
    batch, line = uuid4(), gateway(there)
    there.misbehave(**{fault: 1})

    with pytest.raises(Unanswered):
        line.send(batch, [case()], form="national", now=NOW)

    assert (line.ask(batch, now=NOW) is not None) is (fault in ("drop_after", "garbage"))


def test_a_slow_answer_is_not_waited_for(there: OtherSide) -> None:
    there.misbehave(delay=2)

    with pytest.raises(Unanswered):
        gateway(there, answers=0.3).send(uuid4(), [case()], form="national", now=NOW)


def test_a_redirect_is_not_followed_and_a_batch_refused_whole_says_why(there: OtherSide) -> None:
    line = gateway(there)
    there.misbehave(redirect=1, refuse_batches=1)

    with pytest.raises(Refused, match="http_302"):
        line.send(uuid4(), [case()], form="national", now=NOW)
    with pytest.raises(Refused) as refused:
        line.send(uuid4(), [case()], form="national", now=NOW)

    assert (refused.value.code, refused.value.words) == ("http_422", "这个批次不收")


def test_a_receipt_may_come_later(there: OtherSide) -> None:
    batch, line = uuid4(), gateway(there)
    there.misbehave(pending=2)

    assert line.send(batch, [case()], form="national", now=NOW).pending
    assert (found := line.ask(batch, now=NOW)) and found.pending
    assert (found := line.ask(batch, now=NOW)) and not found.pending


def test_who_does_not_know_the_secret_or_comes_with_an_old_letter_is_turned_away(there: OtherSide) -> None:
    with pytest.raises(Refused, match="http_401"):
        gateway(there, secret="somebody-elses-secret").send(uuid4(), [case()], form="national", now=NOW)
    with pytest.raises(Refused, match="http_401"):
        gateway(there).send(uuid4(), [case()], form="national", now=NOW - timedelta(hours=1))
    assert there.arrivals() == []


def test_nobody_there_means_that_nothing_was_taken(there: OtherSide) -> None:
    there.process.kill()
    there.process.wait()

    with pytest.raises(Away):
        gateway(there).send(uuid4(), [case()], form="national", now=NOW)


@pytest.mark.parametrize(
    "url", ["http://reports.example.cn", "ftp://reports.example.cn", "https://a@b.example.cn", "//x", "", "file:///etc"]
)
def test_nothing_is_sent_to_an_address_that_is_not_https(url: str) -> None:
    with pytest.raises(Refusal, match="https"):
        HttpGateway(url, SECRET, demo=True).ask(uuid4(), now=NOW)


def test_this_machine_itself_is_an_address_in_the_demo_only(there: OtherSide) -> None:
    with pytest.raises(Refusal, match="https"):
        gateway(there, demo=False).ask(uuid4(), now=NOW)
