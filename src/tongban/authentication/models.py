"""登录会话: each sign-in is a row, so that it can be told who was signed in, how and from where."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from tongban.identity.models import Account
from tongban.kernel.fields import EncryptedText


class SignIn(models.Model):
    """登录会话. `key` is the digest of the cookie's key: whoever reads this table can't become its owner."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    key = models.BinaryField(max_length=32, unique=True)
    method = models.CharField(max_length=20)
    device = models.CharField(max_length=60, blank=True)
    """What the browser calls itself, cut."""
    address = EncryptedText(default="")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [models.Index(fields=["account", "-at"], condition=Q(ended_at=None), name="sign_in_open")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.method}"
