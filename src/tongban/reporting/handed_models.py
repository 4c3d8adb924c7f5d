"""移交: an applicant handed over to another system with what they agreed to pass on; and 二次录入, what staff typed twice."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from tongban.catalog.models import Edition, Item
from tongban.identity.actors import Actor
from tongban.identity.models import Organisation, Person
from tongban.kernel.fields import EncryptedJson
from tongban.orgs.models import Body
from tongban.reporting.returned_models import ReturnedCase, VerticalSystem


class HandoverQuerySet(models.QuerySet["Handover"]):
    def visible_to(self, actor: Actor) -> HandoverQuerySet:
        """The applicant's own."""
        return self.none() if actor.is_staff or not actor.person_id else self.filter(person_id=actor.person_id)


class Handover(models.Model):
    """移交: which system, which item, what was passed on and when it was fetched; later joined with the case it became."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    """The number by which the other system names it when the case returns."""
    system = models.ForeignKey(VerticalSystem, on_delete=models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    answers = EncryptedJson()
    """Answers to the guide's questions, {label: answer}."""
    passes = models.JSONField()
    """What the applicant agreed to, of `handing.FIELDS`."""
    digest = models.BinaryField(max_length=32, unique=True)
    """Of the token; the token itself is nowhere."""
    consented_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True)
    returned = models.ForeignKey(ReturnedCase, null=True, on_delete=models.PROTECT, related_name="+")

    objects = HandoverQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["person", "-id"], name="handover_of_person")]

    def __str__(self) -> str:
        return str(self.public_id)


WHY = {
    "no_interface": "对方系统没有接口", "interface_down": "接口故障", "fields_missing": "接口缺字段",
    "not_allowed": "对方不允许接入", "other": "其他",
}  # fmt: skip


class DoubleEntryQuerySet(models.QuerySet["DoubleEntry"]):
    def visible_to(self, actor: Actor) -> DoubleEntryQuerySet:
        """What the actor entered; for a supervisor all of their region."""
        mine = Q(by=actor.who)
        for post in actor.posts_for("supervision.view"):
            mine |= Q(region_path__startswith=post.region_path)
        return self.filter(mine) if actor.is_staff else self.none()


class DoubleEntry(models.Model):
    """二次录入: something that stood here already and was typed again into another system. No personal data."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=60)
    system = models.ForeignKey(VerticalSystem, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=50, blank=True)
    """The case, where it was one."""
    minutes = models.PositiveSmallIntegerField()
    fields = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=20, choices=list(WHY.items()))
    by_rule = models.BooleanField(default=False)
    """Entered by the platform, since the item is known to be typed twice (`TypedTwice`)."""
    by = models.CharField(max_length=80)
    on = models.DateField()
    at = models.DateTimeField()

    objects = DoubleEntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number", "system"], condition=Q(by_rule=True), name="double_entry_once_a_case"
            ),
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=480), name="double_entry_minutes"),
        ]
        indexes = [
            models.Index(fields=["on", "system", "item"], name="double_entry_by_month"),
            models.Index(fields=["by", "-id"], name="double_entry_by_author"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.minutes}"


class TypedTwice(models.Model):
    """须二次录入的事项: cases of this item are typed again into that system; each acceptance enters itself in the ledger."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    system = models.ForeignKey(VerticalSystem, on_delete=models.PROTECT, related_name="+")
    minutes = models.PositiveSmallIntegerField()
    """Of one case, as measured."""
    fields = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=20, choices=list(WHY.items()), default="no_interface")
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "system"], name="typed_twice_once")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.system_id}"
