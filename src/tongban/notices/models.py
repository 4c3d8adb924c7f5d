from __future__ import annotations

from django.db import models
from django.db.models import Q

from tongban.identity.actors import Actor
from tongban.identity.models import Person


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

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["person", "-id"], name="message_of_person"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="message_unread"),
        ]

    def __str__(self) -> str:
        return self.title
