from __future__ import annotations

import uuid
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q

from tongban.channels.models import Mail, Outgoing, Sms
from tongban.identity.actors import Actor
from tongban.identity.models import Person
from tongban.identity.roles import Act
from tongban.kernel.fields import EncryptedJson, EncryptedText
from tongban.notices.kinds import Words
from tongban.notices.rules import WISHES
from tongban.orgs.models import Body

STATES = {"waiting": "待发送", "handed": "已交出", "to_print": "待打印", "printed": "已打印"}
CHANNELS = {"sms": "短信", "mail": "邮件", "letter": "信函"}


class Template(models.Model):
    """通知模板: one version of the texts of a kind, for every body or for one. Never changed: a new version follows."""

    kind = models.CharField(max_length=40)
    body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    """None: for every body that has none of its own."""
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=100)
    text = models.CharField(max_length=500)
    sms = models.CharField(max_length=500, blank=True)
    letter = models.TextField(blank=True)
    builtin = models.BooleanField()
    """As the platform brings it; a newer release brings a newer version."""
    withdrawn = models.BooleanField(default=False)
    """A body's own that ended: the general one applies again."""
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], condition=Q(body=None), name="template_version"),
            models.UniqueConstraint(
                fields=["kind", "body", "version"], condition=Q(body__isnull=False), name="template_version_of_body"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"

    @property
    def words(self) -> Words:
        return Words(self.title, self.text, self.sms, self.letter)


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, actor: Actor) -> MessageQuerySet:
        return self.filter(person_id=actor.person_id) if actor.person_id else self.none()


class Message(models.Model):
    """站内消息: words without personal data; `key` keeps one fact from being told twice."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=120, unique=True)
    subject = models.CharField(max_length=50)
    title = models.CharField(max_length=100)
    text = models.CharField(max_length=500)
    link = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    kind = models.CharField(max_length=40, blank=True, default="", db_default="")
    template = models.ForeignKey(Template, null=True, on_delete=models.PROTECT, related_name="+")
    """The version it was made of; None for messages older than templates."""
    letter = EncryptedText(null=True)
    """As it would be printed."""
    address = EncryptedJson(null=True)
    """{"receiver", "address"}: where the letter goes when that is not the person's own: the address of service."""
    body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=60, blank=True, default="", db_default="")

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["person", "-id"], name="message_of_person"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="message_unread"),
            models.Index(fields=["subject", "-id"], name="message_of_subject"),
        ]

    def __str__(self) -> str:
        return self.title


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def within(self, actor: Actor, act: Act) -> DeliveryQuerySet:
        """Those of the bodies and regions over which the actor's posts give this power."""
        where = [
            Q(body_id=post.body_id) if post.role.scope == "body" else Q(region_path__startswith=post.region_path)
            for post in actor.posts_for(act)
        ]
        return self.filter(reduce(or_, where)) if where else self.none()

    def letters(self) -> DeliveryQuerySet:
        return self.filter(channel="letter")

    def failed(self) -> DeliveryQuerySet:
        return self.exclude(failed_at=None)


class Delivery(models.Model):
    """送达: one message on its way by one channel. Several may go in one SMS or mail, whose tries are the channel's."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="deliveries")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=6, choices=list(CHANNELS.items()))
    state = models.CharField(max_length=8, choices=list(STATES.items()))
    text = EncryptedText()
    due_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    """The legal deadline that the message is about."""
    sms = models.ForeignKey(Sms, null=True, on_delete=models.PROTECT, related_name="+")
    mail = models.ForeignKey(Mail, null=True, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=60, blank=True)
    because = models.CharField(max_length=200, blank=True)
    """Why it takes this way: nothing else is known, or what failed before."""
    failed_at = models.DateTimeField(null=True)
    """When its SMS or mail was given up; another way may have been taken."""
    printed_at = models.DateTimeField(null=True)
    printed_by = models.CharField(max_length=80, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "channel"], name="delivery_once"),
            models.CheckConstraint(
                condition=Q(state="printed", printed_at__isnull=False) | ~Q(state="printed") & Q(printed_at=None),
                name="printed_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="delivery_due"),
            models.Index(fields=["person", "channel"], condition=Q(state="waiting"), name="delivery_waiting"),
            models.Index(fields=["body", "-id"], condition=Q(channel="letter"), name="letter_of_body"),
            models.Index(fields=["id"], condition=Q(state="to_print"), name="letter_to_print"),
            models.Index(fields=["-id"], condition=Q(failed_at__isnull=False), name="delivery_failed"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def sending(self) -> Outgoing | None:
        """The SMS or the mail it went in."""
        return self.sms or self.mail


class Preference(models.Model):
    """通知方式: which way a person wants to hear of things."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+")
    wish = models.CharField(max_length=4, choices=list(WISHES.items()))
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.wish


class MailConfirmation(models.Model):
    """邮箱确认: a code sent to an address; the address is the person's when the code comes back."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    address = EncryptedText()
    code_index = models.BinaryField(max_length=16)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-id"], name="confirmation_of_person")]

    def __str__(self) -> str:
        return str(self.sent_at)
