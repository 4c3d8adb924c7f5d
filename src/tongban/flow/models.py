"""Clocks with their pauses, and tasks. Subjects are case numbers; nothing here knows what a case is."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from tongban.flow import rules
from tongban.identity.models import Account
from tongban.orgs.models import Body

NEVER = date(9999, 12, 31)


KINDS = {
    "notice": "受理期限",
    "correction": "补正期限",
    "promised": "承诺时限",
    "statutory": "法定时限",
    "delivery": "送达期限",
    "hearing": "听证期限",
    "commitment": "承诺履行期限",
}
"""What a clock measures: how long the body has to say whether it accepts (行政许可法 32), the applicant to supply what was
asked for, the body to decide (promised, 42), to deliver (44), to hold the hearing that was asked for (47); and the
applicant to do what was promised at an acceptance or decision that rests on it."""

RUN_TOGETHER = ("promised", "statutory")
"""These two run, stand still and stop together; only legal causes halt them."""


BESIDE = "application.answer"
"""An act beside the procedure: no step of the case closes or moves its task."""


class Clock(models.Model):
    """时钟 of one subject. Stored dates equal the recount, always. `round`: the nth of its kind (after a supplement, an appeal)."""

    subject = models.CharField(max_length=50)
    kind = models.CharField(max_length=10, choices=list(KINDS.items()))
    round = models.PositiveSmallIntegerField(default=1, db_default=1)
    amount = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=12)
    extra_amount = models.PositiveSmallIntegerField(null=True)
    """延长: what was added, once."""
    extra_unit = models.CharField(max_length=12, blank=True, default="", db_default="")
    near_percent = models.PositiveSmallIntegerField(default=rules.NEAR_PERCENT, db_default=rules.NEAR_PERCENT)
    started_at = models.DateTimeField(null=True)
    """The moment of the act; hours run from it."""
    started_on = models.DateField()
    due_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)
    """For limits in hours: the moment."""
    near_on = models.DateField(null=True)
    provisional = models.BooleanField(default=False)
    calendar_version = models.PositiveIntegerField()
    stopped_on = models.DateField(null=True)
    stopped_at = models.DateTimeField(null=True)
    """The moment: a pause that begins later is none of its business. Null in older rows."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "kind", "round"], name="clock_once")]
        indexes = [
            models.Index(fields=["kind", "due_on", "id"], condition=Q(stopped_on=None), name="clock_due_by_kind"),
            models.Index(fields=["calendar_version", "id"], condition=Q(stopped_on=None), name="clock_by_calendar"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.kind}"

    @property
    def limit(self) -> rules.Limit:
        return rules.Limit(self.amount, self.unit)  # type: ignore[arg-type]

    @property
    def extension(self) -> rules.Limit | None:
        return rules.Limit(self.extra_amount, self.extra_unit) if self.extra_amount else None  # type: ignore[arg-type]


class ClockPause(models.Model):
    """暂停: the clocks of a subject that run together stand still, for a cause and by an article."""

    subject = models.CharField(max_length=50, db_index=True)
    cause = models.CharField(max_length=60)
    article = models.CharField(max_length=200, default=rules.STANDS_STILL, db_default=rules.STANDS_STILL)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    from_at = models.DateTimeField(null=True)
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "cause"], condition=Q(until_on=None), name="pause_one_open_for_a_cause"
            ),
            models.CheckConstraint(condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="pause_period"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.cause}"


class TaskQuerySet(models.QuerySet["Task"]):
    def open(self) -> TaskQuerySet:
        return self.filter(closed_at=None)


class Task(models.Model):
    """待办: an act that awaits someone, due on a day (`NEVER` where no day is set)."""

    subject = models.CharField(max_length=50)
    act = models.CharField(max_length=40)
    step = models.CharField(max_length=60, default="", db_default="")
    """Where several of one act may wait at once (环节 that run side by side, bodies that are asked): which of them."""
    title = models.CharField(max_length=200)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=60)
    held_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    """Null: in the pool (待办池) of the posts that may do the act."""
    held_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    """Who opened the case first of those who may do the act, since it came to its holder; with `seen_at`."""
    seen_at = models.DateTimeField(null=True)
    due_on = models.DateField(default=NEVER)
    near_on = models.DateField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    """The official whose act closed it; null: the platform's, the applicant's. Written with every step: no check beside it."""
    escalated_at = models.DateTimeField(null=True)
    """督办: since when it lies before the head of the body."""

    objects = TaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "act", "step"], condition=Q(closed_at=None), name="task_one_open_for_a_step"
            )
        ]
        indexes = [
            models.Index(fields=["body", "act", "due_on", "id"], condition=Q(closed_at=None), name="task_by_body_and_act"),
            models.Index(
                fields=["region_path", "act", "due_on", "id"], condition=Q(closed_at=None), name="task_by_region",
                opclasses=["varchar_pattern_ops", "varchar_ops", "date_ops", "int8_ops"],
            ),
            models.Index(
                fields=["held_by", "due_on", "id"], condition=Q(closed_at=None, held_by__isnull=False), name="task_by_holder",
            ),
            models.Index(
                fields=["closed_by", "closed_at", "id"], condition=Q(closed_by__isnull=False), name="task_done_by",
            ),
            models.Index(
                fields=["due_on", "id"], condition=Q(closed_at=None, escalated_at=None), name="task_to_escalate",
            ),
            models.Index(
                fields=["body", "due_on", "id"], condition=Q(closed_at=None, escalated_at__isnull=False),
                name="task_escalated",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.subject} {self.act}"


MOVES = {
    "claimed": "认领",
    "released": "退回待办池",
    "handed_over": "转交",
    "assigned": "指派",
    "returned": "岗位变动，退回待办池",
    "stood_in": "代办",
    "escalated": "督办",
}


class TaskMove(models.Model):
    """经手: a task came to somebody, or left them, with who did it and why."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="moves")
    kind = models.CharField(max_length=12, choices=list(MOVES.items()))
    from_account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=500, blank=True)
    by = models.CharField(max_length=60)
    by_post = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.task_id} {self.kind}"


class SavedView(models.Model):
    """常用筛选: a list of tasks under a name, of one account; `query` as the address has it."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=30)
    query = models.CharField(max_length=500, blank=True)
    is_default = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "name"], name="view_name_once"),
            models.UniqueConstraint(fields=["account"], condition=Q(is_default=True), name="view_one_default"),
        ]

    def __str__(self) -> str:
        return self.name
