from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Q

from tongban.files.rules import MARKS, State


class StoredFile(models.Model):
    """附件: one upload or document. Several rows may share one content; the store keeps it once."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    sha256 = models.CharField(max_length=64, db_index=True)
    """Of what is given out; until it is clean, of what came."""
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    extension = models.CharField(max_length=8)
    uploaded_by = models.CharField(max_length=80)
    state = models.CharField(max_length=12, default="clean", db_default="clean")
    reason = models.CharField(max_length=200, default="", db_default="")
    """Why it was refused, for people; the name of the virus."""
    way = models.CharField(max_length=5, default="file", db_default="file")
    """`page` for a picture that becomes a page of a scan."""
    pages = models.PositiveIntegerField(null=True)
    original = models.CharField(max_length=64, default="", db_default="")
    """SHA-256 of a signed document as it came: given out as it is, for saving only. `sha256` is its clean preview."""
    scan = models.CharField(max_length=12, default="unscanned")
    """`clean` when a scanner looked at it, else `unscanned`."""
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["uploaded_by", "created_at"], name="files_by_uploader"),
            models.Index(fields=["created_at"], condition=~Q(state="clean"), name="files_not_clean"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def is_clean(self) -> bool:
        return self.state == State.CLEAN

    @property
    def mark(self) -> str:
        """Word and shape, as pages show it."""
        return MARKS[State(self.state)][0]

    @property
    def tone(self) -> str:
        return MARKS[State(self.state)][1]

    @property
    def scan_words(self) -> str:
        return "已查毒" if self.scan == "clean" else "未扫描病毒"


class Upload(models.Model):
    """续传: a large file that arrives in pieces. Its bytes lie in the quarantine until the last has come."""

    LASTS = timedelta(hours=24)

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    uploaded_by = models.CharField(max_length=80)
    length = models.BigIntegerField()
    offset = models.BigIntegerField(default=0)
    """Bytes that are safely on the disk."""
    way = models.CharField(max_length=5, default="file")
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["uploaded_by"], condition=Q(file=None), name="upload_open_of_owner"),
            models.Index(fields=["expires_at"], name="upload_expiry"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(offset__gte=0, offset__lte=models.F("length")), name="upload_within")
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Sheaf(models.Model):
    """一叠页: pages from a phone or a scanner, put in order and bound into one PDF for one material."""

    LINK_LASTS = timedelta(minutes=10)
    LONGEST = timedelta(hours=1)

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    subject = models.CharField(max_length=120)
    """What it is for, in the words of the room that asked; nothing personal."""
    label = models.CharField(max_length=200)
    """The material's name: all that the phone shows."""
    made_by = models.CharField(max_length=80)
    back = models.CharField(max_length=200)
    """The page it was asked for on."""
    link = models.CharField(max_length=32, unique=True)
    """Random; a new link takes the place of the old."""
    link_until = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    """When a phone opened the link."""
    bound_at = models.DateTimeField(null=True)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)
    """When the room that asked took the file."""
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject"], condition=Q(taken_at=None), name="sheaf_open_of_subject"),
            models.CheckConstraint(
                condition=Q(bound_at=None, file=None) | Q(bound_at__isnull=False, file__isnull=False),
                name="sheaf_bound_has_file",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class SheafPage(models.Model):
    """One picture of a sheaf. `turns`: quarters clockwise."""

    sheaf = models.ForeignKey(Sheaf, on_delete=models.CASCADE, related_name="pages")
    position = models.PositiveIntegerField()
    turns = models.PositiveSmallIntegerField(default=0)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheaf", "position"], name="sheaf_page_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(condition=Q(turns__lte=3), name="sheaf_page_turns"),
        ]

    def __str__(self) -> str:
        return f"{self.sheaf_id}/{self.position}"
