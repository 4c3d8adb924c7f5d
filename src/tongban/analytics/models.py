"""What has been counted so far. All of it can be thrown away and counted again from the rows below."""

from __future__ import annotations

from django.db import models


class CountedMonth(models.Model):
    """月计数: the parts and wholes of one month, in all and by body."""

    month = models.CharField(max_length=7, unique=True)
    """2026-03."""
    total = models.JSONField()
    """{measure: [part, whole]}, decimals as text."""
    bodies = models.JSONField()
    """{body id: {measure: [part, whole]}}."""
    spread = models.JSONField()
    """{working days: cases}, of the cases closed: percentiles of any period come from adding these."""

    def __str__(self) -> str:
        return self.month


class Snapshot(models.Model):
    """快照: the one row that says up to where the journal has been counted, and what the home page shows."""

    computed_at = models.DateTimeField()
    position = models.BigIntegerField()
    """The last position of the journal that is counted."""
    values = models.JSONField()
    """{measure: [part, whole]} of the home page's indicators, this year."""

    def __str__(self) -> str:
        return str(self.position)
