"""A creating request with a key is done once; its repeats get the same reference."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from time import sleep
from typing import Any

import pytest
from django.db import transaction

from tongban.kernel import idempotency
from tongban.kernel.models import IdempotencyKey
from tongban.kernel.refusals import Refusal

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
BODY = idempotency.request_hash("one", "body")


def claim(**change: Any) -> str | None:
    usual = {"actor": "person:1", "route": "r", "key": "key-0001", "request": BODY, "reference": "first", "now": NOW}
    return idempotency.claim(**{**usual, **change})


def test_a_new_key_is_claimed_and_its_repeat_gets_the_first_reference(db: None) -> None:
    assert claim(reference="first") is None
    assert claim(reference="second") == "first"
    assert claim(reference="third") == "first"
    assert IdempotencyKey.objects.count() == 1


def test_the_same_key_with_other_content_is_refused(db: None) -> None:
    claim()

    with pytest.raises(Refusal, match="内容不同") as refused:
        claim(request=idempotency.request_hash("another", "body"))

    assert (refused.value.code, refused.value.status) == ("idempotency_mismatch", 422)


@pytest.mark.parametrize("change", [{"actor": "person:2"}, {"route": "other"}, {"key": "key-0002"}])
def test_a_key_belongs_to_one_actor_and_one_route(db: None, change: dict[str, str]) -> None:
    claim()

    assert claim(**change, reference="mine") is None


@pytest.mark.parametrize("key", ["", "short", "x" * 101])
def test_a_key_has_eight_to_a_hundred_characters(db: None, key: str) -> None:
    with pytest.raises(Refusal, match="8 至 100"):
        claim(key=key)


def test_a_verb_that_failed_frees_its_key(db: None) -> None:
    with pytest.raises(ValueError, match="no"), transaction.atomic():
        claim()
        raise ValueError("no")

    assert claim(reference="again") is None


def test_parts_of_a_request_do_not_run_into_one_another() -> None:
    assert idempotency.request_hash("ab", "c") != idempotency.request_hash("a", "bc")


def test_half_a_character_in_a_request_breaks_nothing() -> None:
    assert idempotency.request_hash("\ud83d") != idempotency.request_hash("\ud83e")


@pytest.mark.django_db(transaction=True)
def test_of_requests_at_the_same_moment_one_is_new_and_the_others_wait_for_it(
    together: Callable[..., list[Any]],
) -> None:
    def verb(reference: str) -> str | None:
        with transaction.atomic():
            found = claim(reference=reference)
            sleep(0.05)
            return found

    answers = together(*(lambda n=n: verb(f"request-{n}") for n in range(4)))

    (kept,) = IdempotencyKey.objects.values_list("reference", flat=True)
    assert sorted(answers, key=str) == sorted([None, kept, kept, kept], key=str)


@pytest.mark.django_db(transaction=True)
def test_when_the_first_of_two_fails_the_second_does_the_work(together: Callable[..., list[Any]]) -> None:
    def failing() -> None:
        with transaction.atomic():
            claim(reference="failing")
            sleep(0.1)
            raise ValueError("crashed")

    def waiting() -> str | None:
        sleep(0.05)
        with transaction.atomic():
            return claim(reference="waiting")

    crashed, answer = together(failing, waiting)

    assert isinstance(crashed, ValueError)
    assert answer is None
    assert IdempotencyKey.objects.get().reference == "waiting"
