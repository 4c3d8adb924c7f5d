"""Clocks with their pauses, and tasks. Subjects are case numbers; nothing here knows what a case is."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from tongban.flow import rules
from tongban.identity.actors import Actor
from tongban.identity.models import Account
from tongban.orgs.models import Body

NEVER = date(9999, 12, 31)


class Clock(models.Model):
    """时钟: promised (承诺) or statutory (法定) of one subject. Stored dates equal the recount, always."""

    subject = models.CharField(max_length=50)
    kind = models.CharField(max_length=10, choices=[("promised", "承诺时限"), ("statutory", "法定时限")])
    amount = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=12)
    started_on = models.DateField()
    due_on = models.DateField(null=True)
    near_on = models.DateField(null=True)
    provisional = models.BooleanField(default=False)
    calendar_version = models.PositiveIntegerField()
    stopped_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "kind"], name="clock_once")]
        indexes = [models.Index(fields=["due_on"], condition=Q(stopped_on=None), name="clock_due")]

    def __str__(self) -> str:
        return f"{self.subject} {self.kind}"

    @property
    def limit(self) -> rules.Limit:
        return rules.Limit(self.amount, self.unit)  # type: ignore[arg-type]


class ClockPause(models.Model):
    """暂停: both clocks of a subject stand still."""

    subject = models.CharField(max_length=50, db_index=True)
    cause = models.CharField(max_length=20)
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject"], condition=Q(until_on=None), name="pause_one_open"),
            models.CheckConstraint(condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="pause_period"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.cause}"


class TaskQuerySet(models.QuerySet["Task"]):
    def open(self) -> TaskQuerySet:
        return self.filter(closed_at=None)

    def visible_to(self, actor: Actor) -> TaskQuerySet:
        """What the actor's posts let them do: by body, or by region."""
        if not actor.posts:
            return self.none()
        mine = Q()
        for post in actor.posts:
            scope = (
                Q(body_id=post.body_id) if post.role.scope == "body" else Q(region_path__startswith=post.region_path)
            )
            mine |= scope & Q(act__in=sorted(post.role.acts))
        return self.filter(mine)

    def urgent_first(self) -> TaskQuerySet:
        return self.order_by("due_on", "id")

    def after(self, due_on: date, pk: int) -> TaskQuerySet:
        """Keyset: behind that place in the order of urgency."""
        return self.filter(Q(due_on__gt=due_on) | Q(due_on=due_on, pk__gt=pk))


class Task(models.Model):
    """待办: an act that awaits someone, due on a day (`NEVER` where no day is set)."""

    subject = models.CharField(max_length=50)
    act = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=60)
    held_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(default=NEVER)
    near_on = models.DateField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "act"], condition=Q(closed_at=None), name="task_one_open")
        ]
        indexes = [
            models.Index(fields=["body", "due_on", "id"], condition=Q(closed_at=None), name="task_by_body"),
            models.Index(
                fields=["region_path", "act", "due_on", "id"], condition=Q(closed_at=None), name="task_by_region",
                opclasses=["varchar_pattern_ops", "varchar_ops", "date_ops", "int8_ops"],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.subject} {self.act}"
