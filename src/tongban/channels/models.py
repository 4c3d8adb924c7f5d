from __future__ import annotations

import uuid

from django.db import models

from tongban.kernel.fields import EncryptedText


class Sms(models.Model):
    """短信: number and words encrypted; `queued` → `sent`, or `failed` with the gateway's words."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    phone = EncryptedText()
    text = EncryptedText()
    state = models.CharField(max_length=8, default="queued")
    gateway = models.CharField(max_length=20, blank=True)
    receipt = models.CharField(max_length=80, blank=True)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.public_id)
