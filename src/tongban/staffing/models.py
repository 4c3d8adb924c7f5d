"""任职申请 and the yearly confirmation: evidence that stays."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from tongban.identity.actors import Actor
from tongban.identity.models import Account, StaffPost
from tongban.identity.roles import ROLES, Role
from tongban.orgs.models import Body, Hall, Region
from tongban.staffing.rules import Place


def assigned_by(actor: Actor) -> Q:
    """Rows (with role, body, hall, region_path) of posts that the actor assigns: `rules.covers`, for the database."""
    found = Q(pk__in=())
    bodily = [key for key, role in ROLES.items() if role.scope == "body"]
    at_windows = [
        key for key, role in ROLES.items() if role.in_hall and role.scope == "region" and "post.assign" not in role.acts
    ]
    for post in actor.posts_for("post.assign"):
        if post.elevated:
            continue
        if post.role.scope == "body":
            found |= Q(body_id=post.body_id, role__in=bodily) if post.body_id else Q(pk__in=())
        elif post.role.in_hall:
            found |= Q(hall_id=post.hall_id, role__in=at_windows) if post.hall_id else Q(pk__in=())
        else:
            found |= Q(region_path__startswith=post.region_path)
    return found


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, actor: Actor) -> ProposalQuerySet:
        """Those of posts that one assigns, and one's own."""
        return self.filter(assigned_by(actor) | Q(account_id=actor.account_id) | Q(asked_by_id=actor.account_id))

    def open(self) -> ProposalQuerySet:
        """Waiting for agreement, or declared and not looked at yet."""
        return self.filter(decided_at=None)


class Proposal(models.Model):
    """任职申请; with `elevated` 临时授权. Agreed to by somebody who neither asked nor gets the post."""

    STATES = (("waiting", "待批准"), ("approved", "已批准"), ("refused", "没有批准"), ("declared", "已自行启用，待复核"),
              ("fine", "复核认可"), ("objected", "复核不认可"))  # fmt: skip

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=60)
    hall = models.ForeignKey(Hall, null=True, on_delete=models.PROTECT, related_name="+")
    from_at = models.DateTimeField(null=True)
    until_at = models.DateTimeField(null=True)
    elevated = models.BooleanField(default=False)
    hours = models.PositiveSmallIntegerField(null=True)
    """Of an elevation; they run from the agreement on."""
    reason = models.CharField(max_length=200)
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="waiting", choices=STATES)
    decided_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_why = models.CharField(max_length=200, blank=True)
    post = models.OneToOneField(StaffPost, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | (~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("account"))),
                name="proposal_agreed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(elevated=True, hours__isnull=False) | (Q(elevated=False) & ~Q(asked_by=F("account"))),
                name="proposal_not_for_oneself",
            ),
            models.UniqueConstraint(
                fields=["account", "role", "region", "body", "hall"],
                condition=Q(state="waiting"),
                nulls_distinct=False,
                name="proposal_waits_once",
            ),
            models.UniqueConstraint(
                fields=["account"], condition=Q(state="declared"), name="elevation_looked_at_first"
            ),
        ]
        indexes = [
            models.Index(fields=["region_path"], condition=Q(decided_at=None), name="proposal_open"),
            models.Index(fields=["account", "-id"], name="proposal_of_account"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def place(self) -> Place:
        return Place(self.role, self.body_id, self.region_path, self.hall_id)

    @property
    def named(self) -> Role:
        return ROLES[self.role]


class YearlyReview(models.Model):
    """年度确认, opened for the whole region; every body goes through its posts."""

    year = models.PositiveSmallIntegerField()
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField(max_length=60)
    opened_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    due_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["year", "region"], name="review_once_a_year")]

    def __str__(self) -> str:
        return f"{self.year} {self.region_path}"


class PostCheck(models.Model):
    """What was said of a post in a yearly review."""

    review = models.ForeignKey(YearlyReview, on_delete=models.PROTECT, related_name="checks")
    post = models.ForeignKey(StaffPost, on_delete=models.PROTECT, related_name="+")
    kept = models.BooleanField()
    why = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "post"], name="post_checked_once")]

    def __str__(self) -> str:
        return f"{self.review_id} {self.post_id}"
