"""What proves its owner besides a password: an authenticator, passkeys, recovery codes."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from tongban.identity.models import Account
from tongban.kernel.fields import EncryptedText


class Totp(models.Model):
    """动态口令 (RFC 6238). Counts once its owner has typed a right code."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="+")
    secret = EncryptedText()
    at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0, db_default=0)
    """The time step of the last code used: none is used twice."""
    wrong = models.PositiveIntegerField(default=0, db_default=0)
    """Wrong codes since the last right one."""

    def __str__(self) -> str:
        return f"totp {self.account_id}"


class Passkey(models.Model):
    """通行密钥 (WebAuthn): the public half of a key that a device keeps."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    credential_id = models.BinaryField(max_length=1023, unique=True)
    credential = models.BinaryField()
    """Attested credential data: AAGUID, id and COSE public key, as the device sent it."""
    sign_count = models.BigIntegerField(default=0, db_default=0)
    label = models.CharField(max_length=40)
    at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    copied_at = models.DateTimeField(null=True)
    """Its counter went back: there are two of it, and it proves nothing any more."""

    class Meta:
        indexes = [models.Index(fields=["account", "at"], name="passkeys_of_account")]

    def __str__(self) -> str:
        return f"passkey {self.public_id}"


class RecoveryCode(models.Model):
    """备用码: written on paper, each works once, when the device is lost."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField(max_length=16)
    at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account"], condition=Q(used_at=None), name="recovery_codes_left")]

    def __str__(self) -> str:
        return f"recovery {self.account_id}"
