"""合并: two registrations that are one person, and which rows moved, so that it can be undone."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tongban.kernel.fields import EncryptedText


class Merging(models.Model):
    """合并记录: `kept` stands for both from now on. Both names stand here as they were."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    kept = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    merged = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    names = EncryptedText()
    """“刘晓燕、LIU XIAOYAN”."""
    reason = EncryptedText()
    cards_seen = models.BooleanField()
    """By the clerk who merged, both of them; else an administrator answers for it."""
    account_moved = models.ForeignKey("identity.Account", null=True, on_delete=models.PROTECT, related_name="+")
    account_closed = models.ForeignKey("identity.Account", null=True, on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=60)
    by_post = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=60, blank=True)
    undone_because = EncryptedText(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merged"], condition=Q(undone_at=None), name="merged_once"),
            models.CheckConstraint(condition=~Q(kept=F("merged")), name="merging_of_two"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Moved(models.Model):
    """The rows of one table that were moved by a merging, by their keys."""

    merging = models.ForeignKey(Merging, on_delete=models.PROTECT, related_name="moved")
    table = models.CharField(max_length=100)
    """Model and column: applications.application.person."""
    rows = ArrayField(models.BigIntegerField())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merging", "table"], name="moved_once")]

    def __str__(self) -> str:
        return f"{self.table} {len(self.rows)}"
