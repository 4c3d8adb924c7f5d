"""授权书 of a body to its 首席代表. (That to a window is `applications.Mandate`: two of one family.)"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q

from tongban.orgs.models import Body


class AuthorisationQuerySet(models.QuerySet["Authorisation"]):
    def in_force(self, moment: datetime) -> AuthorisationQuerySet:
        return self.filter(revoked_at=None, from_at__lte=moment).filter(Q(until_at=None) | Q(until_at__gt=moment))


class Authorisation(models.Model):
    """授权书: the body lets this person decide items in its name, for a period. Without one a 首席代表 decides nothing."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("identity.Account", on_delete=models.PROTECT, related_name="authorisations")
    item_codes = models.JSONField(null=True)
    """基本编码 of the items; None: every item of the body, those to come too."""
    acts = models.JSONField()
    """Of `rules.AUTHORISED_ACTS`."""
    document = models.CharField(max_length=100)
    """文号 of the paper."""
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    """None only where the platform was set up with it."""
    given_by = models.CharField(max_length=60)
    given_at = models.DateTimeField()
    revoked_by = models.CharField(max_length=60, blank=True)
    revoked_why = models.CharField(max_length=200, blank=True)
    revoked_at = models.DateTimeField(null=True)

    objects = AuthorisationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gt=F("from_at")), name="authorisation_period"
            )
        ]
        indexes = [
            models.Index(fields=["account"], condition=Q(revoked_at=None), name="authorisation_of_account"),
            models.Index(fields=["body", "-id"], name="authorisation_of_body"),
        ]

    def __str__(self) -> str:
        return self.document
