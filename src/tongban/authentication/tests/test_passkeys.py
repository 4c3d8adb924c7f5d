"""A passkey proves who has the device: once for each challenge, on this site only, and not after it was copied."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.people import Cast
from tongban.authentication import passkeys
from tongban.authentication.models import Passkey
from tongban.authentication.tests.authenticator import Device
from tongban.identity.models import Account
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import Refusal

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def register(cast: Cast, account: Account, device: Device) -> Passkey:
    asked = passkeys.ask_new(account)
    by = cast.actor(account)
    return passkeys.add(account, asked.state, device.create(asked.options), label=" 我的手机 ", by=by, now=cast.now)


def refused(device: Device, cast: Cast, account: Account | None = None) -> str:
    asked = passkeys.ask_proof(account)
    with pytest.raises(Refusal) as no:
        passkeys.prove(asked.state, device.get(asked.options), account=account, now=cast.now)
    return no.value.code


def test_a_device_says_whose_it_is(cast: Cast) -> None:
    device = Device()
    row = register(cast, cast.liu, device)
    asked = passkeys.ask_proof()
    later = cast.now + timedelta(hours=1)

    proof = passkeys.prove(asked.state, device.get(asked.options), now=later)

    assert (proof.account, proof.verified) == (cast.liu, True)
    row.refresh_from_db()
    assert (row.label, row.used_at, row.sign_count) == ("我的手机", later, 2)
    assert JournalEntry.objects.get(name="authentication.FactorAdded").facts == {
        "account": cast.liu.pk,
        "kind": "passkey",
    }


def test_what_the_device_keeps_of_its_owner_tells_nothing(cast: Cast) -> None:
    device = Device()
    register(cast, cast.liu, device)

    assert len(device.user) == 16 and str(cast.liu.pk).encode() not in device.user


def test_an_answer_to_another_challenge_is_refused(cast: Cast) -> None:
    device = Device()
    register(cast, cast.liu, device)
    earlier, later = passkeys.ask_proof(), passkeys.ask_proof()

    with pytest.raises(Refusal) as no:
        passkeys.prove(later.state, device.get(earlier.options), now=cast.now)
    assert no.value.code == "passkey_wrong"


def test_another_site_gets_nothing_that_works_here(cast: Cast) -> None:
    device = Device()
    register(cast, cast.liu, device)
    device.origin = "http://localhost.example.com:8000"

    assert refused(device, cast) == "passkey_wrong"


def test_another_key_under_the_same_id_is_refused(cast: Cast) -> None:
    device = Device()
    register(cast, cast.liu, device)
    forged = Device(id=device.id, user=device.user, counter=9)

    assert refused(forged, cast) == "passkey_wrong"


def test_a_copy_of_the_key_shows_by_its_counter(cast: Cast) -> None:
    device = Device()
    register(cast, cast.liu, device)
    copy = Device(id=device.id, user=device.user, key=device.key)
    for _ in range(3):
        asked = passkeys.ask_proof()
        passkeys.prove(asked.state, device.get(asked.options), now=cast.now)

    assert refused(copy, cast) == "passkey_copied"


def test_a_device_is_registered_once(cast: Cast) -> None:
    device = Device()
    register(cast, cast.liu, device)

    with pytest.raises(Refusal) as no:
        register(cast, cast.stranger, device)
    assert no.value.code == "passkey_known"


def test_one_person_is_not_proved_by_the_key_of_another(cast: Cast) -> None:
    device = Device()
    register(cast, cast.liu, device)

    assert refused(device, cast, cast.stranger) == "passkey_unknown"


def test_what_was_removed_or_whose_account_is_closed_opens_nothing(cast: Cast) -> None:
    device, other = Device(), Device()
    row = register(cast, cast.liu, device)
    register(cast, cast.stranger, other)
    passkeys.remove(cast.liu, row.public_id, by=cast.actor(cast.liu), now=cast.now)
    Account.objects.filter(pk=cast.stranger.pk).update(is_active=False)

    assert {refused(device, cast), refused(other, cast)} == {"passkey_unknown"}


def test_a_stranger_removes_nothing(cast: Cast) -> None:
    row = register(cast, cast.liu, Device())

    with pytest.raises(Refusal):
        passkeys.remove(cast.stranger, row.public_id, by=cast.actor(cast.stranger), now=cast.now)
    assert Passkey.objects.filter(pk=row.pk).exists()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "rawId", "response", "type"]), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40) | json_values.map(json.dumps))
def test_whatever_a_browser_sends_is_an_answer_or_refused(answer: str) -> None:
    asked = passkeys.ask_proof()

    with pytest.raises(Refusal):
        passkeys.prove(asked.state, answer, now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["clientDataJSON", "attestationObject"])
def test_a_registration_that_was_cut_short_is_refused(cast: Cast, part: str) -> None:
    asked = passkeys.ask_new(cast.liu)
    answer = json.loads(Device().create(asked.options))
    answer["response"][part] = answer["response"][part][:40]

    with pytest.raises(Refusal) as no:
        passkeys.add(cast.liu, asked.state, json.dumps(answer), label="", by=cast.actor(cast.liu), now=cast.now)
    assert no.value.code == "passkey_wrong"


@pytest.mark.parametrize(
    ("host", "works"),
    [("localhost", True), ("localhost:8000", True), ("127.0.0.1:8000", False), ("evil.example", False)],
)
def test_where_keys_can_be_used(host: str, works: bool) -> None:
    assert passkeys.work_at(host) is works
