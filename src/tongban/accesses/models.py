from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from tongban.accesses.rules import KINDS
from tongban.kernel.fields import EncryptedText


class Access(models.Model):
    """查看记录. Ids without foreign keys: written at every reading, kept for years, cut by `at`."""

    public_id = models.UUIDField(default=uuid.uuid4)
    """For the address of one row; looked for among its person's only."""
    at = models.DateTimeField()
    person_id = models.BigIntegerField()
    """Whose data."""
    account_id = models.BigIntegerField()
    """Who looked."""
    post_id = models.BigIntegerField()
    role = models.CharField(max_length=20)
    body_id = models.BigIntegerField(null=True)
    """Of the post, else of the case."""
    kind = models.CharField(max_length=12, choices=list(KINDS.items()))
    subject = models.CharField(max_length=50, blank=True)
    """The case or licence by number, or an export's id."""
    what = models.CharField(max_length=20, blank=True)
    """For a number that was shown whole: which."""
    reason = EncryptedText(null=True)
    channel = models.CharField(max_length=10)

    class Meta:
        indexes = [models.Index(fields=["person_id", "-id"], name="access_of_person")]
        constraints = [
            models.CheckConstraint(condition=~Q(kind="unmask") | Q(reason__isnull=False), name="access_reason")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
