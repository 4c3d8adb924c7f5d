from __future__ import annotations

import uuid

from django.db import models


class StoredFile(models.Model):
    """附件: one upload or document. Several rows may share one content; the store keeps it once."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    extension = models.CharField(max_length=8)
    uploaded_by = models.CharField(max_length=80)
    scan = models.CharField(max_length=12, default="unscanned")
    """`unscanned` until a scanner is configured."""
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["uploaded_by", "created_at"], name="files_by_uploader")]

    def __str__(self) -> str:
        return str(self.public_id)
