"""办件 and its statutory steps, each a row with an author and a time. What the applicant wrote is one encrypted column."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q

from tongban.applications.agent_models import IntakeConfirmation
from tongban.applications.document_models import (
    AddressOfService,
    BodyMark,
    CaseDocument,
    DocumentCounter,
    DocumentTemplate,
    Service,
)
from tongban.applications.material_models import (
    ApplicationMaterial,
    CorrectionRequest,
    IntakeFinding,
    MaterialCheck,
    MaterialReuse,
    MaterialVersion,
    OriginalSeen,
    WindowIntake,
)
from tongban.applications.opinion_models import Opinion
from tongban.applications.procedure import FINAL, State
from tongban.applications.scope import scope_of
from tongban.applications.step_models import (
    CaseStep,
    Expert,
    HearingSession,
    Inspection,
    NoticeObjection,
    PublicNotice,
    StepAnswer,
    StepFile,
    StepReturn,
)
from tongban.catalog.models import Edition, Item
from tongban.delegation.models import PowerOfAttorney
from tongban.files.models import StoredFile
from tongban.identity.actors import Actor
from tongban.identity.models import Account, Organisation, Person
from tongban.kernel.fields import EncryptedJson, EncryptedText
from tongban.orgs.models import Body, Hall

if TYPE_CHECKING:
    from datetime import date

__all__ = [
    "COMMITMENTS",
    "Acceptance",
    "AddressOfService",
    "Amendment",
    "Application",
    "ApplicationMaterial",
    "BackEntry",
    "BodyMark",
    "CaseDocument",
    "CaseMessage",
    "CaseStep",
    "Commitment",
    "Correction",
    "CorrectionRequest",
    "Decision",
    "Delivery",
    "DocumentCounter",
    "DocumentTemplate",
    "Draft",
    "Expert",
    "Extension",
    "Forwarding",
    "HearingRequest",
    "HearingSession",
    "Inspection",
    "IntakeConfirmation",
    "IntakeFinding",
    "Lapse",
    "Making",
    "Mandate",
    "MaterialCheck",
    "MaterialReuse",
    "MaterialVersion",
    "NoticeObjection",
    "Opinion",
    "OriginalSeen",
    "Precheck",
    "PublicNotice",
    "Rejection",
    "Reopening",
    "Review",
    "Revocation",
    "RuleEvaluation",
    "Service",
    "StepAnswer",
    "StepFile",
    "StepReturn",
    "Suspension",
    "Termination",
    "UsualTime",
    "WindowIntake",
    "Withdrawal",
]  # fmt: skip

STATES = [(state.value, state.label) for state in State]


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, actor: Actor) -> ApplicationQuerySet:
        """The applicant's own, their organisations', and those of the posts held. Nothing else exists for the actor."""
        return self.filter(scope_of(actor).condition())

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
    agent = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    """代理人: who filed it for the applicant, under `power`."""
    power = models.ForeignKey(PowerOfAttorney, null=True, on_delete=models.PROTECT, related_name="+")
    holder_index = models.BinaryField(max_length=16)
    """Blind index of the last four characters of the ID or USCC: public look-up."""
    particulars = EncryptedJson()
    """{"answers": …, "form": …}: what the applicant wrote."""
    state = models.CharField(max_length=12, choices=STATES, default=State.SUBMITTED)
    version = models.PositiveIntegerField(default=1)
    round = models.PositiveSmallIntegerField(default=1, db_default=1)
    """1, and one more each time the case was reopened: its steps belong to a round, only the last one's stand."""
    channel = models.CharField(max_length=10)
    visits = models.PositiveSmallIntegerField(default=0)
    submitted_by = models.CharField(max_length=80)
    submitted_at = models.DateTimeField()
    """收件: the moment of the law, also where a paper case was entered later."""
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
            models.Index(fields=["agent"], condition=Q(agent__isnull=False), name="application_of_agent"),
            models.Index(fields=["closed_at"], name="application_closed"),
            models.Index(
                fields=["edition", "closed_at", "id"],
                condition=Q(closed_at__isnull=False) & ~Q(holder_index=bytes(16)), name="application_kept",
            ),
            models.Index(fields=["-submitted_at", "-id"], name="application_submitted"),
            models.Index(fields=["body", "-submitted_at", "-id"], name="application_body_submitted"),
            models.Index(
                fields=["body", "-closed_at", "-id"], condition=Q(closed_at__isnull=False),
                name="application_body_closed",
            ),
        ]  # fmt: skip

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

    @property
    def decision(self) -> Decision | None:
        """That which stands."""
        return Decision.objects.filter(application=self, round=self.round).first()

    @property
    def rejection(self) -> Rejection | None:
        return Rejection.objects.filter(application=self, round=self.round).first()

    @property
    def delivery(self) -> Delivery | None:
        return Delivery.objects.filter(application=self, round=self.round).first()


class _Step(models.Model):
    """A statutory step: who, when."""

    by = models.CharField(max_length=80)
    by_post = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        abstract = True


class BackEntry(_Step):
    """补录: a paper case entered later with its true time (`Application.submitted_at`), why, and who confirmed it."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="back_entry")
    reason = EncryptedText()
    settled_by = models.CharField(max_length=80, blank=True)
    settled_at = models.DateTimeField(null=True)
    """When the second person confirmed it, or declared it void."""

    def __str__(self) -> str:
        return str(self.at)


class Precheck(_Step):
    """预审: looked through on line, within the five days; no act in law."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="prechecks")
    note = EncryptedText(default="")

    def __str__(self) -> str:
        return str(self.at)


class Acceptance(_Step):
    """受理."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="acceptance")
    deemed = models.BooleanField(default=False, db_default=False)
    """视为受理: nobody said anything within the five days (《行政许可法》第三十二条)."""

    def __str__(self) -> str:
        return str(self.at)


class Correction(_Step):
    """补正告知: everything missing, told once, from the check points that were not met."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="corrections")
    round = models.PositiveSmallIntegerField(default=1, db_default=1)
    gaps = EncryptedJson()
    """[{"key", "name", "points": [...], "note"}]"""
    answer_by = models.DateField()
    answered_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.at)


class Lapse(_Step):
    """补正不来: the deadline of the correction passed in silence; the case ends under this name."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="lapses")
    round = models.PositiveSmallIntegerField(default=1, db_default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "round"], name="lapse_once_a_round")]

    def __str__(self) -> str:
        return str(self.at)


class Rejection(_Step):
    """不予受理."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="rejections")
    round = models.PositiveSmallIntegerField(default=1, db_default=1)
    kind = models.CharField(max_length=12)
    reason = EncryptedText()
    right_body = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "round"], name="rejection_once_a_round")]

    def __str__(self) -> str:
        return self.kind


class Suspension(_Step):
    """依法暂停."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="suspensions")
    cause = models.CharField(max_length=60)
    """Of 《行政许可法》第四十五条, or the name of a special procedure of the edition."""
    reason = EncryptedText()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return self.cause


class Review(_Step):
    """审查意见."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="reviews")
    round = models.PositiveSmallIntegerField(default=1, db_default=1)
    step = models.CharField(max_length=40)
    step_name = models.CharField(max_length=60)
    passes = models.BooleanField()
    opinion = EncryptedText()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "round", "step"], name="review_once_a_step")]

    def __str__(self) -> str:
        return self.step


class Extension(_Step):
    """延长办理期限 (《行政许可法》第四十二条): asked for by who handles, approved once by the right head, told with its reason."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="extensions")
    round = models.PositiveSmallIntegerField(default=1, db_default=1)
    days = models.PositiveSmallIntegerField()
    reason = EncryptedText()
    state = models.CharField(
        max_length=10, choices=[("asked", "待批准"), ("approved", "已批准"), ("declined", "未批准")]
    )
    settled_by = models.CharField(max_length=80, blank=True)
    settled_at = models.DateTimeField(null=True)
    answer = EncryptedText(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application", "round"], condition=~Q(state="declined"), name="extension_once_a_round"
            )
        ]

    def __str__(self) -> str:
        return self.state


class HearingRequest(_Step):
    """听证申请 (《行政许可法》第四十七条): by the applicant, before the decision."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="hearing_requests")
    round = models.PositiveSmallIntegerField(default=1, db_default=1)
    reason = EncryptedText()
    held_at = models.DateTimeField(null=True)
    """When the hearing that it led to began."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "round"], name="hearing_request_once_a_round")]

    def __str__(self) -> str:
        return str(self.at)


class Forwarding(_Step):
    """转报 (《行政许可法》第四十三条): reviewed here, decided above."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="forwardings")
    round = models.PositiveSmallIntegerField(default=1, db_default=1)
    to_body = models.CharField(max_length=100)
    opinion = EncryptedText()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "round"], name="forwarding_once_a_round")]

    def __str__(self) -> str:
        return self.to_body


class Decision(_Step):
    """决定."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    round = models.PositiveSmallIntegerField(default=1, db_default=1)
    granted = models.BooleanField()
    reason = EncryptedText()
    remedies = models.TextField(blank=True)
    deemed = models.BooleanField(default=False, db_default=False)
    """视为准予: the law of the item takes silence for consent, and nobody decided in time."""
    above = models.CharField(max_length=200, blank=True, default="", db_default="")
    """After a 转报: who decided above, and the number of the document."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "round"], name="decision_once_a_round")]
        indexes = [models.Index(fields=["at"], name="decision_by_time")]

    def __str__(self) -> str:
        return "granted" if self.granted else "refused"


class RuleEvaluation(models.Model):
    """秒批: one evaluation of the edition's decision table, explained line by line; replayable from the edition and the case."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="rule_evaluations")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=[("granted", "准予"), ("refused", "不予"), ("manual", "转人工")])
    rule = models.CharField(max_length=40, blank=True)
    """The rule that decided; empty when none did, or a source was not trusted."""
    explained = EncryptedJson()
    """The facts with their sources, and for each rule whether it held and why not."""

    def __str__(self) -> str:
        return self.outcome


class Termination(_Step):
    """终止办理."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="terminations")
    round = models.PositiveSmallIntegerField(default=1, db_default=1)
    ground = models.CharField(max_length=20)
    reason = EncryptedText()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "round"], name="termination_once_a_round")]

    def __str__(self) -> str:
        return self.ground


class Making(_Step):
    """制证: the result is ready to be handed over on paper."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="makings")
    round = models.PositiveSmallIntegerField(default=1, db_default=1)
    note = models.CharField(max_length=100, blank=True)
    """E.g. the number printed on the blank."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "round"], name="making_once_a_round")]

    def __str__(self) -> str:
        return str(self.at)


class Delivery(_Step):
    """送达."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="deliveries")
    round = models.PositiveSmallIntegerField(default=1, db_default=1)
    channel = models.CharField(max_length=10)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "round"], name="delivery_once_a_round")]

    def __str__(self) -> str:
        return self.channel


COMMITMENTS = {
    "provision": "容缺受理",
    "later": "容缺后补",
    "fact_pledge": "证明事项告知承诺",
    "licence_pledge": "涉企经营许可告知承诺",
}


class Commitment(_Step):
    """承诺: what the applicant undertook so that the body accepted or decided at once: to supply papers by a day (容缺), or
    that a fact or the conditions are as the law wants them (告知承诺), which is verified afterwards."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="commitments")
    number = models.PositiveSmallIntegerField()
    """1, 2 … of the case; its clock's round."""
    kind = models.CharField(max_length=16, choices=list(COMMITMENTS.items()))
    materials = models.JSONField(default=list)
    """Keys of the materials it stands for."""
    text = EncryptedText()
    """The words that were signed: what is undertaken, until when, and what follows if it isn't kept."""
    due_on = models.DateField(null=True)
    state = models.CharField(
        max_length=10, default="open",
        choices=[
            ("open", "履行中"), ("ordered", "责令限期改正"), ("kept", "已履行"), ("broken", "未履行"),
            ("withdrawn", "申请人已撤回"), ("void", "不再适用"),
        ],
    )  # fmt: skip
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=80, blank=True)
    note = EncryptedText(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="commitment_number")]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(state__in=["open", "ordered"]), name="commitment_due"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class Amendment(_Step):
    """更正: what was written wrongly in a decision or notice, and what it should say."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="amendments")
    was = EncryptedText()
    becomes = EncryptedText()
    reason = EncryptedText()

    def __str__(self) -> str:
        return str(self.at)


class Revocation(_Step):
    """撤销 of the decision (《行政许可法》第六十九条)."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="revocations")
    round = models.PositiveSmallIntegerField(default=1, db_default=1)
    ground = models.CharField(max_length=20)
    reason = EncryptedText()
    document = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "round"], name="revocation_once_a_round")]

    def __str__(self) -> str:
        return self.ground


class Reopening(_Step):
    """重新办理: on what order a case that had ended is handled again."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="reopenings")
    round = models.PositiveSmallIntegerField()
    """The round that begins."""
    ground = models.CharField(max_length=20)
    document = models.CharField(max_length=200, blank=True)
    reason = EncryptedText()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "round"], name="reopening_begins_a_round")]

    def __str__(self) -> str:
        return self.ground


class Withdrawal(_Step):
    """撤回."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="withdrawal")
    reason = EncryptedText(default="")

    def __str__(self) -> str:
        return str(self.at)


class CaseMessage(models.Model):
    """留言 between the applicant and who handles the case."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="messages")
    from_staff = models.BooleanField()
    text = EncryptedText()
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=80)
    by_post = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    """When the other side opened it."""

    class Meta:
        indexes = [
            models.Index(fields=["application", "from_staff"], condition=Q(read_at=None), name="case_message_unread")
        ]

    def __str__(self) -> str:
        return str(self.at)


class UsualTime(models.Model):
    """多久办结: working days from acceptance to decision at one body for one item over the last 90 days. Made anew every day."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    cases = models.PositiveIntegerField()
    half = models.PositiveSmallIntegerField()
    """Half of the cases were decided within so many working days; 0: on the same day."""
    most = models.PositiveSmallIntegerField()
    """Nine out of ten."""
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "body"], name="usual_time_once")]

    def __str__(self) -> str:
        return f"{self.half}–{self.most}"


class MandateQuerySet(models.QuerySet["Mandate"]):
    def visible_to(self, actor: Actor) -> MandateQuerySet:
        """Those of the bodies for which the actor may give them."""
        bodies = [post.body_id for post in actor.posts_for("mandate.grant") if post.body_id is not None]
        return self.filter(body_id__in=bodies)

    def in_force(self, moment: datetime) -> MandateQuerySet:
        return self.filter(revoked_at=None, from_at__lte=moment, until_at__gt=moment)

    def of_window(self, actor: Actor) -> MandateQuerySet:
        """Those that name this clerk, or the hall they serve."""
        halls = [post.hall_id for post in actor.window_posts if post.hall_id is not None]
        return self.filter(Q(account_id=actor.account_id) | Q(hall_id__in=halls))


class Mandate(models.Model):
    """授权书 (即审即办): the body lets a window, or one person at it, accept or decide named items in its name, for a period."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    hall = models.ForeignKey(Hall, null=True, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    item_codes = models.JSONField()
    """基本编码 of the items."""
    acts = models.JSONField()
    """Of `mandated.ACTS`."""
    document = models.CharField(max_length=100)
    """文号 of the paper."""
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    granted_by = models.CharField(max_length=80)
    granted_at = models.DateTimeField()
    revoked_by = models.CharField(max_length=80, blank=True)
    revoked_at = models.DateTimeField(null=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(hall=None, account__isnull=False) | Q(hall__isnull=False, account=None),
                name="mandate_of_one",
            ),
            models.CheckConstraint(condition=Q(until_at__gt=F("from_at")), name="mandate_period"),
        ]
        indexes = [models.Index(fields=["body", "-id"], name="mandate_of_body")]

    def __str__(self) -> str:
        return self.document


class Draft(models.Model):
    """草稿: what was typed so far; saved on every page, resumed on any device. Its id is the idempotency key."""

    public_id = models.UUIDField(unique=True, default=uuid.uuid4)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="+")
    applicant = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    """At the counter: the person the clerk files for; under a power the principal."""
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="+")
    power = models.ForeignKey(PowerOfAttorney, null=True, on_delete=models.PROTECT, related_name="+")
    content = EncryptedJson(default=dict)
    """{"answers": …, "form": …, "materials": {key: file id or "pledge"}}, all as typed; once the guide was replaced also
    "carried": {"version": …, "dropped": [[label, text, why]], "asked_anew": [label]}; "pledged", once chosen; for a 补录
    "back_entry": {"on": …, "at": …, "reason": …}; at a window "taken": {key: what was said of it}; "reused": {key: {"file",
    "number", "key"}} where a material comes from an earlier case and the file still is that one."""
    updated_at = models.DateTimeField()
    submitted_number = models.CharField(max_length=50, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["account", "-updated_at"], condition=Q(submitted_number=""), name="draft_open_of_account"
            ),
            models.Index(fields=["updated_at"], condition=Q(submitted_number=""), name="draft_open_by_age"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    def subject(self, key: str) -> str:
        """What pages put together for one material are called (files.Sheaf)."""
        return f"draft/{self.public_id}/{key}"
