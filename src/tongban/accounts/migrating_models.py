"""迁移: users of a department's system, brought over line by line; who each of them is here."""

from __future__ import annotations

import uuid
from typing import Final

from django.db import models
from django.db.models import Q

from tongban.identity.models import Person
from tongban.kernel.fields import EncryptedJson

STATES: Final = {
    "matched": "证件一致，已对上", "created": "新登记", "waiting": "等待认人", "accepted": "已认定是他", "refused": "不迁入",
}  # fmt: skip


class Migration(models.Model):
    """迁移批次: one file of one system."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    system = models.CharField(max_length=60)
    """The system's name as the department calls it; its user numbers are unique within it."""
    source = models.CharField(max_length=300)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()
    rejected = models.JSONField(default=list)
    """[line, why] of the lines that could not be taken; no personal data."""
    unchanged = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["-at"], name="migrations_lately")]

    def __str__(self) -> str:
        return f"{self.system} {self.source}"


class MigratedUser(models.Model):
    """A user of the system: taken over once, however often its file comes."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    migration = models.ForeignKey(Migration, on_delete=models.PROTECT, related_name="users")
    system = models.CharField(max_length=60)
    user_index = models.BinaryField(max_length=16)
    """Blind index of the user number over there, which is often a phone or an ID number."""
    line = models.PositiveIntegerField()
    facts = EncryptedJson()
    """user, name, id_type, id_number, id_issuer, phone, address, as read."""
    state = models.CharField(max_length=10, choices=list(STATES.items()))
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_by = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    emptied_at = models.DateTimeField(null=True)
    """When the facts went: long after it was decided."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "user_index"], name="migrated_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "refused"], person=None)
                | Q(state__in=["matched", "created", "accepted"], person__isnull=False),
                name="migrated_who",
            ),
        ]
        indexes = [
            models.Index(fields=["migration", "line"], condition=Q(state="waiting"), name="migrated_waiting"),
            models.Index(
                fields=["id"], condition=Q(emptied_at=None) & ~Q(state="waiting"), name="migrated_not_emptied"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.line}"
