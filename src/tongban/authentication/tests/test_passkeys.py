"""A passkey proves who has the device: once for each challenge, on this site only, and not after it was copied."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from hypothesis import HealthCheck, example, given, settings
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


def test_after_a_copy_was_seen_neither_it_nor_the_key_opens_anything(cast: Cast) -> None:
    device = Device()
    row = register(cast, cast.liu, device)
    copy = Device(id=device.id, user=device.user, key=device.key)
    passkeys.prove((asked := passkeys.ask_proof()).state, device.get(asked.options), now=cast.now)
    refused(copy, cast)
    copy.counter = 40

    assert {refused(copy, cast), refused(device, cast)} == {"passkey_copied"}
    row.refresh_from_db()
    assert row.copied_at == cast.now
    assert JournalEntry.objects.get(name="authentication.PasskeyCopied").facts == {
        "account": cast.liu.pk, "passkey": str(row.public_id),
    }  # fmt: skip
    assert not passkeys.ask_proof(cast.liu).options["publicKey"].get("allowCredentials")


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


NAMES = ["id", "rawId", "response", "type", "clientDataJSON", "authenticatorData", "attestationObject", "signature"]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip
parts = st.dictionaries(st.sampled_from(NAMES[4:]), st.integers() | st.text(max_size=8) | json_values)
answers = st.fixed_dictionaries(
    {"rawId": st.integers() | st.just("AAAA"), "type": st.just("public-key"), "response": parts}
)


def part(**response: object) -> str:
    return json.dumps({"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": response})


def said(kind: str, text: str = "") -> str:
    asked = {"type": kind, "challenge": "AAAA", "origin": "http://localhost:8000"}
    return websafe_encode((text or json.dumps(asked)).encode())


HUGE = json.dumps({"rawId": 10_000_000_000})
HUGE_PART = part(authenticatorData=3_000_000_000, clientDataJSON=said("webauthn.get"), signature="AAAA")
HUGE_ATTESTATION = part(attestationObject=3_000_000_000, clientDataJSON=said("webauthn.create"))
HUGE_IN_CBOR = part(
    attestationObject=websafe_encode(cbor.encode({"fmt": "none", "attStmt": {}, "authData": 3_000_000_000})),
    clientDataJSON=said("webauthn.create"),
)
DEEP = "[" * 20_000
DEEP_SAID = part(authenticatorData="AAAA", clientDataJSON=said("", "[" * 10_000), signature="AAAA")
DEEP_CBOR = part(attestationObject=websafe_encode(bytes.fromhex("81" * 10_000)), clientDataJSON=said("webauthn.create"))
BITS_OF_BYTES = json.dumps({"rawId": [1, 2], "response": {"clientDataJSON": {"a": 1}}})


@pytest.mark.django_db
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=40) | json_values.map(json.dumps) | answers.map(json.dumps))
@example(HUGE)
@example(HUGE_PART)
@example(DEEP)
@example(DEEP_SAID)
@example(BITS_OF_BYTES)
def test_whatever_a_browser_sends_is_an_answer_or_refused(answer: str) -> None:
    asked = passkeys.ask_proof()

    with pytest.raises(Refusal):
        passkeys.prove(asked.state, answer, now=NOW)


@pytest.mark.django_db
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(answer=st.text(max_size=40) | json_values.map(json.dumps) | answers.map(json.dumps))
@example(answer=HUGE)
@example(answer=HUGE_ATTESTATION)
@example(answer=HUGE_IN_CBOR)
@example(answer=DEEP)
@example(answer=DEEP_CBOR)
@example(answer=BITS_OF_BYTES)
def test_whatever_a_browser_sends_registers_a_device_or_is_refused(cast: Cast, answer: str) -> None:
    asked = passkeys.ask_new(cast.liu)

    with pytest.raises(Refusal) as no:
        passkeys.add(cast.liu, asked.state, answer, label="", by=cast.actor(cast.liu), now=cast.now)
    assert no.value.code == "passkey_wrong"


def test_a_number_in_place_of_bytes_never_reaches_the_library() -> None:
    for answer in (HUGE, HUGE_PART):
        with pytest.raises(ValueError, match=r"no answer|no text"):
            passkeys._read(answer, ("clientDataJSON", "authenticatorData", "signature"))


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", ["no key", "unknown kind", "not on the curve", "numbers for bytes", "long id"])
def test_a_key_that_could_not_be_used_later_is_not_registered(cast: Cast, wrong: str) -> None:
    device = Device(id=b"x" * 1024) if wrong == "long id" else Device()
    asked = passkeys.ask_new(cast.liu)
    answer = json.loads(device.create(asked.options))
    attestation = dict(cbor.decode(websafe_decode(answer["response"]["attestationObject"])))  # type: ignore[call-overload]
    data = attestation["authData"]
    if wrong == "no key":
        attestation["authData"] = data[:32] + bytes([data[32] & ~0x40]) + data[33:37]
    if wrong in ("unknown kind", "not on the curve", "numbers for bytes"):
        key = dict(ES256.from_cryptography_key(device.key.public_key()))
        key |= {
            "unknown kind": {3: -9999},
            "not on the curve": {-2: b"\1" * 32},
            "numbers for bytes": {-2: 3_000_000_000},
        }[wrong]
        attestation["authData"] = data[: 37 + 16 + 2 + 16] + cbor.encode(key)
    answer["response"]["attestationObject"] = websafe_encode(cbor.encode(attestation))

    with pytest.raises(Refusal) as no:
        passkeys.add(cast.liu, asked.state, json.dumps(answer), label="", by=cast.actor(cast.liu), now=cast.now)
    assert no.value.code == "passkey_wrong" and not Passkey.objects.exists()


def test_only_kinds_of_keys_that_are_accepted_are_asked_for(cast: Cast) -> None:
    asked = passkeys.ask_new(cast.liu).options["publicKey"]["pubKeyCredParams"]

    assert [one["alg"] for one in asked] == [-7, -8, -257]


def test_a_key_of_an_unknown_kind_that_lies_here_from_before_is_refused(cast: Cast) -> None:
    device = Device()
    row = register(cast, cast.liu, device)
    stored = bytes(row.credential)
    key = dict(ES256.from_cryptography_key(device.key.public_key())) | {3: -9999}
    Passkey.objects.filter(pk=row.pk).update(credential=stored[: 16 + 2 + 16] + cbor.encode(key))

    assert refused(device, cast) == "passkey_wrong"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["clientDataJSON", "attestationObject"])
def test_a_registration_that_was_cut_short_is_refused(cast: Cast, name: str) -> None:
    asked = passkeys.ask_new(cast.liu)
    answer = json.loads(Device().create(asked.options))
    answer["response"][name] = answer["response"][name][:40]

    with pytest.raises(Refusal) as no:
        passkeys.add(cast.liu, asked.state, json.dumps(answer), label="", by=cast.actor(cast.liu), now=cast.now)
    assert no.value.code == "passkey_wrong"


@pytest.mark.parametrize(
    ("host", "works"),
    [("localhost", True), ("localhost:8000", True), ("127.0.0.1:8000", False), ("evil.example", False)],
)
def test_where_keys_can_be_used(host: str, works: bool) -> None:
    assert passkeys.work_at(host) is works
