"""How a person can be reached, which texts apply, and what became of what was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from tongban.channels import queries as channels
from tongban.channels import rules as sending
from tongban.identity.actors import Actor
from tongban.identity.models import Person
from tongban.kernel import rows
from tongban.notices.kinds import Kind
from tongban.notices.models import CHANNELS, STATES, Delivery, Preference, Template
from tongban.notices.rules import Reach
from tongban.orgs.models import Body

SHAPES = {"ok": "●", "warn": "▲", "bad": "■"}
NOT_REALLY = "演示网关，没有真的发出"


def reach_of(person: Person) -> Reach:
    """A fixed telephone takes no SMS."""
    wish = next((one.wish for one in rows.find(Preference, {"person_id": person.pk})), None)
    return Reach(
        sms=person.phone.startswith("1") and channels.bounced("sms", person.phone) is None,
        mail=bool(person.mail) and channels.mail_is_open() and channels.bounced("mail", str(person.mail)) is None,
        wish=wish or "sms",
    )


def latest(kind: Kind, body_id: int | None) -> Template | None:
    """The newest version of exactly this body's, or of the general one."""
    where = Q(body_id=body_id) if body_id else Q(body=None)
    return Template.objects.filter(where, kind=kind.key).order_by("-version").first()


def latest_two(kind: Kind, body_id: int | None) -> tuple[Template | None, Template | None]:
    """The newest version of this body's own, and of the general one."""
    general = rows.find(Template, {"kind": kind.key, "body_id": None}, order="version")
    own = rows.find(Template, {"kind": kind.key, "body_id": body_id}, order="version") if body_id else []
    return own[-1] if own else None, general[-1] if general else None


def latest_of_all(body_id: int | None) -> dict[tuple[str, bool], Template]:
    """The newest version of every kind, general ones and this body's: (kind, whether it is the body's own)."""
    found = Template.objects.filter(Q(body=None) | Q(body_id=body_id)).order_by("kind", "body_id", "-version")
    return {(one.kind, one.body_id is not None): one for one in found.distinct("kind", "body_id")}


def versions(kind: Kind, body_id: int | None) -> QuerySet[Template]:
    where = Q(body_id=body_id) if body_id else Q(body=None)
    return Template.objects.filter(where, kind=kind.key).order_by("-version")


def worded_bodies(by: Actor) -> list[Body]:
    """The bodies whose own texts the actor writes."""
    own = [post.body_id for post in by.posts_for("notice.word") if post.role.scope == "body" and post.body_id]
    return list(Body.objects.filter(pk__in=own).order_by("pk"))


def words_for_all(by: Actor) -> bool:
    return any(post.role.scope == "region" for post in by.posts_for("notice.word"))


@dataclass(frozen=True)
class Told:
    """One line of 送达状态, in plain words."""

    title: str
    told_at: datetime
    channel: str
    state: str
    tone: str
    """As a tag's: ok, warn or bad."""
    at: datetime | None
    attempts: int
    next_at: datetime | None
    why: str

    @property
    def shown(self) -> str:
        """With its shape: colour alone says nothing."""
        return f"{SHAPES[self.tone]} {self.state}"


def told_of(subject: str, *, most: int = 50) -> list[Told]:
    """What was told of a case, and whether it arrived; the newest first. For those who may see the case."""
    found = Delivery.objects.filter(message__subject=subject).select_related("message", "sms", "mail")
    return [told(one) for one in found.order_by("-message_id", "-pk")[:most]]


def told(one: Delivery) -> Told:
    sent = one.sending
    state = sending.STATES[sent.state] if sent else STATES[one.state]
    if sent and sent.state == "queued" and sent.attempts:
        state = "没有发出，将再试"
    if one.failed_at and not sent:
        state = "没有发出"
    bad = sent.state in sending.ENDED_BADLY if sent else one.failed_at is not None
    good = one.state == "printed" or bool(sent and sent.state in ("sent", "delivered"))
    return Told(
        title=one.message.title, told_at=one.message.at, channel=CHANNELS[one.channel], state=state,
        tone="bad" if bad else "ok" if good else "warn",
        at=(sent.delivered_at or sent.sent_at) if sent else one.printed_at,
        attempts=sent.attempts if sent else 0, next_at=sent.next_at if sent else None,
        why=(sent.error if sent else "") or one.because or (NOT_REALLY if sent and sent.gateway == "fake" else ""),
    )  # fmt: skip
