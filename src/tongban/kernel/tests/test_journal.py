"""The journal is append-only, its chain is gapless, and whoever tampers with either is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event as Signal
from threading import Thread
from typing import Any

import pytest
from django.db import ProgrammingError, connection, connections, transaction

from tongban.kernel import bookkeeper, jobs, journal
from tongban.kernel.actors import Actor, system
from tongban.kernel.events import Event
from tongban.kernel.models import JournalEntry, JournalLink, Outbox

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CLERK = Actor(who="staff:7", on_behalf_of="person:1", post="3", channel="counter")


@dataclass(frozen=True, kw_only=True)
class Happened(Event, name="kernel_tests.Happened", subject="case"):
    case: str
    step: int


@pytest.fixture(autouse=True)
def heads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Signed heads of one test are nobody else's."""
    monkeypatch.setattr(journal, "_heads_folder", lambda: tmp_path / "heads")
    return tmp_path / "heads"


def record(step: int, *, case: str = "A", now: datetime = NOW) -> int:
    with transaction.atomic():
        return journal.record(Happened(case=case, step=step), by=CLERK, now=now)


@pytest.fixture
def chain(db: None) -> list[int]:
    """Five linked entries."""
    entries = [record(step) for step in range(1, 6)]
    assert bookkeeper.link_waiting() == 5
    return entries


def tamper(sql: str, *values: object) -> Any:
    """What someone with the keys of the database could do: the triggers sleep."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        found = cursor.fetchone() if cursor.description else None
        cursor.execute("SET LOCAL session_replication_role = origin")
    return found


def insert_entry(at: datetime) -> int:
    (made,) = tamper(
        """INSERT INTO kernel_journalentry (at, name, version, subject, actor, on_behalf_of, post, channel, facts)
           VALUES (%s, 'kernel_tests.Happened', 1, 'A', 'staff:7', '', '', 'web', '{"case": "A", "step": 9}')
           RETURNING id""",
        at,
    )
    return int(made)


def faults(now: datetime = NOW + timedelta(minutes=1)) -> list[tuple[str, str]]:
    return [(fault.kind, fault.place) for fault in journal.verify(now=now)]


def test_an_entry_says_who_did_what_when_for_whom(db: None) -> None:
    made = record(1)

    entry = JournalEntry.objects.get(pk=made)
    assert (entry.name, entry.subject, entry.facts) == ("kernel_tests.Happened", "A", {"case": "A", "step": 1})
    assert (entry.actor, entry.on_behalf_of, entry.post, entry.channel) == ("staff:7", "person:1", "3", "counter")
    assert entry.at == NOW
    assert Outbox.objects.filter(pk=made).exists()


@pytest.mark.django_db(transaction=True)
def test_recording_outside_a_transaction_fails() -> None:
    with pytest.raises(transaction.TransactionManagementError, match=r"kernel_tests\.Happened"):
        journal.record(Happened(case="A", step=1), by=system("tests"), now=NOW)

    assert not JournalEntry.objects.exists()


def test_a_verb_that_fails_leaves_no_entry(db: None) -> None:
    with pytest.raises(ValueError, match="no"), transaction.atomic():
        journal.record(Happened(case="A", step=1), by=system("tests"), now=NOW)
        raise ValueError("no")

    assert not JournalEntry.objects.exists()
    assert not Outbox.objects.exists()


@pytest.mark.parametrize("table", ["kernel_journalentry", "kernel_journallink"])
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_database_refuses_to_change_what_was_written(chain: list[int], table: str, change: str) -> None:
    column = "id" if table == "kernel_journalentry" else "position"

    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(table, column, column))

    assert JournalEntry.objects.count() == JournalLink.objects.count() == 5


def test_positions_have_no_gaps_and_follow_the_entries(chain: list[int]) -> None:
    record(6)
    record(7)
    assert bookkeeper.link_waiting() == 2

    links = JournalLink.objects.order_by("position").values_list("position", "entry_id")
    assert [position for position, _ in links] == [1, 2, 3, 4, 5, 6, 7]
    assert [entry for _, entry in links][:5] == chain
    assert not Outbox.objects.exists()
    assert faults() == []


def test_a_long_outbox_is_linked_in_portions(db: None) -> None:
    for step in range(7):
        record(step)

    assert [bookkeeper.link_waiting(limit=3) for _ in range(4)] == [3, 3, 1, 0]
    assert faults() == []


def test_a_rolled_back_entry_leaves_no_gap(db: None) -> None:
    record(1)
    with pytest.raises(ValueError, match="no"), transaction.atomic():
        journal.record(Happened(case="A", step=2), by=CLERK, now=NOW)
        raise ValueError("no")
    record(3)
    bookkeeper.link_waiting()

    assert list(JournalLink.objects.order_by("position").values_list("position", flat=True)) == [1, 2]
    assert faults() == []


@pytest.mark.django_db(transaction=True)
def test_a_late_commit_gets_a_later_position() -> None:
    recorded, may_commit = Signal(), Signal()
    late: list[int] = []

    def slow_verb() -> None:
        try:
            with transaction.atomic():
                late.append(journal.record(Happened(case="slow", step=1), by=CLERK, now=NOW))
                recorded.set()
                may_commit.wait(10)
        finally:
            connections.close_all()

    thread = Thread(target=slow_verb)
    thread.start()
    assert recorded.wait(10)
    quick = record(2)
    assert bookkeeper.link_waiting() == 1
    may_commit.set()
    thread.join(10)
    assert bookkeeper.link_waiting() == 1

    assert late[0] < quick
    assert list(JournalLink.objects.order_by("position").values_list("entry_id", flat=True)) == [quick, late[0]]
    assert faults() == []


@pytest.mark.django_db(transaction=True)
def test_two_bookkeepers_at_once_link_nothing_twice(together: Callable[..., list[Any]]) -> None:
    for step in range(40):
        record(step)

    linked = together(*[lambda: bookkeeper.link_waiting(limit=15)] * 4)

    assert sum(linked) == 40
    assert list(JournalLink.objects.order_by("position").values_list("position", flat=True)) == list(range(1, 41))
    assert faults() == []


def test_a_whole_journal_has_no_fault(chain: list[int]) -> None:
    journal.seal_head(now=NOW)

    assert faults() == []


@pytest.mark.parametrize(
    "edit",
    ["facts = '{\"case\": \"A\", \"step\": 99}'", "actor = 'staff:8'", "at = at + interval '1 microsecond'",
     "name = 'kernel_tests.Other'", "subject = 'B'", "channel = 'web'", "on_behalf_of = ''", "post = '4'"],
)  # fmt: skip
def test_an_edited_entry_is_found(chain: list[int], edit: str) -> None:
    tamper(f"UPDATE kernel_journalentry SET {edit} WHERE id = %s", chain[2])  # noqa: S608

    assert faults() == [("edited", "position 3")]


def test_a_removed_entry_is_found(chain: list[int]) -> None:
    tamper("DELETE FROM kernel_journalentry WHERE id = %s", chain[2])

    assert faults() == [("removed", "position 3")]


def test_an_entry_removed_with_its_link_is_found(chain: list[int]) -> None:
    tamper("DELETE FROM kernel_journalentry WHERE id = %s", chain[2])
    tamper("DELETE FROM kernel_journallink WHERE entry_id = %s", chain[2])

    assert ("missing", "position 3") in faults()


def test_two_entries_that_changed_places_are_found(chain: list[int]) -> None:
    tamper("UPDATE kernel_journallink SET entry_id = -1 WHERE position = 2")
    tamper("UPDATE kernel_journallink SET entry_id = %s WHERE position = 3", chain[1])
    tamper("UPDATE kernel_journallink SET entry_id = %s WHERE position = 2", chain[2])

    assert {kind for kind, _ in faults()} == {"edited"}


@pytest.mark.parametrize("claims", [NOW, NOW - timedelta(days=300), NOW + timedelta(days=300)])
def test_an_inserted_entry_is_found_whatever_time_it_claims(chain: list[int], claims: datetime) -> None:
    made = insert_entry(claims)

    assert faults() == [("unlinked", f"entry {made}")]


def test_an_inserted_entry_with_an_invented_link_is_found(chain: list[int]) -> None:
    made = insert_entry(NOW)
    tamper("INSERT INTO kernel_journallink (position, entry_id, hash) VALUES (6, %s, %s)", made, bytes(32))

    assert faults() == [("edited", "position 6")]


def test_a_chain_forged_from_the_middle_on_is_found_by_the_signed_head(chain: list[int]) -> None:
    journal.seal_head(now=NOW)
    tamper("UPDATE kernel_journalentry SET actor = 'staff:8' WHERE id = %s", chain[2])
    previous = bytes(JournalLink.objects.get(position=2).hash)
    for position in (3, 4, 5):
        entry = JournalEntry.objects.get(pk=chain[position - 1])
        previous = journal.digest(entry, previous)
        tamper("UPDATE kernel_journallink SET hash = %s WHERE position = %s", previous, position)

    assert faults() == [("head", "position 5")]


def test_a_cut_tail_is_found_by_the_signed_head(chain: list[int]) -> None:
    journal.seal_head(now=NOW)
    tamper("DELETE FROM kernel_journalentry WHERE id >= %s", chain[3])
    tamper("DELETE FROM kernel_journallink WHERE position >= 4")

    assert faults() == [("head", "position 5")]


def test_a_forged_head_is_found(chain: list[int], heads: Path) -> None:
    journal.seal_head(now=NOW)
    (sealed,) = heads.glob("*.json")
    sealed.write_text(sealed.read_text().replace('"position": 5', '"position": 4'))

    assert faults() == [("head", "position 4")]


def test_an_entry_that_waits_too_long_is_reported(chain: list[int]) -> None:
    waiting = record(6)

    assert faults(NOW + timedelta(seconds=9)) == []
    assert faults(NOW + timedelta(seconds=11)) == [("unlinked", f"entry {waiting}")]


def test_a_head_is_sealed_once_a_day_of_shanghai(chain: list[int], heads: Path) -> None:
    late_evening_in_shanghai = datetime(2026, 3, 2, 15, 59, tzinfo=UTC)
    first = journal.seal_head(now=late_evening_in_shanghai)
    record(6)
    bookkeeper.link_waiting()
    again = journal.seal_head(now=late_evening_in_shanghai + timedelta(seconds=30))
    next_day = journal.seal_head(now=late_evening_in_shanghai + timedelta(minutes=2))

    assert first and next_day and first == again
    assert (first.on, first.position) == ("2026-03-02", 5)
    assert (next_day.on, next_day.position) == ("2026-03-03", 6)
    assert sorted(path.name for path in heads.iterdir()) == ["2026-03-02.json", "2026-03-03.json"]
    assert faults() == []


def test_an_empty_journal_has_no_head(db: None) -> None:
    assert journal.seal_head(now=NOW) is None
    assert faults() == []


def test_an_event_without_reactions_makes_no_job(chain: list[int]) -> None:
    assert jobs.run_waiting() == 0
