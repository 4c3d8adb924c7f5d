"""备用码: ten on paper, each works once, when the phone or the key is lost. Shown once; only digests stay."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from tongban.authentication import slowing, totp
from tongban.authentication.events import FactorAdded, FactorRemoved
from tongban.authentication.models import RecoveryCode
from tongban.identity.models import Account
from tongban.identity.queries import actor_of
from tongban.kernel import journal
from tongban.kernel.actors import Actor
from tongban.kernel.crypto import blind_index
from tongban.kernel.refusals import Refusal

MANY, LONG = 10, 10
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike: 31 of them, so that ten hold 49 bits."""


@transaction.atomic
def make(account: Account, *, by: Actor, now: datetime) -> list[str]:
    """Ten new ones; those before are void."""
    RecoveryCode.objects.filter(account=account).delete()
    made = ["".join(secrets.choice(LETTERS) for _ in range(LONG)) for _ in range(MANY)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(account=account, digest=_digest(account, one), at=now) for one in made
    )
    journal.record(FactorAdded(account=account.pk, kind="recovery"), by=by, now=now)
    return [f"{one[:5]}-{one[5:]}" for one in made]


def looks_like_one(typed: str) -> bool:
    return len(_plain(typed)) == LONG


def use(account: Account, typed: str, *, now: datetime) -> None:
    """Raises Refusal: unknown, used already, or too many tries. Never inside a verb's transaction, as `codes.check`."""
    tries = f"recovery:{account.pk}"
    slowing.count(tries, now=now, field="code")
    if not _use(account, _plain(typed), now):
        slowing.note_proof(tries, "recovery", account, now=now)
        raise Refusal("recovery_wrong", "备用码不对，或者已经用过", "每个备用码只能用一次，请换下一个", "code")


@transaction.atomic
def _use(account: Account, plain: str, now: datetime) -> bool:
    left = RecoveryCode.objects.filter(account=account, digest=_digest(account, plain), used_at=None)
    if not left.update(used_at=now):
        return False
    totp.unlock(account)
    by = actor_of(account, now=now, channel="web")
    journal.record(FactorRemoved(account=account.pk, kind="recovery"), by=by, now=now)
    return True


def forget(account: Account) -> None:
    """Without anything they stand in for they mean nothing."""
    RecoveryCode.objects.filter(account=account).delete()


def _plain(typed: str) -> str:
    return "".join(one for one in typed.lower() if one in LETTERS)


def _digest(account: Account, plain: str) -> bytes:
    return blind_index(f"{account.pk}:{plain}", purpose="recovery")
