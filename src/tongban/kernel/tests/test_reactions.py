"""Reactions: retried when they fail, visible when stuck, rescued when their worker died; none waits for another's."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from django.db import connection, connections, transaction
from procrastinate.job_context import JobContext

from tongban.kernel import bookkeeper, jobs, journal, worker
from tongban.kernel.actors import Actor, system
from tongban.kernel.events import Event, revive
from tongban.kernel.models import IdempotencyKey
from tongban.kernel.reactions import _BY_EVENT, REACTIONS, Entry, on, reactions_to

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Asked(Event, name="kernel_tests.Asked", subject="case"):
    case: str
    urgent: bool = False


@dataclass
class Room:
    """A room that reacts: `answer` keeps a row, once; `tell` fails for the cases named in `away`."""

    away: set[str] = field(default_factory=set)
    told: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


@pytest.fixture
def room() -> Iterator[Room]:
    room = Room()

    def answer(event: Asked, entry: Entry) -> None:
        room.answered.append(event.case)
        IdempotencyKey.objects.get_or_create(
            actor=entry.by.who, route="answers", key=str(entry.id),
            defaults={"request_hash": b"", "reference": event.case, "at": entry.at},
        )  # fmt: skip

    def tell(event: Asked, entry: Entry) -> None:
        IdempotencyKey.objects.create(
            actor="tell", route="tell", key=f"{entry.id}", request_hash=b"", reference=event.case, at=entry.at
        )
        if event.case in room.away:
            raise ConnectionError("nobody answers")
        room.told.append(event.case)

    before = set(REACTIONS)
    on(Asked)(answer)
    on(Asked)(tell)
    room.names = sorted(set(REACTIONS) - before)
    yield room
    for name in room.names:
        del REACTIONS[name]
    del _BY_EVENT[Asked.NAME]


def ask(*cases: str) -> list[int]:
    with transaction.atomic():
        made = [journal.record(Asked(case=case), by=system("tests"), now=NOW) for case in cases]
    while bookkeeper.link_waiting():
        pass
    return made


def work(monkeypatch: pytest.MonkeyPatch) -> None:
    """A real worker, until no job is due."""
    original = worker.react.func

    def then_hang_up(context: JobContext, **arguments: object) -> None:
        try:
            original(context, **arguments)
        finally:
            connections.close_all()

    async def go() -> None:
        async with worker.worker().open_async() as working:
            await working.run_worker_async(
                queues=[jobs.QUEUE], concurrency=2, wait=False, delete_jobs="successful",
                listen_notify=False, install_signal_handlers=False,
            )  # fmt: skip

    with monkeypatch.context() as patch:
        patch.setattr(worker.react, "func", then_hang_up)
        for _ in range(2):  # a worker that doesn't wait may end while a job still runs that holds up the next
            asyncio.run(go())


def waiting() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args->>'reaction', status::text FROM procrastinate_jobs ORDER BY id")
        return [(name.rpartition(".")[2], status) for name, status in cursor.fetchall()]


def test_a_reaction_is_told_the_event_the_time_and_the_actor(db: None, room: Room) -> None:
    by = Actor(who="staff:7", on_behalf_of="person:1", post="3", channel="counter")
    with transaction.atomic():
        made = journal.record(Asked(case="A"), by=by, now=NOW)
    seen: list[tuple[object, Entry]] = []
    REACTIONS[room.names[0]] = lambda event, entry: seen.append((event, entry))

    bookkeeper.link_waiting()
    jobs.run_waiting()

    assert seen == [(Asked(case="A"), Entry(made, NOW, by))]


def test_a_reaction_without_the_bookkeeper_does_not_run(db: None, room: Room) -> None:
    with transaction.atomic():
        journal.record(Asked(case="A"), by=system("tests"), now=NOW)

    assert jobs.run_waiting() == 0
    assert room.told == []


def test_a_job_carries_ids_only(db: None, room: Room) -> None:
    (made,) = ask("A")

    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text, lock FROM procrastinate_jobs ORDER BY id LIMIT 1")
        args, lock = cursor.fetchone()

    assert set(json.loads(args)) == {"reaction", "entry"}
    assert str(made) in args
    assert lock.endswith("/A")


def test_two_reactions_of_one_name_are_refused(room: Room) -> None:
    def answer(event: Asked, entry: Entry) -> None: ...

    with pytest.raises(ValueError, match="two reactions"):
        on(Asked)(answer)


def test_an_event_of_an_older_version_is_revived_with_defaults_and_without_unknown_facts() -> None:
    assert revive("kernel_tests.Asked", {"case": "A", "colour": "red"}) == Asked(case="A", urgent=False)


def test_reactions_to_an_unknown_event_are_none() -> None:
    assert reactions_to("kernel_tests.NeverHeardOf") == []


@pytest.mark.django_db(transaction=True)
def test_a_failing_reaction_is_visible_is_retried_and_holds_up_nobody(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.away = {"A"}
    first, _ = ask("A", "B")

    work(monkeypatch)

    assert room.told == ["B"]
    assert sorted(room.answered) == ["A", "B"]
    (trouble,) = jobs.troubled()
    assert (str(trouble["reaction"]).rpartition(".")[2], trouble["entry"]) == ("tell", first)
    assert (trouble["status"], trouble["attempts"]) == ("todo", 1)
    assert trouble["next_at"] is not None
    assert not IdempotencyKey.objects.filter(actor="tell", reference="A").exists()  # half a reaction is none

    room.away = set()
    work(monkeypatch)
    assert room.told == ["B"]  # it is not its time yet
    jobs.retry(int(str(trouble["job"])))
    work(monkeypatch)

    assert room.told == ["B", "A"]
    assert jobs.troubled() == []
    assert waiting() == []


@pytest.mark.django_db(transaction=True)
def test_reactions_to_one_subject_keep_their_order(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.away = {"A"}
    ask("A", "A")
    work(monkeypatch)

    assert waiting() == [("tell", "todo"), ("tell", "todo")]
    assert len(jobs.troubled()) == 1  # the first was tried; the second did not overtake


@pytest.mark.django_db(transaction=True)
def test_a_reaction_that_gave_up_stays_visible_and_lets_the_next_one_run(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.away = {"A"}
    ask("A")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = %s", [worker.RETRY.max_attempts])
    work(monkeypatch)

    assert [trouble["status"] for trouble in jobs.troubled()] == ["failed"]
    room.away = set()
    ask("A")
    work(monkeypatch)
    assert room.told == ["A"]


@pytest.mark.django_db(transaction=True)
def test_jobs_of_a_worker_that_died_are_queued_again_and_those_of_a_living_one_are_not(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("dead", "living")
    with connection.cursor() as cursor:
        for case, silent in (("dead", "1 hour"), ("living", "1 second")):
            cursor.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval) RETURNING id",
                [silent],
            )
            (worker,) = cursor.fetchone()
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE lock LIKE %s",
                [worker, f"%/{case}"],
            )

    assert jobs.rescue_stalled() == 2
    assert jobs.rescue_stalled() == 0
    work(monkeypatch)

    assert room.told == ["dead"]
    assert waiting() == [("answer", "doing"), ("tell", "doing")]


def one_job_in_work(name: str) -> tuple[int, str]:
    """The waiting job of a reaction, as taken by a worker."""
    (reaction,) = (registered for registered in REACTIONS if registered.endswith(f".{name}") and "kernel" in registered)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing' WHERE args->>'reaction' = %s RETURNING id", [reaction]
        )
        ((job,),) = cursor.fetchall()
    return job, reaction


def test_what_a_reaction_did_and_that_it_is_done_are_lost_together(db: None, room: Room) -> None:
    (made,) = ask("A")
    job, answer = one_job_in_work("answer")

    with transaction.atomic():
        jobs.run_reaction(answer, made, job=job)
        assert ("answer", "doing") not in waiting()
        assert IdempotencyKey.objects.filter(route="answers").count() == 1
        transaction.set_rollback(True)  # the database dies before the commit is on its disk

    assert ("answer", "doing") in waiting()
    assert not IdempotencyKey.objects.filter(route="answers").exists()


def test_a_job_another_worker_ended_meanwhile_is_not_done_again(db: None, room: Room) -> None:
    (made,) = ask("A")
    job, tell = one_job_in_work("tell")

    jobs.run_reaction(tell, made, job=job)
    jobs.run_reaction(tell, made, job=job)

    assert room.told == ["A"]


def test_going_on_with_what_waits_keeps_the_order_under_a_lock_and_leaves_what_failed_to_be_tried_again(
    db: None, room: Room
) -> None:
    room.away = {"A"}
    ask("A", "B", "A")

    worker.go_on(until=time.monotonic() + 60)

    assert room.told == ["B"]
    assert sorted(room.answered) == ["A", "A", "B"]
    assert waiting() == [("tell", "todo"), ("tell", "todo")]
    ((trouble,), behind) = (jobs.troubled(), jobs.first_in_line())
    assert (trouble["status"], trouble["attempts"]) == ("todo", 1)
    assert trouble["next_at"] is not None
    assert behind == []  # the second to A waits for the first


def test_going_on_ends_in_time(db: None, room: Room) -> None:
    ask("A")

    worker.go_on(until=time.monotonic())

    assert (room.answered, room.told) == ([], [])


@pytest.mark.django_db(transaction=True)
def test_two_who_go_on_do_nothing_twice(room: Room) -> None:
    cases = [f"case-{number}" for number in range(30)]
    ask(*cases)

    def go_on() -> None:
        try:
            worker.go_on(until=time.monotonic() + 60)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go_on) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(room.told) == sorted(cases)
    assert sorted(room.answered) == sorted(cases)
    assert waiting() == []


def test_a_reaction_that_checks_first_may_run_twice(db: None, room: Room) -> None:
    (made,) = ask("A")
    (answer,) = (name for name in room.names if name.endswith("answer"))

    jobs.run_reaction(answer, made)
    jobs.run_reaction(answer, made)

    assert room.answered == ["A", "A"]
    assert IdempotencyKey.objects.filter(route="answers").count() == 1


def test_linking_again_queues_nothing_again(db: None, room: Room) -> None:
    ask("A")
    bookkeeper.link_waiting()

    assert len(waiting()) == 2
