from __future__ import annotations

import uuid
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q

from tongban.exports.rules import FORMATS
from tongban.identity.actors import Actor
from tongban.identity.roles import Act
from tongban.kernel.fields import EncryptedJson, EncryptedText

OVERSEEING: tuple[Act, ...] = ("supervision.view", "platform.manage")
"""Powers with which one sees what the colleagues of one's region took away."""


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, actor: Actor) -> ExportQuerySet:
        """One's own, and of one's region for who oversees it."""
        regions = {post.region_path for power in OVERSEEING for post in actor.posts_for(power)}
        return self.filter(reduce(or_, (Q(region_path__startswith=path) for path in regions), Q(by=actor.who)))


class Export(models.Model):
    """导出: written before the first byte leaves, completed after the last: one that was cut off stays without an end."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    list_key = models.CharField(max_length=40)
    by = models.CharField(max_length=80)
    by_post = models.CharField(max_length=80, blank=True)
    region_path = models.CharField(max_length=60)
    """Of the post it was taken with."""
    filters = EncryptedJson()
    """{name: value}, as the page had them."""
    columns = models.JSONField()
    format = models.CharField(max_length=4, choices=list(FORMATS.items()))
    unmasked = models.BooleanField()
    reason = EncryptedText(default="")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    whole = models.BooleanField(default=False)
    """To the last byte; else the connection was cut."""
    more = models.BooleanField(default=False)
    """There were more rows than one export may hold."""

    objects = ExportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, sha256="", whole=False) | ~Q(sha256="") & Q(ended_at__isnull=False),
                name="export_ended",
            ),
            models.CheckConstraint(condition=Q(unmasked=False) | Q(reason__isnull=False), name="export_reason"),
        ]
        indexes = [models.Index(fields=["by", "-id"], name="export_of_actor")]

    def __str__(self) -> str:
        return str(self.public_id)
