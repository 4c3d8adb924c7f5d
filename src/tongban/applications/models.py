"""办件 and its statutory steps, each a row with an author and a time. What the applicant wrote is one encrypted column."""

from __future__ import annotations

import uuid
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from tongban.applications.rules import FINAL, State
from tongban.catalog.models import Edition
from tongban.catalog.queries import edition_by_id
from tongban.files.models import StoredFile
from tongban.identity.actors import Actor
from tongban.identity.models import Account, Organisation, Person
from tongban.kernel.fields import EncryptedJson, EncryptedText
from tongban.orgs.models import Body

if TYPE_CHECKING:
    from datetime import date

STATES = [(state.value, state.label) for state in State]


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, actor: Actor) -> ApplicationQuerySet:
        """The applicant's own, their organisations', and those of the posts held. Nothing else exists for the actor."""
        mine = [
            Q(body_id=post.body_id) if post.role.scope == "body" else Q(region_path__startswith=post.region_path)
            for post in actor.posts_for("application.view")
        ]
        if actor.person_id:
            mine.append(Q(person_id=actor.person_id, organisation=None))
        if actor.organisation_ids:
            mine.append(Q(organisation_id__in=actor.organisation_ids))
        return self.filter(reduce(or_, mine)) if mine else self.none()

    def one(self, number: str) -> Application | None:
        """The case with this number, its edition and body from memory: what a published edition says never changes."""
        for found in self.filter(number=number)[:1]:
            found.edition = edition_by_id(found.edition_id)
            if found.body_id == found.edition.body_id:
                found.body = found.edition.body
            return found
        return None

    def newest_first(self) -> ApplicationQuerySet:
        return self.order_by("-pk")

    def overdue(self, today: date) -> ApplicationQuerySet:
        return self.exclude(state__in=FINAL).filter(promised_on__lt=today)


class Application(models.Model):
    """办件."""

    number = models.CharField(max_length=50, unique=True)
    query_code = models.CharField(max_length=8, unique=True)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    """Who applies, or who handles it for the organisation."""
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    holder_index = models.BinaryField(max_length=16)
    """Blind index of the last four characters of the ID or USCC: public look-up."""
    particulars = EncryptedJson()
    """{"answers": …, "form": …}: what the applicant wrote."""
    state = models.CharField(max_length=12, choices=STATES, default=State.SUBMITTED)
    version = models.PositiveIntegerField(default=1)
    channel = models.CharField(max_length=10)
    visits = models.PositiveSmallIntegerField(default=0)
    submitted_by = models.CharField(max_length=80)
    submitted_at = models.DateTimeField()
    promised_on = models.DateField(null=True)
    statutory_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["person", "-id"], name="application_of_person"),
            models.Index(fields=["organisation", "-id"], name="application_of_organisation"),
            models.Index(fields=["body", "-id"], name="application_of_body"),
            models.Index(fields=["submitted_by", "-id"], name="application_by_submitter"),
            models.Index(fields=["closed_at"], name="application_closed"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def status(self) -> State:
        return State(self.state)

    @property
    def answers(self) -> dict[str, str]:
        return dict(self.particulars["answers"])

    @property
    def form(self) -> dict[str, Any]:
        return dict(self.particulars["form"])


class ApplicationMaterial(models.Model):
    """办件材料: one material of the case: how it was given, and what the check found."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="materials")
    key = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    give = models.CharField(max_length=10)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    given = models.BooleanField()
    """False: still to be brought or supplied."""
    checked = models.BooleanField(null=True)
    """None: not looked at; False: found wanting."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "key"], name="material_once")]

    def __str__(self) -> str:
        return self.name


class _Step(models.Model):
    """A statutory step: who, when."""

    by = models.CharField(max_length=80)
    by_post = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        abstract = True


class Acceptance(_Step):
    """受理."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="acceptance")

    def __str__(self) -> str:
        return str(self.at)


class Correction(_Step):
    """补正告知: everything missing, told once, from the check points that were not met."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="corrections")
    gaps = EncryptedJson()
    """[{"key", "name", "points": [...], "note"}]"""
    answer_by = models.DateField()
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.at)


class Rejection(_Step):
    """不予受理."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="rejection")
    kind = models.CharField(max_length=12)
    reason = EncryptedText()
    right_body = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return self.kind


class Suspension(_Step):
    """依法暂停."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="suspensions")
    cause = models.CharField(max_length=20)
    reason = EncryptedText()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return self.cause


class Review(_Step):
    """审查意见."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="reviews")
    step = models.CharField(max_length=40)
    step_name = models.CharField(max_length=60)
    passes = models.BooleanField()
    opinion = EncryptedText()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "step"], name="review_once_a_step")]

    def __str__(self) -> str:
        return self.step


class Decision(_Step):
    """决定."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="decision")
    granted = models.BooleanField()
    reason = EncryptedText()
    remedies = models.TextField(blank=True)

    def __str__(self) -> str:
        return "granted" if self.granted else "refused"


class Delivery(_Step):
    """送达."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="delivery")
    channel = models.CharField(max_length=10)

    def __str__(self) -> str:
        return self.channel


class Withdrawal(_Step):
    """撤回."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="withdrawal")
    reason = EncryptedText(default="")

    def __str__(self) -> str:
        return str(self.at)


class Draft(models.Model):
    """草稿: what was typed so far; saved on every page, resumed on any device. Its id is the idempotency key."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    applicant = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    """At the counter: the person the clerk files for."""
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    content = EncryptedJson(default=dict)
    """{"answers": …, "form": …, "materials": {key: file id or "pledge"}}, all as typed; once the guide was replaced also
    "carried": {"version": …, "dropped": [[label, text, why]], "asked_anew": [label]}."""
    updated_at = models.DateTimeField()
    submitted_number = models.CharField(max_length=50, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["account", "-updated_at"], condition=Q(submitted_number=""), name="draft_open_of_account"
            )
        ]

    def __str__(self) -> str:
        return str(self.public_id)
