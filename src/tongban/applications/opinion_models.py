"""常用意见: texts that come back in case after case, of a body or of one colleague."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from tongban.applications.opinion_rules import ACTS
from tongban.identity.actors import Actor
from tongban.identity.models import Account
from tongban.orgs.models import Body


class OpinionQuerySet(models.QuerySet["Opinion"]):
    def visible_to(self, actor: Actor) -> OpinionQuerySet:
        """One's own, and those of the bodies where one holds a post."""
        bodies = [post.body_id for post in actor.posts if post.body_id is not None]
        return self.filter(Q(account_id=actor.account_id) | Q(body_id__in=bodies))

    def in_use(self) -> OpinionQuerySet:
        return self.filter(retired_at=None)


class Opinion(models.Model):
    """常用意见: for all of a body, or for one's own use; with `{变量}` that the case fills."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=10, choices=list(ACTS.items()))
    title = models.CharField(max_length=30)
    text = models.CharField(max_length=500)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(body=None, account__isnull=False) | Q(body__isnull=False, account=None),
                name="opinion_of_one",
            ),
            models.UniqueConstraint(
                fields=["body", "act", "title"], condition=Q(retired_at=None), name="opinion_once_a_body"
            ),
            models.UniqueConstraint(
                fields=["account", "act", "title"], condition=Q(retired_at=None), name="opinion_once_a_person"
            ),
        ]

    def __str__(self) -> str:
        return self.title
