"""登录会话: each sign-in is a row, so that its owner can see where they are signed in, and end it."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from tongban.authentication.code_models import Code as Code
from tongban.authentication.desk_models import Card as Card
from tongban.authentication.desk_models import ResetCode as ResetCode
from tongban.authentication.desk_models import Scan as Scan
from tongban.authentication.desk_models import UpstreamLink as UpstreamLink
from tongban.authentication.factor_models import Passkey as Passkey
from tongban.authentication.factor_models import RecoveryCode as RecoveryCode
from tongban.authentication.factor_models import Totp as Totp
from tongban.identity.models import Account
from tongban.kernel.fields import EncryptedText


class SignInQuerySet(models.QuerySet["SignIn"]):
    def open_for(self, account_id: int | None, *, now: datetime) -> SignInQuerySet:
        """Where an account is signed in: not ended, and its cookie not run out. The latest first."""
        lasts = timedelta(seconds=settings.SESSION_COOKIE_AGE)
        alive = Q(last_seen_at__gt=now - lasts) | Q(last_seen_at=None, at__gt=now - lasts)
        return self.filter(alive, account=account_id, ended_at=None).order_by("-at")


class SignIn(models.Model):
    """登录会话. `key` is the digest of the cookie's key: whoever reads this table can't become its owner."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    key = models.BinaryField(max_length=32, unique=True)
    session_key = EncryptedText(null=True)
    """The cookie's key itself, by which the session is ended from elsewhere."""
    method = models.CharField(max_length=20)
    second = models.CharField(max_length=10, blank=True, default="", db_default="")
    """The second proof, where there was one."""
    device = models.CharField(max_length=60, blank=True)
    """Browser and system in words: “Edge，Windows 电脑”."""
    address = EncryptedText(default="")
    address_index = models.BinaryField(max_length=16, default=b"", db_default=b"")
    """Blind index of the address: sign-ins from one place are found without reading where."""
    at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True)
    """To within ten minutes."""
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=20, blank=True)

    objects = SignInQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["account", "-at"], condition=Q(ended_at=None), name="sign_in_open"),
            models.Index(fields=["at"], condition=Q(ended_at=None), name="sign_in_open_by_age"),
            models.Index(fields=["at", "address_index", "account"], name="sign_ins_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.method}"
