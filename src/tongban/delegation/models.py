from __future__ import annotations

import uuid
from datetime import date, timedelta

from django.db import models
from django.db.models import F, Q

from tongban.delegation import rules
from tongban.files.models import StoredFile
from tongban.identity.actors import Actor
from tongban.identity.models import Organisation, Person
from tongban.kernel.fields import EncryptedText


class PowerQuerySet(models.QuerySet["PowerOfAttorney"]):
    def visible_to(self, actor: Actor) -> PowerQuerySet:
        """Those that one gave or received, and one's organisations'. Staff find them by the person who stands there."""
        if actor.is_staff or actor.person_id is None:
            return self.none()
        return self.filter(_given(actor) | _held(actor))

    def given_by(self, actor: Actor) -> PowerQuerySet:
        return self.none() if actor.is_staff or actor.person_id is None else self.filter(_given(actor))

    def held_by(self, actor: Actor) -> PowerQuerySet:
        """Those under which the actor acts: their own, and those of the agent organisations they handle things for."""
        return self.none() if actor.is_staff or actor.person_id is None else self.filter(_held(actor))

    def in_force(self, day: date) -> PowerQuerySet:
        return self.filter(state="in_force", from_on__lte=day, until_on__gt=day)

    def parties(self) -> PowerQuerySet:
        return self.select_related("principal", "principal_organisation", "agent", "agent_organisation")


class PowerOfAttorney(models.Model):
    """授权委托书 (《民法典》第一百六十五条). Of an organisation `principal` is who signs for it; a filing agent (代理机构) has no
    `agent` but its organisation, whose handlers act."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    kind = models.CharField(max_length=10, choices=list(rules.KINDS.items()))
    principal = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    principal_organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    agent_organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    relation = EncryptedText(default="")
    """与委托人的关系, as written: 女儿."""
    item_codes = models.JSONField(default=list)
    """基本编码 of the items; empty: all."""
    acts = models.JSONField()
    from_on = models.DateField()
    until_on = models.DateField()
    """The first day on which it is over; a guardian's is the eighteenth birthday."""
    state = models.CharField(max_length=10, choices=list(rules.STATES.items()), default="asked")
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    confirmed = models.CharField(
        max_length=6, blank=True, choices=[("own", "本人登录确认"), ("paper", "窗口核验书面委托")]
    )
    confirmed_by = models.CharField(max_length=80, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    paper = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    """The signed letter, or the proof of guardianship, as scanned at the window."""
    proof = models.CharField(max_length=10, blank=True, choices=list(rules.PROOFS.items()))
    ended_how = models.CharField(max_length=10, blank=True, choices=list(rules.HOWS.items()))
    ended_by = models.CharField(max_length=80, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = EncryptedText(null=True)
    """As the clerk wrote it, where it ended at a window."""
    ended_paper = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    """What proved it: a death certificate, the order of a court."""

    objects = PowerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gt=F("from_on")), name="power_period"),
            models.CheckConstraint(
                condition=Q(agent=None, agent_organisation__isnull=False) | Q(agent__isnull=False, agent_organisation=None),
                name="power_of_one_agent",
            ),
            models.CheckConstraint(condition=Q(agent=None) | ~Q(agent=F("principal")), name="power_of_another"),
            models.CheckConstraint(
                condition=~Q(state="in_force") | Q(confirmed="own") | Q(confirmed="paper", paper__isnull=False),
                name="power_confirmed",
            ),
            models.CheckConstraint(
                condition=~Q(ended_how="by_order") | Q(ended_paper__isnull=False), name="power_ended_by_a_paper"
            ),
            models.CheckConstraint(condition=Q(state="ended", ended_at__isnull=False) | (~Q(state="ended") & Q(ended_at=None)), name="power_ended"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["agent", "-id"], name="power_of_agent"),
            models.Index(fields=["agent_organisation", "-id"], name="power_of_filing_agent"),
            models.Index(fields=["principal", "-id"], name="power_of_principal"),
            models.Index(fields=["principal_organisation", "-id"], name="power_of_firm"),
            models.Index(fields=["until_on"], condition=~Q(state="ended"), name="power_running_out"),
            models.Index(fields=["asked_at"], condition=Q(state="asked"), name="power_unanswered"),
            models.Index(fields=["ended_at"], condition=Q(state="ended"), name="power_long_ended"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def last_on(self) -> date:
        return self.until_on - timedelta(days=1)

    @property
    def principal_name(self) -> str:
        return self.principal_organisation.name if self.principal_organisation else self.principal.name

    @property
    def agent_name(self) -> str:
        if self.agent_organisation:
            return self.agent_organisation.name
        return self.agent.name if self.agent else ""

    @property
    def agent_word(self) -> str:
        """代理机构, 法定代理人…: how the agent is called in a case."""
        return next(word for kind, word in rules.AGENTS.items() if kind == self.kind)


def _given(actor: Actor) -> Q:
    mine = Q(principal_id=actor.person_id, principal_organisation=None)
    return mine | Q(principal_organisation_id__in=actor.organisation_ids) if actor.organisation_ids else mine


def _held(actor: Actor) -> Q:
    mine = Q(agent_id=actor.person_id)
    return mine | Q(agent_organisation_id__in=actor.organisation_ids) if actor.organisation_ids else mine
