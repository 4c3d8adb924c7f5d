from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from tongban.identity.models import Account, Person
from tongban.privacy.rules import STATES


class OwnData(models.Model):
    """我的数据: one request for the file with everything. The file lies encrypted beside the database until it expires."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=5, default="asked", choices=list(STATES.items()))
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    """The last time."""
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(state="asked"), name="own_data_one_coming")
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="own_data_of_person"),
            models.Index(fields=["expires_at"], condition=Q(state="made"), name="own_data_expiry"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
