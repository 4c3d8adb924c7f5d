from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tongban.authentication.models import Passkey, RecoveryCode, Totp
from tongban.identity.models import Account
from tongban.kernel.crypto import blind_index
from tongban.kernel.models import JournalEntry


def accounts_on(phone: str) -> list[Account]:
    """Those that may sign in by a code to this phone: whose owner showed that it is theirs. A family may share one."""
    found = Account.objects.select_related("person").filter(
        person__phone_index=blind_index(phone, purpose="phone"), person__phone_proved_at__isnull=False,
        person__merged_into=None, is_active=True,
    )  # fmt: skip
    return list(found.order_by("pk")[:10])


@dataclass(frozen=True)
class Factors:
    """What an account can prove itself with, besides its password. A passkey that was copied proves nothing, but counts:
    the second proof isn't spared because of it."""

    totp: bool
    passkeys: int
    recovery: int

    @property
    def any(self) -> bool:
        return self.totp or bool(self.passkeys)


def factors_of(account: Account) -> Factors:
    return Factors(
        totp=Totp.objects.filter(account=account).exclude(confirmed_at=None).exists(),
        passkeys=Passkey.objects.filter(account=account).count(),
        recovery=RecoveryCode.objects.filter(account=account, used_at=None).count(),
    )


LATELY = 12


def lately(account: Account) -> list[JournalEntry]:
    """What happened to an account's ways in, the latest first."""
    entries = JournalEntry.objects.filter(subject=str(account.pk), name__startswith="authentication.")
    return list(entries.order_by("-id")[:LATELY])


def phone_of(account: Account) -> str:
    """The mobile phone by which the account can be proved, or nothing."""
    phone = account.person.phone if account.person and account.person.phone_proved_at else ""
    return phone if len(phone) == 11 and phone.startswith("1") else ""


@dataclass(frozen=True)
class Happened:
    """One line of the list: when, in words, and whether its owner should look twice."""

    at: datetime
    words: str
    look: bool = False
