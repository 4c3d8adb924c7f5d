from __future__ import annotations

from django.db import models
from django.db.models import Q

from tongban.identity.actors import Actor
from tongban.kernel.fields import EncryptedText
from tongban.orgs.models import Body


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, actor: Actor) -> TicketQuerySet:
        """Those of the body or region where the actor handles tickets. The one who complained stays unnamed."""
        mine = Q(pk__in=[])
        for post in actor.posts_for("ticket.handle"):
            mine |= (
                Q(body_id=post.body_id) if post.role.scope == "body" else Q(region_path__startswith=post.region_path)
            )
        return self.filter(mine)


class Ticket(models.Model):
    """诉求单."""

    number = models.CharField(max_length=50, unique=True)
    key = models.CharField(max_length=80, unique=True)
    """What it is about, so that it is opened once: `rating:<case>`, `complaint:<case>:<n>`."""
    kind = models.CharField(max_length=12, choices=[("bad_rating", "差评"), ("complaint", "投诉")])
    subject = models.CharField(max_length=50)
    title = models.CharField(max_length=200)
    words = EncryptedText(default="")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=60)
    state = models.CharField(
        max_length=10, default="open", choices=[("open", "待整改"), ("rectified", "待回访"), ("visited", "已办结")]
    )
    due_on = models.DateField()
    opened_at = models.DateTimeField()
    measures = EncryptedText(default="")
    rectified_at = models.DateTimeField(null=True)
    rectified_by = models.CharField(max_length=80, blank=True)
    rectified_in_time = models.BooleanField(null=True)
    visit_note = EncryptedText(default="")
    satisfied = models.BooleanField(null=True)
    visited_at = models.DateTimeField(null=True)
    visited_by = models.CharField(max_length=80, blank=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["body", "due_on", "id"], condition=~Q(state="visited"), name="ticket_open_of_body")
        ]

    def __str__(self) -> str:
        return self.number
