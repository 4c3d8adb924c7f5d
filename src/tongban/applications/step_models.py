"""环节 of a case: opened in its turn, concluded by a person; and what each kind of step leaves on record."""

from __future__ import annotations

import uuid
from datetime import date
from functools import reduce
from operator import or_

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q

from tongban.files.models import StoredFile
from tongban.flow.plan import KINDS, SILENCES
from tongban.identity.actors import Actor
from tongban.identity.roles import Act as Power
from tongban.kernel.fields import EncryptedText
from tongban.orgs.models import Body


class CaseStep(models.Model):
    """环节: a step of the edition whose turn came. Done again after a return (退回), it is a new row, its next `turn`."""

    application = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="case_steps")
    round = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=40)
    turn = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=list(KINDS.items()))
    opened_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    """By the step's own limit."""
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True)
    passes = models.BooleanField(null=True)
    returned = models.BooleanField(default=False)
    """退回: it no longer counts."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "round", "key"], condition=Q(returned=False), name="step_stands_once"
            ),
            models.UniqueConstraint(fields=["application", "round", "key", "turn"], name="step_turn"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.turn}"


class StepReturn(models.Model):
    """退回: to which step, by whom and why."""

    application = models.ForeignKey("applications.Application", on_delete=models.PROTECT, related_name="step_returns")
    round = models.PositiveSmallIntegerField()
    to_key = models.CharField(max_length=40)
    to_name = models.CharField(max_length=60)
    reason = EncryptedText()
    by = models.CharField(max_length=80)
    by_post = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.to_key


class StepFile(models.Model):
    """Photos and papers of a step."""

    step = models.ForeignKey(CaseStep, on_delete=models.PROTECT, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.file_id)


ANSWERING: tuple[Power, ...] = ("application.respond", "application.urge")
"""答复: whoever handles such letters at the body asked; and its head, once it is urged."""


class StepAnswerQuerySet(models.QuerySet["StepAnswer"]):
    def visible_to(self, actor: Actor) -> StepAnswerQuerySet:
        """What the actor's body was asked."""
        mine = [Q(body_id=post.body_id) for power in ANSWERING for post in actor.posts_for(power) if post.body_id]
        return self.filter(reduce(or_, mine)) if mine else self.none()

    def silent(self) -> StepAnswerQuerySet:
        """Asked with a silence rule that has not had its effect yet, and not answered."""
        return self.filter(at=None, silent_at=None, step__closed_at=None).exclude(silence="")

    def unwaited(self) -> StepAnswerQuerySet:
        """Escalated, and silent still: the head may decide to go on without."""
        return self.filter(at=None, waived_at=None, silent_at__isnull=False, silence="escalated")


class StepAnswer(models.Model):
    """会签意见, or a body's answer to 征求意见: asked, and answered or not. What stands is `stands`."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    step = models.ForeignKey(CaseStep, on_delete=models.PROTECT, related_name="answers")
    body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    """Null: not on this platform; its answer comes on paper and is entered by who handles the case."""
    body_name = models.CharField(max_length=100)
    question = EncryptedText()
    """What it is asked."""
    asked_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    silence = models.CharField(max_length=10, blank=True, choices=list(SILENCES.items()))
    """Empty: silence means nothing (会签)."""
    silent_at = models.DateTimeField(null=True)
    """When the silence rule had its effect; that effect stands, whatever comes later."""
    agrees = models.BooleanField(null=True)
    opinion = EncryptedText(default="")
    late = models.BooleanField(default=False)
    """Answered after the last day: kept, and marked."""
    waived_reason = EncryptedText(null=True)
    """Why the head of the body that handles the case no longer waits for it."""
    waived_by = models.CharField(max_length=80, blank=True, default="", db_default="")
    waived_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=80, blank=True)
    by_post = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(null=True)

    objects = StepAnswerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["step", "body_name"], name="answer_once_a_body")]
        indexes = [
            models.Index(
                fields=["due_on", "id"], condition=Q(at=None, silent_at=None) & ~Q(silence=""), name="answer_awaited"
            ),
        ]

    def __str__(self) -> str:
        return self.body_name

    @property
    def stands(self) -> bool | None:
        """Whether it counts as agreement; None while nothing is there that counts."""
        if self.silent_at and self.silence == "agreed":
            return True
        return self.agrees


class Inspection(models.Model):
    """现场核查记录: by two or more officials (《行政许可法》第三十四条第三款), where, when, and what was found."""

    step = models.ForeignKey(CaseStep, on_delete=models.PROTECT, related_name="inspections")
    place = models.CharField(max_length=200)
    inspected_at = models.DateTimeField()
    inspectors = models.JSONField()
    """Actors (`staff:1`), the one who wrote it among them."""
    present = models.CharField(max_length=100, blank=True)
    """Who was there for the applicant."""
    record = EncryptedText()
    passes = models.BooleanField()
    by = models.CharField(max_length=80)
    by_post = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.inspected_at)


class Expert(models.Model):
    """评审专家: named, and what they wrote; or that they stood aside (回避)."""

    step = models.ForeignKey(CaseStep, on_delete=models.PROTECT, related_name="experts")
    name = models.CharField(max_length=60)
    unit = models.CharField(max_length=100)
    recused = EncryptedText(default="")
    """Why they stand aside."""
    opinion = EncryptedText(default="")
    passes = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["step", "name", "unit"], name="expert_once")]

    def __str__(self) -> str:
        return self.name


class PublicNoticeQuerySet(models.QuerySet["PublicNotice"]):
    def running(self, today: date) -> PublicNoticeQuerySet:
        """What the public may read and object to now. The rows of what is returned (退回) stay, and don't run."""
        return self.filter(from_on__lte=today, until_on__gte=today, step__returned=False)


class PublicNotice(models.Model):
    """公示: what the public reads, from the first day to the last."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4, db_default=RandomUUID())
    """The public's address of it."""
    step = models.OneToOneField(CaseStep, on_delete=models.PROTECT, related_name="public_notice")
    text = models.TextField()
    from_on = models.DateField()
    until_on = models.DateField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    objects = PublicNoticeQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(until_on__gt=models.F("from_on")), name="notice_period")]
        indexes = [models.Index(fields=["until_on", "id"], name="notice_running")]

    def __str__(self) -> str:
        return str(self.from_on)


class NoticeObjection(models.Model):
    """公示期间收到的异议, and what was answered."""

    step = models.ForeignKey(CaseStep, on_delete=models.PROTECT, related_name="objections")
    who = EncryptedText()
    text = EncryptedText()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    answer = EncryptedText(default="")
    answered_by = models.CharField(max_length=80, blank=True)
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.at)


class HearingSession(models.Model):
    """听证会: told seven days ahead, chaired by someone who does not review the case (《行政许可法》第四十八条); and its record."""

    step = models.OneToOneField(CaseStep, on_delete=models.PROTECT, related_name="hearing")
    held_at = models.DateTimeField()
    place = models.CharField(max_length=200)
    chair = models.CharField(max_length=80)
    """An actor (`staff:1`)."""
    told_at = models.DateTimeField()
    told_by = models.CharField(max_length=80)
    record = EncryptedText(default="")
    passes = models.BooleanField(null=True)
    recorded_at = models.DateTimeField(null=True)
    recorded_by = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return str(self.held_at)
