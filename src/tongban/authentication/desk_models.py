"""Signing in otherwise than alone at one's own screen: vouched for by the city, by card, by phone, by a clerk."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from tongban.authentication.desk_rules import MOST_WRONG, STATES
from tongban.identity.models import Account
from tongban.kernel.fields import EncryptedText


class UpstreamLink(models.Model):
    """统一认证关联: the provider's subject is this account, once and for good."""

    issuer = models.CharField(max_length=200)
    subject_index = models.BinaryField(max_length=16)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=20)
    at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject_index"], name="upstream_subject_once"),
            models.UniqueConstraint(fields=["account", "issuer"], name="upstream_account_once"),
        ]

    def __str__(self) -> str:
        return f"{self.issuer} {self.account_id}"


class Card(models.Model):
    """工作证卡: what a member of staff signs in with where there is a reader. Of its number only an index and the end stay.

    A card with a key checks its PIN itself and signs (证书); of any other one the platform keeps the PIN's hash.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    number_index = models.BinaryField(max_length=16)
    tail = models.CharField(max_length=4)
    pin = models.CharField(max_length=200, blank=True)
    public_key = models.BinaryField(null=True)
    """SubjectPublicKeyInfo in DER, on P-256."""
    valid_until = models.DateTimeField(null=True)
    """Of the certificate that the key came in."""
    state = models.CharField(max_length=10, default="active")
    wrong = models.PositiveSmallIntegerField(default=0)
    """Wrong PINs since the last right one."""
    pin_given = models.BooleanField(default=False, db_default=False)
    """The PIN was set by another: its holder sets their own before anything else."""
    at = models.DateTimeField()
    by = models.CharField(max_length=60)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number_index"], condition=~Q(state="ended"), name="card_once"),
            models.UniqueConstraint(fields=["account"], condition=Q(state="active"), name="card_of_account"),
            models.CheckConstraint(
                condition=Q(pin="", public_key__isnull=False) | (~Q(pin="") & Q(public_key=None)),
                name="card_pin_or_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} …{self.tail}"

    @property
    def signs(self) -> bool:
        return self.public_key is not None

    @property
    def locked(self) -> bool:
        return self.wrong >= MOST_WRONG

    @property
    def state_name(self) -> str:
        return "已锁定" if self.state == "active" and self.locked else STATES[self.state]


class Scan(models.Model):
    """扫码登录: one screen that waits, for two minutes, until a phone that is signed in says yes or no.

    The screen is known by `browser`, a digest of what its session keeps; the phone comes by `token`, a digest of what
    stands in the code.
    """

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    token = models.BinaryField(max_length=32, unique=True)
    browser = models.BinaryField(max_length=32)
    number = models.CharField(max_length=2)
    """Shown on the screen and typed on the phone, so that one is sure which screen it is."""
    device = models.CharField(max_length=60)
    address = EncryptedText()
    at = models.DateTimeField()
    until_at = models.DateTimeField()
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    """Who opened it on a phone; from then on nobody else may answer."""
    second = models.CharField(max_length=10, blank=True, default="", db_default="")
    """The second proof by which the phone came in (`rules.SECONDS`): the screen's session has no more than the phone's."""
    answered_at = models.DateTimeField(null=True)
    approved = models.BooleanField(null=True)
    taken_at = models.DateTimeField(null=True)
    """The screen was signed in: that happens once."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, approved=None) | Q(answered_at__isnull=False, approved__isnull=False),
                name="scan_answered",
            ),
            models.CheckConstraint(
                condition=Q(taken_at=None) | Q(approved__isnull=False, approved=True), name="scan_taken_when_approved"
            ),
        ]
        indexes = [models.Index(fields=["until_at"], name="scans_by_age")]

    def __str__(self) -> str:
        return str(self.public_id)


class ResetCode(models.Model):
    """重置码: printed for a person whom a clerk saw with their ID card; with it they set a password of their own, once."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField(max_length=16)
    """Keyed, as `Code`'s."""
    clerk = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    by_post = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()
    until_at = models.DateTimeField()
    wrong = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    """Used, replaced by a later one, or tried wrongly too often."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account"], condition=Q(ended_at=None), name="reset_code_of_account"),
            models.CheckConstraint(condition=Q(until_at__gt=F("at")), name="reset_code_lasts"),
            models.CheckConstraint(condition=~Q(account=F("clerk")), name="reset_code_by_another"),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(ended_at__isnull=False), name="reset_code_used_is_ended"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.at:%Y-%m-%d}"
