from __future__ import annotations

import uuid
from datetime import date

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from tongban.identity.models import Account, Person
from tongban.kernel.fields import EncryptedText
from tongban.privacy.retention import CAUSES
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


class RetentionRuleQuerySet(models.QuerySet["RetentionRule"]):
    def in_force(self, day: date) -> RetentionRuleQuerySet:
        agreed = Q(shortens=False) | ~Q(agreed_by="")
        return self.filter(agreed).filter(Q(from_on=None) | Q(from_on__lte=day))


class RetentionRule(models.Model):
    """保存期限 of one item, where it differs from its type's. The last row of an item that is in force counts."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, db_default=RandomUUID())
    item_code = models.CharField(max_length=50)
    years = models.PositiveSmallIntegerField()
    """0: for ever."""
    source = models.CharField(max_length=200)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    shortens = models.BooleanField(default=False, db_default=False)
    """Needs a second person, and time."""
    from_on = models.DateField(null=True)
    """The first day on which it counts; None: at once."""
    agreed_by = models.CharField(max_length=80, blank=True, default="", db_default="")
    agreed_at = models.DateTimeField(null=True)

    objects = RetentionRuleQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["item_code", "-id"], name="retention_of_item")]
        constraints = [
            models.CheckConstraint(condition=~Q(agreed_by=F("by")), name="retention_agreed_by_another"),
            models.CheckConstraint(
                condition=Q(shortens=False) | Q(from_on__isnull=False), name="retention_shorter_waits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_code} {self.years}"


class Hold(models.Model):
    """暂缓: a case that is not anonymised while it is disputed; begun and ended with a reason."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    number = models.CharField(max_length=50)
    cause = models.CharField(max_length=12, choices=list(CAUSES.items()))
    reason = EncryptedText()
    by = models.CharField(max_length=80)
    by_post = models.CharField(max_length=80, blank=True)
    from_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)
    end_reason = EncryptedText(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number", "cause"], condition=Q(ended_at=None), name="hold_once_for_a_cause"
            )
        ]
        indexes = [models.Index(fields=["number", "-id"], name="hold_of_case")]

    def __str__(self) -> str:
        return f"{self.number} {self.cause}"


class Anonymised(models.Model):
    """已匿名化: when the personal data of a case went, and by which rule. The case's numbers stay."""

    number = models.CharField(max_length=50, unique=True)
    closed_on = models.DateField()
    due_on = models.DateField()
    years = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=200)
    at = models.DateTimeField()
    rows = models.PositiveIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    person_too = models.BooleanField(default=False)
    """Nothing else was about this person: they are nameless too."""

    def __str__(self) -> str:
        return self.number


class Stuck(models.Model):
    """没有做成: a case whose time is over and that could not be anonymised; the next turn tries again. Gone when it is done."""

    number = models.CharField(max_length=50, unique=True)
    error = models.CharField(max_length=100)
    """The kind of error, without what it says: that may name people. The whole is in the log."""
    first_at = models.DateTimeField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.number
