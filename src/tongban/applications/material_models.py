"""办件材料: what was given, in which versions, from where, and what the check of each point found.

The first version of a material is its own row: who submitted the case gave it, when they submitted. Only what comes later, or
has more to say than that, is a `MaterialVersion`; when a second one comes the first is written down beside it. So a
submission writes no row more than its materials, and nothing that was given is ever overwritten.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tongban.applications.material_rules import SOURCES, TRUSTS, Result, Source, Why, source_of
from tongban.catalog.models import Item
from tongban.files.models import StoredFile
from tongban.kernel.fields import EncryptedJson, EncryptedText
from tongban.orgs.models import Hall


class ApplicationMaterial(models.Model):
    """办件材料: one material of the case, as it is now: how it was given, and what the check found."""

    application = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="materials")
    key = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    give = models.CharField(max_length=10)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    given = models.BooleanField()
    """False: still to be brought or supplied."""
    checked = models.BooleanField(null=True)
    """None: not looked at; False: found wanting."""
    version = models.PositiveSmallIntegerField(default=1, db_default=1)
    """The number of the version that stands, once something is given."""
    source = models.CharField(
        max_length=10, default="", db_default="", choices=[(one.value, words) for one, words in SOURCES.items()]
    )
    """Of that version; empty on rows from before it was written down (`came_from`)."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "key"], name="material_once")]

    def __str__(self) -> str:
        return self.name

    def came_from(self, *, at_counter: bool) -> Source:
        """`at_counter`: where the case was taken in."""
        return Source(self.source) if self.source else source_of(self.give, at_window=at_counter)


class _Mark(models.Model):
    """Who, when."""

    by = models.CharField(max_length=80)
    by_post = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        abstract = True


FORMS = {"original": "原件", "copy": "复印件", "both": "原件和复印件"}


class MaterialVersion(_Mark):
    """版本: one file or paper as it was given, why, and for paper how much of it and where it lies."""

    material = models.ForeignKey(ApplicationMaterial, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=12, choices=[(why.value, why.label) for why in Why])
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    give = models.CharField(max_length=10)
    source = models.CharField(max_length=10, choices=[(one.value, words) for one, words in SOURCES.items()])
    correction = models.ForeignKey(
        "applications.Correction", null=True, on_delete=models.PROTECT, related_name="versions"
    )
    """The notice that it answers."""
    copies = models.PositiveSmallIntegerField(null=True)
    """份数, of paper."""
    form = models.CharField(max_length=10, blank=True, choices=list(FORMS.items()))
    kept_at = models.CharField(max_length=100, blank=True)
    """存放位置, of paper."""
    hall = models.ForeignKey(Hall, null=True, on_delete=models.PROTECT, related_name="+")
    """Whose window took it in."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["material", "number"], name="material_version_once")]

    def __str__(self) -> str:
        return f"{self.material_id}/{self.number}"


class OriginalSeen(_Mark):
    """原件已核: somebody compared a version with its original. Stands until it is withdrawn with a reason."""

    material = models.ForeignKey(ApplicationMaterial, on_delete=models.PROTECT, related_name="originals")
    version = models.PositiveSmallIntegerField()
    grounds = EncryptedText()
    hall = models.ForeignKey(Hall, null=True, on_delete=models.PROTECT, related_name="+")
    """At which window, where it was one."""
    valid_until = models.DateField(null=True)
    """The last day of the original itself."""
    withdrawn_by = models.CharField(max_length=80, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawal_reason = EncryptedText(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["material", "version"], condition=Q(withdrawn_at=None), name="original_seen_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.material_id}/{self.version}"


class MaterialCheck(_Mark):
    """核对结果 of one check point of one version. Checked again, it is a new row; the last one stands."""

    material = models.ForeignKey(ApplicationMaterial, on_delete=models.PROTECT, related_name="checks")
    version = models.PositiveSmallIntegerField()
    point = models.TextField()
    """审查要点, as the guide of the case has it; empty: the material as a whole."""
    result = models.CharField(max_length=6, choices=[(one.value, one.label) for one in Result])
    note = EncryptedText(default="")
    at_window = models.BooleanField(default=False)
    """Ticked by a window, at the intake or its pre-check."""

    class Meta:
        indexes = [models.Index(fields=["material", "version"], name="check_of_version")]

    def __str__(self) -> str:
        return self.result


class MaterialReuse(_Mark):
    """以前交过的: a material taken from an earlier case of the same applicant, with its watermark."""

    material = models.OneToOneField(ApplicationMaterial, on_delete=models.PROTECT, related_name="reuse")
    origin = models.ForeignKey(ApplicationMaterial, on_delete=models.PROTECT, related_name="used_by")
    origin_version = models.PositiveSmallIntegerField()
    unmarked = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    """What the watermark is put on; it stays as it is."""
    trust = models.CharField(max_length=1, choices=[(level.value, words[0]) for level, words in TRUSTS.items()])
    words = models.CharField(max_length=500)
    stamped_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.material_id} ← {self.origin_id}"


class CorrectionRequest(_Mark):
    """再次要求补正: gaps that were told before are told again only when the head of the body gives the reason."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="correction_requests"
    )
    round = models.PositiveSmallIntegerField()
    gaps = EncryptedJson()
    """{key: {"points": [...], "note": …}}: all of the notice, as it would go out."""
    again = EncryptedJson()
    """[[name, point]]: those told before."""
    days = models.PositiveSmallIntegerField()
    reason = EncryptedText()
    """Of who checks."""
    state = models.CharField(
        max_length=10, choices=[("asked", "待批准"), ("approved", "已批准"), ("declined", "未批准"), ("void", "不再适用")]
    )  # fmt: skip
    answer = EncryptedText(default="")
    """The head's reason, either way; with a notice that goes out the applicant reads it."""
    settled_by = models.CharField(max_length=80, blank=True)
    settled_at = models.DateTimeField(null=True)
    correction = models.OneToOneField(
        "applications.Correction", null=True, on_delete=models.PROTECT, related_name="request"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(state="asked"), name="correction_request_open_once"
            )
        ]

    def __str__(self) -> str:
        return self.state


class WindowIntake(models.Model):
    """窗口收件: which window took the case in; and when the department first sent it back for correction."""

    application = models.OneToOneField(
        "applications.Application", on_delete=models.PROTECT, related_name="window_intake"
    )
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    hall = models.ForeignKey(Hall, null=True, on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=60)
    clerk = models.CharField(max_length=80)
    at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="window_intake_by_time"),
            models.Index(fields=["hall", "at"], name="window_intake_of_hall"),
        ]

    def __str__(self) -> str:
        return str(self.at)


class IntakeFinding(models.Model):
    """收件质量: one point that the department found wanting in what a window had taken in."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="intake_findings"
    )
    material = models.ForeignKey(ApplicationMaterial, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    point = models.TextField()
    ticked = models.BooleanField()
    """The window had ticked the point as met."""
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    hall = models.ForeignKey(Hall, null=True, on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=60)
    clerk = models.CharField(max_length=80)
    """Who had taken that version."""
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="intake_finding_by_time"),
            models.Index(fields=["hall", "at"], name="intake_finding_of_hall"),
        ]

    def __str__(self) -> str:
        return self.point
