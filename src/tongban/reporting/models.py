"""上报: targets with their cursor, what waits for them and what came of it. Numbers, counts and reasons; no personal data."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from tongban.kernel.fields import EncryptedText
from tongban.reporting.handed_models import DoubleEntry, Handover, TypedTwice
from tongban.reporting.returned_models import Delivered, ReturnedCase, ReturnedVersion, VerticalSystem
from tongban.reporting.tables import FORMATS, TABLES

__all__ = [
    "Comparison", "Delivered", "DoubleEntry", "Handover", "ReportBatch", "ReportRow", "ReportTarget", "ReturnedCase",
    "ReturnedVersion", "TypedTwice", "VerticalSystem",
]  # fmt: skip


class ReportTarget(models.Model):
    """目标平台: whom cases are reported to, in which tables, and up to which position of the journal they were looked at."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    format = models.CharField(max_length=10, choices=[(one, one) for one in FORMATS])
    url = models.CharField(max_length=200)
    secret = EncryptedText()
    """Signs what is sent (HMAC-SHA256)."""
    source_code = models.CharField(max_length=3, default="1")
    """数据来源, as the target numbers us."""
    code_system = models.CharField(max_length=20, default="gb")
    """Whose code sets it uses (catalog.CodeSet.system)."""
    active = models.BooleanField(default=True)
    position = models.BigIntegerField(default=0)
    """The last position of the journal that was looked at."""
    looked_at = models.DateTimeField(null=True)
    compared_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key


BATCH_STATES = {
    "waiting": "待报送", "sent": "已发出，等回执", "acknowledged": "已回执", "refused": "整批被拒",
}  # fmt: skip


class ReportBatch(models.Model):
    """报送批次: sent whole, under an id by which the other side knows a repetition."""

    target = models.ForeignKey(ReportTarget, on_delete=models.CASCADE, related_name="batches")
    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    state = models.CharField(max_length=12, choices=list(BATCH_STATES.items()), default="waiting")
    size = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    """When it may be sent, or asked about; null once it is settled."""
    sent_at = models.DateTimeField(null=True)
    """The first time it may have arrived."""
    settled_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=200, blank=True)
    """What went wrong with the last try, in our own words."""

    class Meta:
        indexes = [
            models.Index(
                fields=["target", "next_try_at", "id"], condition=Q(next_try_at__isnull=False), name="batch_to_send"
            ),
            models.Index(fields=["target", "sent_at"], condition=Q(state="sent"), name="batch_unanswered"),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.state}"


ROW_STATES = {
    "waiting": "待报送", "sent": "已发出", "acknowledged": "已回执", "refused": "被拒", "superseded": "已被新版本取代",
}  # fmt: skip


class ReportRow(models.Model):
    """报送行: one case as it is to be told to one target; told again when it changes, as its next version."""

    target = models.ForeignKey(ReportTarget, on_delete=models.CASCADE, related_name="rows")
    batch = models.ForeignKey(ReportBatch, null=True, on_delete=models.CASCADE, related_name="rows")
    subject = models.CharField(max_length=80)
    """The number of the case, or `returned/<uuid>` of one that came back from a vertical system."""
    version = models.PositiveIntegerField()
    on = models.DateField()
    """The day of the application, by which counts are compared."""
    state = models.CharField(max_length=12, choices=list(ROW_STATES.items()), default="waiting")
    counts = models.JSONField(default=dict)
    """{table: rows}, as sent."""
    table = models.CharField(max_length=40, blank=True)
    """Where the first thing is that it was refused for; with `field` and `code`, by which refusals are grouped."""
    field = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=40, blank=True)
    ours = models.BooleanField(default=False)
    """Refused by our own check, before it was sent."""
    reason = EncryptedText(default="")
    """In the other side's words, which may say more than they should."""
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target", "subject", "version"], name="report_version_once"),
            models.UniqueConstraint(
                fields=["target", "subject"], condition=~Q(state="superseded"), name="report_stands_once"
            ),
        ]
        indexes = [
            models.Index(fields=["target", "id"], condition=Q(state__in=["waiting", "sent"]), name="report_open"),
            models.Index(
                fields=["target", "table", "field", "code"], condition=Q(state="refused"), name="report_refused"
            ),
            models.Index(fields=["target", "on"], condition=Q(state="acknowledged"), name="report_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.version} {self.state}"


class Comparison(models.Model):
    """对账: for one day and table how many we know acknowledged, and how many the other side says it has."""

    target = models.ForeignKey(ReportTarget, on_delete=models.CASCADE, related_name="comparisons")
    on = models.DateField()
    table = models.CharField(max_length=40)
    ours = models.PositiveIntegerField()
    theirs = models.PositiveIntegerField()
    missing = models.JSONField(default=list)
    """Subjects that differ, where the counts do; some of them where there are many."""
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["target", "on", "table"], name="comparison_once")]

    def __str__(self) -> str:
        return f"{self.on} {self.table} {self.ours}/{self.theirs}"

    @property
    def label(self) -> str:
        return TABLES[self.table].label if self.table in TABLES else self.table
