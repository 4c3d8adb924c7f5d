"""办件回流: cases that another system handles, as it tells us of them. No act of ours touches them."""

from __future__ import annotations

import uuid
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q

from tongban.catalog.models import Edition
from tongban.identity.actors import Actor
from tongban.identity.models import Account, Organisation, Person
from tongban.kernel.crypto import blind_index
from tongban.kernel.fields import EncryptedJson
from tongban.orgs.models import Body
from tongban.reporting.returning import STATES


class VerticalSystem(models.Model):
    """垂管系统: a system in which some of our items are handled; its account speaks for it."""

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    account = models.OneToOneField(Account, null=True, on_delete=models.PROTECT, related_name="+")
    hosts = models.JSONField(default=list)
    """Host names to which an applicant may be handed over."""
    passes = models.JSONField(default=list)
    """What is passed on at the hand-over, of `handing.FIELDS`."""
    reports_itself = models.BooleanField(default=True)
    """It reports its cases upward; otherwise we do."""
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.key


class ReturnedQuerySet(models.QuerySet["ReturnedCase"]):
    def visible_to(self, actor: Actor) -> ReturnedQuerySet:
        """The applicant's own, by the blind index of the number that was delivered; and those of the posts held."""
        mine: list[Q] = []
        for post in actor.posts_for("application.view"):
            mine.append(
                Q(body_id=post.body_id) if post.role.scope == "body" else Q(region_path__startswith=post.region_path)
            )
        if not actor.is_staff and actor.person_id:
            person = Person.objects.filter(pk=actor.person_id).values_list("id_index", flat=True).first()
            if person is not None:
                mine.append(Q(holder_index=bytes(person)))
            for uscc in Organisation.objects.filter(pk__in=actor.organisation_ids).values_list("uscc", flat=True):
                mine.append(Q(holder_index=uscc_index(uscc)))
        return self.filter(reduce(or_, mine)) if mine else self.none()


def uscc_index(uscc: str) -> bytes:
    return blind_index(uscc, purpose="returned:uscc")


class ReturnedCase(models.Model):
    """回流办件: as last delivered. `number` is the other system's own, unique within it."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    system = models.ForeignKey(VerticalSystem, on_delete=models.PROTECT, related_name="cases")
    number = models.CharField(max_length=60)
    item_code = models.CharField(max_length=80)
    """As delivered."""
    edition = models.ForeignKey(Edition, null=True, on_delete=models.PROTECT, related_name="+")
    """Null: 未认领, its item is not known here (yet)."""
    body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=60, default="")
    title = models.CharField(max_length=200)
    particulars = EncryptedJson()
    """`returning.Delivery` as a dict: who applied, when it moved, what came of it."""
    holder_index = models.BinaryField(max_length=16)
    tail_index = models.BinaryField(max_length=16)
    state = models.CharField(max_length=12, choices=list(STATES.items()))
    version = models.PositiveIntegerField(default=1)
    digest = models.BinaryField(max_length=32)
    """Keyed hash of the content: the same again is no change, and nothing can be guessed from it."""
    applied_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    claimed_by = models.CharField(max_length=80, blank=True)
    """Who said which item it is, where the code didn't."""

    objects = ReturnedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "number"], name="returned_once")]
        indexes = [
            models.Index(fields=["holder_index", "-id"], name="returned_of_holder"),
            models.Index(fields=["body", "-id"], name="returned_of_body"),
            models.Index(fields=["item_code", "id"], condition=Q(edition=None), name="returned_unclaimed"),
            models.Index(fields=["tail_index", "number"], name="returned_look_up"),
        ]

    def __str__(self) -> str:
        return f"{self.system_id} {self.number}"


class ReturnedVersion(models.Model):
    """What was delivered before the present version, whole."""

    case = models.ForeignKey(ReturnedCase, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    particulars = EncryptedJson()
    state = models.CharField(max_length=12)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "version"], name="returned_version_once")]

    def __str__(self) -> str:
        return str(self.version)


class Delivered(models.Model):
    """回流批次: what was answered, line by line, so that the same delivery again gets the same answer."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    system = models.ForeignKey(VerticalSystem, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.public_id)
