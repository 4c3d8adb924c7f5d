from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from tongban.channels.rules import STATES
from tongban.kernel.fields import EncryptedText

_BAD = Q(state__in=("bounced", "failed", "given_up"))


class Outgoing(models.Model):
    """What is handed to a gateway: its state, its tries, and the last fault in plain words."""

    CHANNEL = ""
    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    """The key by which the gateway knows a repetition: the supplier's reference, the mail's Message-ID."""
    state = models.CharField(max_length=12, choices=list(STATES.items()), default="queued")
    gateway = models.CharField(max_length=20, blank=True)
    receipt = models.CharField(max_length=80, blank=True)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    unanswered = models.PositiveSmallIntegerField(default=0, db_default=0)
    """Tries whose outcome nobody knows."""
    next_at = models.DateTimeField(null=True)
    """When it is tried again; None before the first try."""
    pressing = models.BooleanField(default=False, db_default=False)
    """Tried in quiet hours too: a legal deadline ends before the morning."""
    error = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def address(self) -> str:
        raise NotImplementedError


class Sms(Outgoing):
    """短信: number and words encrypted."""

    CHANNEL = "sms"
    phone = EncryptedText()
    text = EncryptedText()

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="queued"), name="sms_to_try_again"),
            models.Index(fields=["-id"], condition=_BAD, name="sms_not_arrived"),
        ]

    @property
    def address(self) -> str:
        return str(self.phone)


class Mail(Outgoing):
    """邮件: address and words encrypted."""

    CHANNEL = "mail"
    to = EncryptedText()
    subject = EncryptedText()
    text = EncryptedText()

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="queued"), name="mail_to_try_again"),
            models.Index(fields=["-id"], condition=_BAD, name="mail_not_arrived"),
        ]

    @property
    def address(self) -> str:
        return str(self.to)


class Bounce(models.Model):
    """退信名单: a number or an address, by its blind index, that refused; not used again until it is confirmed anew."""

    channel = models.CharField(max_length=4)
    address_index = models.BinaryField(max_length=16)
    words = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "address_index"], name="bounce_once")]

    def __str__(self) -> str:
        return f"{self.channel} {self.words}"


class SendingHours(models.Model):
    """发送时段: when nothing is sent, and how long what is not urgent waits for company. The last row counts."""

    quiet_from = models.TimeField()
    quiet_until = models.TimeField()
    gather_minutes = models.PositiveSmallIntegerField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(gather_minutes__lte=120), name="gather_two_hours")]

    def __str__(self) -> str:
        return f"{self.quiet_from:%H:%M}–{self.quiet_until:%H:%M}"
