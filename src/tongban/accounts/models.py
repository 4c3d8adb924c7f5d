"""认领: who registered says they are somebody whom the platform knows already."""

from __future__ import annotations

import uuid
from typing import Final

from django.db import models
from django.db.models import Q

from tongban.accounts.migrating_models import MigratedUser, Migration
from tongban.identity.models import Account, Person
from tongban.kernel.fields import EncryptedText

__all__ = ["Claim", "Deregistration", "MigratedUser", "Migration"]
STATES: Final = {"waiting": "等待核验", "accepted": "已认领", "withdrawn": "已放弃"}


class Claim(models.Model):
    """认领: waits until a face or a clerk who sees the card says that it is so."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    phone = EncryptedText()
    """Proved by its code when the claim was made; empty for a colleague's account, whose owner proves their phone later."""
    state = models.CharField(max_length=10, default="waiting", choices=list(STATES.items()))
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=60, blank=True)
    how = models.CharField(max_length=10, blank=True)
    replaced = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    """The account that the person had before, closed by this."""
    emptied_at = models.DateTimeField(null=True)
    """When the phone went: long after it was closed."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account"], condition=Q(state="waiting"), name="claim_waits_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", closed_at=None) | Q(closed_at__isnull=False) & ~Q(state="waiting"),
                name="claim_closed",
            ),
        ]
        indexes = [
            models.Index(fields=["person"], condition=Q(state="waiting"), name="claims_that_wait"),
            models.Index(fields=["closed_at"], condition=Q(emptied_at=None), name="claims_not_emptied"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.state}"


class Deregistration(models.Model):
    """注销: an account that its owner closed. Its person stays for the cases; they may register and claim again."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.account_id)
