"""不丢不重: what got a number survives kill -9 of every process in turn, and nothing is done twice.

Real clients submit and accept over HTTP with idempotency keys, repeating a key until it is answered.
"""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.crash.instance import Answer, Instance, call, until

pytestmark = pytest.mark.crash

CLIENTS = 4
BETWEEN = 2.0
"""Seconds of work between two blows."""
PACE = 0.1
"""Seconds a client rests between two cases: what is tested are the blows, not how much is done between them."""


class Clients:
    """Citizens who submit, and a reviewer who accepts every other case."""

    def __init__(self, instance: Instance, item: str, tokens: dict[str, str]) -> None:
        self.url, self.item, self.tokens = instance.url, item, tokens
        self.numbers: dict[str, str] = {}
        self.accepted: set[str] = set()
        self.sent: set[str] = set()
        self.away: list[Answer] = []
        self.broken = 0
        self.wrong: list[str] = []
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._work, args=(at,)) for at in range(CLIENTS)]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        """Each ends when its last key is answered."""
        self.stopping.set()
        for thread in self.threads:
            thread.join(120)
            assert not thread.is_alive(), "a client never got its answer"

    def _work(self, at: int) -> None:
        turn = 0
        while not self.stopping.is_set():
            turn += 1
            key = f"crash-{at}-{turn:06d}"
            self.sent.add(key)
            number = self._submit(key)
            if turn % 7 == 0 and self._submit(key) != number:
                self.wrong.append(f"{key} has two numbers")
            if turn % 2 == 0:
                self._accept(number)
            time.sleep(PACE)

    def _submit(self, key: str) -> str:
        body = {
            "item": self.item,
            "answers": {"kind": "catering"},
            "form": {"name": "刘晓燕", "shop": key, "area": "86"},
            "materials": {"safety": "pledge"},
        }
        made = self._until_answered("/applications", body, "liu", (201,), key=key)
        number = str(made.body.get("number"))
        if self.numbers.setdefault(key, number) != number:
            self.wrong.append(f"{key} has two numbers")
        return number

    def _accept(self, number: str) -> None:
        self._until_answered(f"/applications/{number}/acceptance", {}, "reviewer", (201, 409))
        self.accepted.add(number)

    def _until_answered(self, path: str, body: object, who: str, good: tuple[int, ...], *, key: str = "") -> Answer:
        """Repeat while the answer is 503, or the connection breaks or is refused."""
        deadline = time.monotonic() + 100
        while time.monotonic() < deadline:
            try:
                answer = call(self.url + path, body, token=self.tokens[who], key=key)
            except (OSError, http.client.HTTPException):
                self.broken += 1
                time.sleep(0.1)
                continue
            if answer.status in good:
                return answer
            if answer.status == 503:
                self.away.append(answer)
                time.sleep(0.2)
                continue
            self.wrong.append(f"{path}: {answer.status} {answer.body}")
            time.sleep(0.2)
        raise AssertionError(f"{path} was never answered")


@pytest.fixture
def instance(data: Path) -> Iterator[Instance]:
    made = Instance(data)
    try:
        yield made
    finally:
        made.stop()


def test_kill_9_of_every_process_loses_nothing_and_doubles_nothing(instance: Instance) -> None:
    prepared = instance.prepare()
    tokens = prepared["tokens"]
    assert isinstance(tokens, dict)
    assert instance.rows("SHOW fsync") == [("on",)]
    instance.start()
    clients = Clients(instance, str(prepared["item"]), tokens)
    clients.start()

    for blow in _blows(instance):
        time.sleep(BETWEEN)
        before = len(clients.numbers)
        blow()
        until(lambda before=before: len(clients.numbers) > before + CLIENTS, 60, "work after a blow")  # type: ignore[misc]
    clients.stop()
    until(instance.is_ready, 30, "readiness")
    until(lambda: instance.number("SELECT count(*) FROM kernel_outbox") == 0, 30, "an empty outbox")
    until(lambda: instance.number("SELECT count(*) FROM procrastinate_jobs") == 0, 120, "every reaction")

    assert clients.wrong == [], "never anything but done, 503 or a broken connection"
    assert clients.away, "while the database is away the answer is 503"
    assert all(answer.headers.get("retry-after") for answer in clients.away)
    assert all(answer.body.get("code") == "database_away" for answer in clients.away)
    assert clients.broken, "a killed web worker breaks connections"
    _one_case_a_key(instance, clients)
    _all_linked(instance)
    _every_reaction_once(instance, clients)


def _blows(instance: Instance) -> list[Callable[[], object]]:
    def postgres_for_a_while() -> None:
        instance.hands_off.set()
        instance.kill_postgres()
        time.sleep(1.5)  # long enough for answers without a database
        instance.hands_off.clear()

    return [
        instance.kill_a_web_worker,
        lambda: instance.kill("后台任务"),
        lambda: instance.kill("记账员"),
        postgres_for_a_while,
        lambda: instance.kill("网站"),
        postgres_for_a_while,
    ]


def _one_case_a_key(instance: Instance, clients: Clients) -> None:
    stored = [str(number) for (number,) in instance.rows("SELECT number FROM applications_application")]
    keys = dict(instance.rows("SELECT key, reference FROM kernel_idempotencykey"))

    assert set(clients.numbers) == clients.sent, "every key was answered in the end"
    assert Counter(stored) == Counter(clients.numbers.values()), "one case a key; what was acknowledged is there"
    assert keys == clients.numbers
    accepted = {str(number) for (number,) in instance.rows(
        "SELECT a.number FROM applications_acceptance s JOIN applications_application a ON a.id = s.application_id"
    )}  # fmt: skip
    assert accepted == clients.accepted


def _all_linked(instance: Instance) -> None:
    entries = instance.number("SELECT count(*) FROM kernel_journalentry")
    verified = instance.command("journal", "verify")
    clocks = instance.command("clocks", "verify")

    assert instance.rows("SELECT count(*), max(position) FROM kernel_journallink") == [(entries, entries)]
    assert (verified.returncode, verified.stdout) == (0, ""), verified.stdout
    assert (clocks.returncode, clocks.stdout) == (0, ""), clocks.stdout


def _every_reaction_once(instance: Instance, clients: Clients) -> None:
    told = Counter(
        (str(subject), str(what))
        for subject, what in instance.rows("SELECT subject, split_part(key, '/', 2) FROM notices_message")
    )
    expected = Counter((number, "received") for number in clients.numbers.values())
    expected += Counter((number, what) for number in clients.accepted for what in ("accepted", "committed"))
    by_sms = len(clients.numbers) + 2 * len(clients.accepted)  # 收件; 受理, and what may follow

    assert told == expected
    assert instance.rows(
        "SELECT channel, state, count(*), count(DISTINCT sms_id) FROM notices_delivery GROUP BY 1, 2"
    ) == [("sms", "handed", by_sms, by_sms)]
    assert instance.rows("SELECT state, count(*) FROM channels_sms GROUP BY 1") == [("sent", by_sms)]
    assert instance.number("SELECT count(*) FROM kernel_journalentry WHERE name = 'channels.SmsQueued'") == by_sms
