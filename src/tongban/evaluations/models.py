from __future__ import annotations

from django.db import models

from tongban.kernel.fields import EncryptedText
from tongban.orgs.models import Body


class Rating(models.Model):
    """评价: one per case."""

    number = models.CharField(max_length=50, unique=True)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField()
    aspects = models.JSONField(default=dict)
    comment = EncryptedText(default="")
    channel = models.CharField(max_length=10)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(level__gte=1, level__lte=5), name="rating_level")]
        indexes = [models.Index(fields=["at"], name="rating_at")]

    def __str__(self) -> str:
        return f"{self.number} {self.level}"
