"""验证码: what was sent to prove a phone. Neither the phone nor the code can be read here."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q


class Code(models.Model):
    """验证码. `digest` is keyed: six digits without a key would be found by trying them all."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    phone_index = models.BinaryField(max_length=16)
    purpose = models.CharField(max_length=12)
    digest = models.BinaryField(max_length=16)
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries_left = models.PositiveSmallIntegerField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["phone_index", "-at"], name="codes_of_phone"),
            models.Index(fields=["at"], name="codes_by_age"),
        ]
        constraints = [models.CheckConstraint(condition=Q(expires_at__gt=F("at")), name="code_lasts")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.public_id}"
