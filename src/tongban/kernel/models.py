"""The kernel's tables: the journal and its chain, the outbox, idempotency keys, the working calendar, code sets,
how far a change of keys came."""

from __future__ import annotations

from django.db import models


class JournalEntry(models.Model):
    """日志条目: one act with its actor, time and facts. Append-only by trigger; facts carry ids, never personal data."""

    at = models.DateTimeField()
    name = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=80)
    actor = models.CharField(max_length=80)
    on_behalf_of = models.CharField(max_length=80, blank=True)
    post = models.CharField(max_length=80, blank=True)
    channel = models.CharField(max_length=20)
    facts = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["subject", "id"], name="journal_by_subject")]

    def __str__(self) -> str:
        return f"{self.name} {self.subject}"


class Outbox(models.Model):
    """发件箱: an entry the bookkeeper has not linked yet."""

    entry_id = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return str(self.entry_id)


class JournalLink(models.Model):
    """链节: the gapless position of an entry and the hash over it and all before it. Append-only by trigger."""

    position = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return str(self.position)


class IdempotencyKey(models.Model):
    """幂等键: the first request with a key leaves a reference to what it made; repeats get the same answer."""

    actor = models.CharField(max_length=80)
    route = models.CharField(max_length=80)
    key = models.CharField(max_length=100)
    request_hash = models.BinaryField(max_length=32)
    reference = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "route", "key"], name="idempotency_once")]
        indexes = [models.Index(fields=["at"], name="idempotency_age")]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"


class CalendarVersion(models.Model):
    """工作日历版本: whole and never changed; each clock records the one it used, so any count can be repeated."""

    imported_at = models.DateTimeField()
    source = models.CharField(max_length=200)
    known_from = models.DateField()
    known_until = models.DateField()
    """The last day announced; later dates are provisional."""
    days = models.JSONField()
    """ISO date → [name, is worked], for the days that differ from their weekday."""

    def __str__(self) -> str:
        return f"{self.pk}"


class ImportRun(models.Model):
    """导入记录: what a file did: how many rows were read, changed, warned about."""

    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    source = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    read = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    report = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.kind} {self.source}"


class ChoreTurn(models.Model):
    """杂务: when each was last handed out."""

    name = models.CharField(max_length=80, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Reencryption(models.Model):
    """重新加密进度: how far a table's walk to a key came. `last_key` is the last primary key that was read."""

    table = models.CharField(max_length=100)
    to_key = models.CharField(max_length=20)
    last_key = models.CharField(max_length=40, blank=True)
    values = models.PositiveBigIntegerField()
    """How many were encrypted anew."""
    began_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "to_key"], name="reencryption_once")]

    def __str__(self) -> str:
        return f"{self.table} → {self.to_key}"
