from __future__ import annotations

import uuid
from datetime import date

from django.db import models
from django.db.models import Q

from tongban.identity.actors import Actor
from tongban.identity.models import Organisation, Person
from tongban.kernel.fields import EncryptedJson, EncryptedText
from tongban.orgs.models import Body


class LicenceQuerySet(models.QuerySet["Licence"]):
    def visible_to(self, actor: Actor) -> LicenceQuerySet:
        """The holder's, and the issuing body's."""
        mine = Q(pk__in=[])
        if actor.person_id:
            mine |= Q(person_id=actor.person_id, organisation=None)
        if actor.organisation_ids:
            mine |= Q(organisation_id__in=actor.organisation_ids)
        for post in actor.posts_for("application.view"):
            mine |= (
                Q(body_id=post.body_id)
                if post.role.scope == "body"
                else Q(body__region__path__startswith=post.region_path)
            )
        return self.filter(mine)


class Licence(models.Model):
    """证照."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    number = models.CharField(max_length=50, unique=True)
    code = models.CharField(max_length=16, unique=True)
    """验证码: short and random; the QR leads to it, never to the number."""
    title = models.CharField(max_length=100)
    case_number = models.CharField(max_length=50)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    holder_name = EncryptedText()
    particulars = EncryptedJson()
    """{label: value}, as printed."""
    issued_on = models.DateField()
    valid_until = models.DateField(null=True)
    """Inclusive: the last day it is valid."""
    state = models.CharField(max_length=10, choices=[("valid", "有效"), ("ended", "已终止")], default="valid")

    objects = LicenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_number"], condition=Q(state="valid"), name="licence_one_in_force_of_a_case"
            )
        ]
        indexes = [
            models.Index(fields=["case_number", "-id"], name="licence_of_case"),
            models.Index(fields=["person", "-id"], name="licence_of_person"),
            models.Index(fields=["organisation", "-id"], name="licence_of_organisation"),
        ]

    def __str__(self) -> str:
        return self.number

    def status_on(self, day: date) -> str:
        """有效, 已过期 or 已终止."""
        if self.state == "ended":
            return "已终止"
        return "已过期" if self.valid_until and day > self.valid_until else "有效"
