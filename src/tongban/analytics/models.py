"""What has been counted so far. All of it can be thrown away and counted again from the rows below."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from tongban.catalog.models import Edition
from tongban.orgs.models import Body


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


class PhonelessWalk(models.Model):
    """无手机可办: what came of walking one published edition with somebody who has no phone (`site.no_phone`)."""

    edition = models.OneToOneField(Edition, primary_key=True, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    really = models.BooleanField()
    """Walked by the verbs; otherwise the guide was read, because the item is handled elsewhere."""
    situations = models.PositiveSmallIntegerField()
    """How many situations were walked."""
    passed = models.BooleanField()
    rules = ArrayField(models.CharField(max_length=20))
    """Keys of what blocks, each once."""
    blocked = models.JSONField()
    """`[[rule, where, says, mend]]`."""
    version = models.PositiveSmallIntegerField()
    """Of the rules that walked: others mean walking again."""
    ran_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["passed", "edition"], name="phoneless_by_outcome"),
            models.Index(fields=["body", "passed", "edition"], name="phoneless_of_body"),
            GinIndex(fields=["rules"], name="phoneless_rules", fastupdate=False),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id}: {self.passed}"


class FlowDay(models.Model):
    """流转日计数: what one body's cases passed on one day, by step, item and post of who did it."""

    day = models.DateField()
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    counts = models.JSONField()
    """{"step|item|role": {"days": {working days: cases}, "hours": {hours: cases}, "late": cases}}."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "day"], name="flow_day_of_body")]

    def __str__(self) -> str:
        return f"{self.day} {self.body_id}"


class FlowRows(models.Model):
    """流转明细: the cases that one reading of the journal added to a body's day; written once."""

    day = models.DateField()
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    rows = models.JSONField()
    """{"step|item|role": [[case, working days, late]]}: what a number is made of."""

    class Meta:
        indexes = [models.Index(fields=["body", "-day", "-id"], name="flow_rows_of_body")]

    def __str__(self) -> str:
        return f"{self.day} {self.body_id}"


class FlowCount(models.Model):
    """流转计数: up to which position of the journal `FlowDay` has counted."""

    position = models.BigIntegerField()
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.position)
