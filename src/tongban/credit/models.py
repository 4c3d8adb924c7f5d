from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q

from tongban.identity.actors import Actor
from tongban.identity.models import Organisation, Person
from tongban.kernel.fields import EncryptedText
from tongban.orgs.models import Body

KINDS = {"pledge_broken": "告知承诺不实", "supply_missing": "承诺后补的材料没有补交"}


class RecordQuerySet(models.QuerySet["Record"]):
    def visible_to(self, actor: Actor) -> RecordQuerySet:
        """One's own and one's organisations'; for those who may repair, the ones their body made."""
        mine = Q(pk__in=[])
        if actor.person_id and not actor.is_staff:
            mine |= Q(person_id=actor.person_id)
        if actor.organisation_ids:
            mine |= Q(organisation_id__in=actor.organisation_ids)
        bodies = [post.body_id for post in actor.posts_for("credit.repair") if post.body_id is not None]
        return self.filter(mine | Q(body_id__in=bodies))

    def in_force(self, moment: datetime) -> RecordQuerySet:
        open_ended = Q(until_at=None) | Q(until_at__gt=moment)
        return self.filter(open_ended, repaired_at=None, from_at__lte=moment)


class Record(models.Model):
    """信用记录: of a person, or of the organisation they acted for."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    """Who recorded it, and may repair it."""
    kind = models.CharField(max_length=20, choices=list(KINDS.items()))
    case_number = models.CharField(max_length=50)
    title = models.CharField(max_length=200)
    """Of the case."""
    ground = EncryptedText()
    """What was promised, and what was found instead."""
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    """When it lapses by itself; None: when it is repaired."""
    recorded_by = models.CharField(max_length=80)
    repaired_at = models.DateTimeField(null=True)
    repaired_by = models.CharField(max_length=80, blank=True)
    repair_reason = EncryptedText(default="")

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None, organisation__isnull=False) | Q(person__isnull=False, organisation=None),
                name="credit_of_one",
            ),
            models.CheckConstraint(condition=Q(until_at=None) | Q(until_at__gt=F("from_at")), name="credit_period"),
            models.UniqueConstraint(fields=["case_number", "kind"], name="credit_once_a_case"),
        ]
        indexes = [
            models.Index(fields=["person"], condition=Q(repaired_at=None), name="credit_open_of_person"),
            models.Index(fields=["organisation"], condition=Q(repaired_at=None), name="credit_open_of_organisation"),
            models.Index(fields=["body", "-id"], name="credit_of_body"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_number}"
