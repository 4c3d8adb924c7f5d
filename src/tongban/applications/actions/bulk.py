"""批量: like cases done one after another, each in its own transaction and with its own outcome. Never a refusal of an application.

A form that is sent twice does nothing twice: its key stands with each task.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tongban.applications import queries, rules
from tongban.applications.actions import common, outcome, stepping
from tongban.applications.models import Application, Review
from tongban.flow import listing
from tongban.flow import rules as holding
from tongban.identity.actors import Actor
from tongban.kernel import idempotency
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Conflict, Refusal
from tongban.kernel.typed import normalise

MOST = 50


@dataclass(frozen=True)
class Key:
    """How a form names a task; `version`: of the case as it was shown, where that matters."""

    number: str
    act: str
    step: str = ""
    version: int | None = None

    def __str__(self) -> str:
        return f"{self.number}/{self.act}/{self.step}"


@dataclass(frozen=True)
class Outcome:
    """What became of one: done, done by the same form before, or refused with a reason."""

    key: Key
    done: bool
    reason: str = ""
    hint: str = ""


def keys_of(sent: Sequence[str]) -> list[Key]:
    """As forms send them. Raises Refusal for none, or too many."""
    found: dict[str, Key] = {}
    for one in sent:
        number, _, rest = one.replace("\0", "").partition("/")
        act, _, step = rest.partition("/")
        if number and act:
            found[one] = Key(normalise(number)[:50], act[:40], step[:60])
    if not found:
        raise Refusal("nothing_ticked", "还没有勾选待办", "请先在列表里勾选", "task")
    if len(found) > MOST:
        raise Refusal("ticked_many", f"一次最多办 {MOST} 件", "请分几次办", "task")
    return list(found.values())


def each(
    keys: Sequence[Key], verb: Callable[[Key], object], *, kind: str, form: str = "", by: Actor, now: datetime
) -> list[Outcome]:
    """Carry the verb out for one after another; `form`: the key of the form, once for each task."""
    return [_one(key, verb, kind=kind, form=form, by=by, now=now) for key in keys]


def _one(key: Key, verb: Callable[[Key], object], *, kind: str, form: str, by: Actor, now: datetime) -> Outcome:
    try:
        with transaction.atomic():
            if form and _sent_before(key, kind=kind, form=form, by=by, now=now):
                return Outcome(key, True, "已经办过，没有重复办理")
            verb(key)
    except Refusal as refusal:
        return Outcome(key, False, refusal.reason, refusal.hint)
    return Outcome(key, True)


def _sent_before(key: Key, *, kind: str, form: str, by: Actor, now: datetime) -> bool:
    digest = idempotency.request_hash(str(key)).hex()[:24]
    found = idempotency.claim(
        actor=by.who, route=f"desk.{kind}", key=f"{form[:64]}-{digest}", request=idempotency.request_hash(kind, str(key)),
        reference=key.number, now=now,
    )  # fmt: skip
    return found is not None


# 一并准予


@dataclass(frozen=True)
class Candidate:
    """A case as it would be granted, or why not."""

    key: Key
    title: str
    applicant: str
    item: int
    opinion: str = ""
    """Of the last review."""
    against: str = ""


def candidates(keys: Sequence[Key], *, by: Actor, now: datetime) -> list[Candidate]:
    """Each looked at by the very rules of the decision, so one after another; `MOST` at most."""
    found = [_candidate(key, by=by, now=now) for key in keys]
    alike = next((one.item for one in found if not one.against), None)
    return [
        one if one.against or one.item == alike else _against(one, "与前面的办件不是同一事项、同一环节，请分开办")
        for one in found
    ]


def _candidate(key: Key, *, by: Actor, now: datetime) -> Candidate:
    try:
        application = queries.case(key.number, by=by)
    except Refusal as refusal:
        return Candidate(key, "", "", 0, against=refusal.reason)
    given = _reviews(application)
    made = Candidate(
        key=Key(application.number, key.act, key.step, application.version),
        title=application.title,
        applicant=application.organisation.name if application.organisation else application.person.name,
        item=application.edition.item_id,
        opinion=given[-1].opinion if given else "",
    )
    try:
        _must_be_plain(application, key, given)
        common.not_one_s_own(application, by=by)
        by.must(
            "application.decide", body_id=application.body_id, region_path=application.region_path,
            item=application.edition.item.code,
        )  # fmt: skip
        _must_be_free(application, by=by, now=now)
        outcome.check_may_decide(application, by=by)
        stepping.check_carried(application)
    except Refusal as refusal:
        return _against(made, refusal.reason)
    return made


def _against(one: Candidate, reason: str) -> Candidate:
    return Candidate(one.key, one.title, one.applicant, one.item, one.opinion, reason)


def _reviews(application: Application) -> list[Review]:
    given = Review.objects.filter(application=application, round=application.round)
    return list(given.order_by("at", "pk"))


def _must_be_plain(application: Application, key: Key, given: Sequence[Review]) -> None:
    """Only what was reviewed to the end, with nothing against it, is granted among others."""
    if key.act != "application.decide" or application.status != rules.State.REVIEWED:
        raise Conflict("not_to_decide", f"现在是“{application.status.label}”，不在待决定", "请打开办件办理")
    if not given or not all(one.passes for one in given):
        raise Conflict("not_plain", "审查意见里有不同意的，要逐件决定", "请打开办件办理")


def _must_be_free(application: Application, *, by: Actor, now: datetime) -> None:
    """As the verb's guard has it, without a lock."""
    lines = listing.of_subject(application.number, today=date_of(now))
    holders = [line.held_by for line in lines if line.act == "application.decide"]
    if not holding.free_for(holders, by.account_id, by.stands_in_for):
        raise Conflict("task_held", "由另一位同事办理，您没有认领", "请同事转交，或由部门负责人指派")


def grant_alike(keys: Sequence[Key], *, opinion: str, form: str, by: Actor, now: datetime) -> Iterator[Outcome]:
    """准予 one after another with one opinion; what the preview would have left out is left out again, with why.

    Each is looked at in its own transaction, after it was locked; a case that changed since it was shown is not granted.
    """
    opinion = rules.check_reason(opinion, field="opinion", what="决定的意见")
    item: list[int] = []

    def grant(key: Key) -> None:
        application = common.locked(key.number, by=by, seen=key.version)
        _must_be_plain(application, key, _reviews(application))
        if item and item[0] != application.edition.item_id:
            raise Conflict("not_alike", "与前面的办件不是同一事项、同一环节，请分开办", "请另勾选同一事项的办件")
        outcome.decide(application.number, granted=True, reason=opinion, by=by, now=now, seen=key.version)
        item[:] = item or [application.edition.item_id]

    for key in keys:
        yield _one(key, grant, kind="grant", form=form, by=by, now=now)
