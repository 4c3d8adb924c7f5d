"""通行密钥: WebAuthn with `fido2`. Each challenge is used once; a key that was copied shows by its counter.

The state of a challenge is kept by the door, in the session, between the two halves.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django.conf import settings
from django.db import transaction
from fido2 import cbor
from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialParameters,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tongban.authentication.events import FactorAdded, FactorRemoved, PasskeyCopied
from tongban.authentication.models import Passkey
from tongban.identity.models import Account
from tongban.kernel import journal
from tongban.kernel.actors import Actor, system
from tongban.kernel.crypto import blind_index
from tongban.kernel.refusals import Conflict, NotFound, Refusal

State = dict[str, Any]
"""What fido2 wants to see again with the answer: the challenge, and how strictly it was asked."""
MOST = 10
LONGEST = 20_000
LONGEST_ID = 1023
"""Bytes of a credential's id (WebAuthn §5.1)."""
ALGORITHMS = (-7, -8, -257)
"""ES256, EdDSA, RS256: what devices in use have."""
_MALFORMED = (
    ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RuntimeError, AssertionError, struct.error,
    UnsupportedAlgorithm,
)  # fmt: skip
"""What fido2 and cryptography raise at bytes that a stranger made up; RuntimeError has the depth of recursion in it."""
_PROOF = ("clientDataJSON", "authenticatorData", "signature")
_NEW = ("clientDataJSON", "attestationObject")
_PREFERRED = UserVerificationRequirement.PREFERRED


@dataclass(frozen=True)
class Challenge:
    """What the browser is asked (`options`), and what is kept until it answers."""

    options: dict[str, Any]
    state: State


@dataclass(frozen=True)
class Proof:
    """Whose key it was, and whether the device made sure of the person (fingerprint, face, PIN)."""

    account: Account
    verified: bool


def work_at(host: str) -> bool:
    """Whether keys of this instance can be used at this address: they are bound to the name in `base_url`."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return name == _name() or name.endswith(f".{_name()}")


def ask_new(account: Account) -> Challenge:
    """Raises Refusal when there are enough."""
    mine = list(Passkey.objects.filter(account=account).order_by("at")[: MOST + 1])
    if len(mine) >= MOST:
        raise Refusal("passkeys_many", f"最多 {MOST} 个通行密钥", "请先删去不用的")
    user = PublicKeyCredentialUserEntity(id=_handle(account), name=account.username, display_name=account.display_name)
    options, state = _server().register_begin(
        user, [_named(one) for one in mine], ResidentKeyRequirement.REQUIRED, _PREFERRED
    )
    return Challenge(dict(options), dict(state))


@transaction.atomic
def add(account: Account, state: State, answer: str, *, label: str, by: Actor, now: datetime) -> Passkey:
    """Raises Refusal: not an answer to this challenge; Conflict: the device is known."""
    try:
        given = _read(answer, _NEW)
        _check_attestation(websafe_decode(given["response"]["attestationObject"]))
        found = _server().register_complete(state, given)
        made = found.credential_data
        assert made  # noqa: S101 - register_complete looked
        _check_key(made)
    except _MALFORMED as error:
        raise _wrong() from error
    if Passkey.objects.filter(credential_id=made.credential_id).exists():
        raise Conflict("passkey_known", "这个通行密钥已经登记过", "请直接用它登录")
    row = Passkey.objects.create(
        account=account, credential_id=made.credential_id, credential=bytes(made), sign_count=found.counter,
        label=label.strip()[:40] or "通行密钥", at=now,
    )  # fmt: skip
    journal.record(FactorAdded(account=account.pk, kind="passkey"), by=by, now=now)
    return row


def ask_proof(account: Account | None = None) -> Challenge:
    """Of one account, or of whoever has a key for this platform."""
    mine = Passkey.objects.filter(account=account, copied_at=None).order_by("at")[:MOST] if account else []
    options, state = _server().authenticate_begin([_named(one) for one in mine] or None, _PREFERRED)
    return Challenge(dict(options), dict(state))


def prove(state: State, answer: str, *, account: Account | None = None, now: datetime) -> Proof:
    """Raises Refusal: unknown key, another's, a wrong answer, or a copy of the key. Never inside a verb's transaction, as
    `codes.check`: a copy stays known though it is refused."""
    proof = _prove(state, answer, account, now)
    if proof is None:
        raise Refusal("passkey_copied", "这个通行密钥可能被复制过，不能再用", "请用别的方式登录，把它删去，并重新登记")
    return proof


@transaction.atomic(durable=True)
def _prove(state: State, answer: str, account: Account | None, now: datetime) -> Proof | None:
    """None: it is a copy, or the one that was copied; neither opens anything from now on."""
    try:
        given = AuthenticationResponse.from_dict(_read(answer, _PROOF, perhaps=("userHandle",)))
        row = _row(given, account)
        _server().authenticate_complete(state, [AttestedCredentialData(bytes(row.credential))], given)
    except _MALFORMED as error:
        raise _wrong() from error
    told = given.response.authenticator_data
    if row.copied_at:
        return None
    if (told.counter or row.sign_count) and told.counter <= row.sign_count:
        row.copied_at = now
        row.save(update_fields=["copied_at"])
        copied = PasskeyCopied(account=row.account_id, passkey=str(row.public_id))
        journal.record(copied, by=system("authentication"), now=now)
        return None
    row.sign_count, row.used_at = told.counter, now
    row.save(update_fields=["sign_count", "used_at"])
    return Proof(row.account, told.is_user_verified())


@transaction.atomic
def remove(account: Account, public_id: UUID, *, by: Actor, now: datetime) -> None:
    """Raises NotFound."""
    if not Passkey.objects.filter(account=account, public_id=public_id).delete()[0]:
        raise NotFound("passkey_unknown", "没有这个通行密钥", "它可能已经删去了，请刷新页面")
    journal.record(FactorRemoved(account=account.pk, kind="passkey"), by=by, now=now)


@transaction.atomic
def remove_all(account: Account, *, by: Actor, now: datetime) -> None:
    for key in Passkey.objects.filter(account=account).order_by("pk"):
        remove(account, key.public_id, by=by, now=now)


def _row(given: AuthenticationResponse, account: Account | None) -> Passkey:
    rows = Passkey.objects.select_for_update(of=("self",)).select_related("account", "account__person")
    row = rows.filter(credential_id=given.raw_id, account__is_active=True).first()
    whose = given.response.user_handle
    if row is None or (account and row.account_id != account.pk) or (whose and whose != _handle(row.account)):
        raise Refusal("passkey_unknown", "本平台没有登记这个通行密钥", "请换一种方式登录，再到“登录与安全”登记")
    return row


def _wrong() -> Refusal:
    return Refusal("passkey_wrong", "通行密钥没有验证通过", "请再试一次，或换一种方式")


def _read(answer: str, parts: tuple[str, ...], *, perhaps: tuple[str, ...] = ()) -> dict[str, Any]:
    """What is asked for and nothing else, all of it text: of a number N the library would make N bytes. Raises ValueError."""
    made = json.loads(answer) if len(answer) <= LONGEST else None
    said = made.get("response") if isinstance(made, dict) else None
    if not isinstance(made, dict) or not isinstance(said, dict) or made.get("type") != "public-key":
        raise ValueError("no answer of a browser")
    found = {"rawId": made.get("rawId"), **{name: said.get(name) for name in parts}}
    found |= {name: said[name] for name in perhaps if said.get(name) is not None}
    name = found.pop("rawId")
    if not isinstance(name, str) or not all(isinstance(value, str) for value in found.values()):
        raise ValueError("a part is missing, or no text")
    if len(websafe_decode(name)) > LONGEST_ID:
        raise ValueError("too long an id")
    return {"rawId": name, "type": "public-key", "response": found}


def _check_attestation(attestation: bytes) -> None:
    """The same once more, in CBOR. Raises ValueError and what else malformed bytes raise."""
    said = cbor.decode(attestation)
    if not isinstance(said, dict) or not isinstance(said["authData"], bytes):
        raise ValueError("no attestation")


def _check_key(made: AttestedCredentialData) -> None:
    """A key that can be used later: of a kind we asked for, and able to say of a wrong signature that it is wrong. Raises
    ValueError and what else malformed keys raise."""
    if len(made.credential_id) > LONGEST_ID or made.public_key.get(3) not in ALGORITHMS:
        raise ValueError("too long an id, or a kind of key that was not asked for")
    try:
        made.public_key.verify(b"", b"")
    except InvalidSignature:
        return
    raise ValueError("everything is its signature")


def _named(one: Passkey) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=bytes(one.credential_id))


def _handle(account: Account) -> bytes:
    """What the device keeps as the user: tells nobody who it is."""
    return blind_index(str(account.pk), purpose="passkey")


def _server() -> Fido2Server:
    entity = PublicKeyCredentialRpEntity(name=settings.TONGBAN.site_name, id=_name())
    server = Fido2Server(entity, verify_origin=lambda origin: origin in _origins())
    kind = PublicKeyCredentialType.PUBLIC_KEY
    server.allowed_algorithms = [PublicKeyCredentialParameters(type=kind, alg=alg) for alg in ALGORITHMS]
    return server


def _name() -> str:
    """The relying party: the host of `base_url`; on this machine alone `localhost`, since an IP address can't be one."""
    host = urlsplit(settings.TONGBAN.base_url).hostname or "localhost"
    try:
        return "localhost" if ip_address(host).is_loopback else host
    except ValueError:
        return host


def _origins() -> set[str]:
    base = urlsplit(settings.TONGBAN.base_url)
    port = f":{base.port}" if base.port else ""
    return {f"{base.scheme}://{base.netloc}", f"{base.scheme}://{_name()}{port}"}
