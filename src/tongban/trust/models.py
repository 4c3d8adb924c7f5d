"""密钥、证书和吊销列表. Private keys lie encrypted, or in a module that never gives them out."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from tongban.kernel.fields import EncryptedText
from tongban.trust.certificates import Usage
from tongban.trust.keys import Algorithm
from tongban.trust.revocation import Reason
from tongban.trust.rules import Role, State


class Key(models.Model):
    """密钥: one pair."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    algorithm = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Algorithm])
    store = models.CharField(max_length=10)
    """Where the private key lies: the name of a gateway, `software` or `pkcs11`."""
    private = EncryptedText(blank=True, default="")
    """PKCS#8 in base64 where it lies here; empty in a module, and once it was destroyed."""
    public = models.BinaryField()
    """SubjectPublicKeyInfo, DER."""
    made_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.algorithm} {self.public_id}"


class Certificate(models.Model):
    """数字证书: issued here. What it says stands in `der`; the columns repeat it to be found by."""

    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="+")
    issuer = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)
    """None for a root, which signed itself."""
    role = models.CharField(max_length=12, choices=[(each.value, each.label) for each in Role])
    usage = models.CharField(max_length=10, choices=[(each.value, each.label) for each in Usage])
    holder = models.CharField(max_length=80, blank=True)
    """Whose it is, in the words of the room above: `body:12`. Empty: the platform's."""
    name = models.CharField(max_length=64)
    organisation = models.CharField(max_length=64)
    algorithm = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Algorithm])
    serial = models.CharField(max_length=40, unique=True)
    """Hexadecimal."""
    der = models.BinaryField()
    not_before_at = models.DateTimeField()
    not_after_at = models.DateTimeField()
    """Still belongs to the validity, as in X.509."""
    issued_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=[(each.value, each.label) for each in State], default=State.CURRENT)
    replaced_by = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)
    revoked_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=30, blank=True, choices=[(each.value, each.label) for each in Reason])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["role", "holder", "usage", "algorithm"], condition=Q(state="current"), name="trust_one_current"
            ),
            models.CheckConstraint(
                condition=Q(state="revoked", revoked_at__isnull=False) | (~Q(state="revoked") & Q(revoked_at=None)),
                name="trust_revoked_has_time",
            ),
            models.CheckConstraint(condition=Q(not_after_at__gt=F("not_before_at")), name="trust_ends_after_begin"),
        ]
        indexes = [
            models.Index(fields=["not_after_at"], condition=Q(state="current"), name="trust_current_end"),
            models.Index(fields=["issuer"], condition=Q(state="revoked"), name="trust_revoked_of"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.serial}"


class RevocationList(models.Model):
    """吊销列表: each that was made; the one with the highest number counts."""

    authority = models.ForeignKey(Certificate, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    der = models.BinaryField()
    this_update_at = models.DateTimeField()
    next_update_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "number"], name="trust_list_number_once")]

    def __str__(self) -> str:
        return f"{self.authority_id} {self.number}"
