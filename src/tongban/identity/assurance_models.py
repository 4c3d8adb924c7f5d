"""认证记录: each time an account was proved to be its person, and by what."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tongban.identity.levels import LABELS


class Verification(models.Model):
    """认证: a level that was reached. Without `expires_at` it stays, and stands in `Person.assurance` too."""

    person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(choices=[(one.value, label) for one, label in LABELS.items()])
    how = models.CharField(max_length=20)
    """phone, real_name, card (a clerk saw it), face, claim."""
    reference = models.CharField(max_length=80, blank=True)
    """The number by which the other side knows its answer."""
    by = models.CharField(max_length=60)
    by_post = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=5), name="verification_level"),
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(expires_at__gt=models.F("at")), name="verification_period"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-at"], name="verifications"),
            models.Index(
                fields=["person", "expires_at"], condition=Q(expires_at__isnull=False), name="verifications_that_expire"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.level}"


class FaceCheck(models.Model):
    """刷脸、网证核验: begun at the other side for one person; its answer counts once, for that person."""

    reference = models.CharField(max_length=80, unique=True)
    person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("identity.Account", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    passed = models.BooleanField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account", "-at"], name="face_checks")]

    def __str__(self) -> str:
        return self.reference
