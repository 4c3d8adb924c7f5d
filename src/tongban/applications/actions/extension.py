"""延长办理期限 (《行政许可法》第四十二条): asked for with a reason, approved once by the right head, told to the applicant."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongban.applications import rules
from tongban.applications.actions import common
from tongban.applications.events import Extended, ExtensionAsked, ExtensionDeclined
from tongban.applications.models import Application, Extension
from tongban.flow import actions as flow
from tongban.flow import rules as clocks
from tongban.identity.actors import Actor
from tongban.identity.roles import Act as Power
from tongban.kernel import journal
from tongban.kernel.refusals import Conflict, Forbidden


@transaction.atomic
def ask_extension(
    number: str, *, days: int, reason: str, by: Actor, now: datetime, seen: int | None = None
) -> Application:
    """Who reviews asks; the applicant will read the reason. Once a round: one that was declined may be asked for again."""
    application = common.locked(number, by=by, seen=seen)
    by = common.must(application, "application.review", by=by, now=now)
    joint = application.edition.document.joint
    rules.check_extension(days, joint=joint)
    reason = rules.check_reason(reason, field="reason", what="延长期限的理由")
    common.advance(application, rules.Act.ASK_EXTENSION)
    earlier = (
        Extension.objects.filter(application=application, round=application.round).exclude(state="declined").first()
    )
    if earlier:
        raise Conflict(
            "extension_asked" if earlier.state == "asked" else "extended_already",
            "延长期限的申请正在等待批准" if earlier.state == "asked" else "办理期限已经延长过一次，不能再次延长",
            "《行政许可法》第四十二条：只能延长一次",
        )
    Extension.objects.create(
        application=application, round=application.round, days=days, reason=reason, state="asked",
        by=by.who, by_post=by.post, at=now,
    )  # fmt: skip
    common.save(application)
    due_on = application.statutory_on or application.promised_on
    common.await_act(application, head_for(joint), due_on=due_on, near_on=None, now=now)
    journal.record(ExtensionAsked(number=application.number, days=days), by=by, now=now)
    return application


def head_for(joint: bool) -> Power:
    """Who approves: the head of the body; for joint handling that of the government."""
    return "application.extend_joint" if joint else "application.extend"


@transaction.atomic
def extend(number: str, *, by: Actor, now: datetime, seen: int | None = None) -> Application:
    """批准: both clocks that run get so many working days more."""
    application, asked = _asked(number, rules.Act.EXTEND, by=by, now=now, seen=seen)
    dates = flow.extend_clocks(application.number, extension=clocks.Limit(asked.days), now=now)
    application.promised_on, application.statutory_on = dates.promised_on, dates.statutory_on
    _settle(application, asked, "approved", "", by=by, now=now)
    due_on = dates.promised_on or dates.statutory_on
    flow.move_tasks(application.number, acts=common.TIMED_BY_THE_DECISION, due_on=due_on, near_on=dates.near_on)
    promised, statutory = (str(day) if day else None for day in (dates.promised_on, dates.statutory_on))
    journal.record(
        Extended(number=application.number, days=asked.days, promised_on=promised, statutory_on=statutory),
        by=by,
        now=now,
    )
    return application


@transaction.atomic
def decline_extension(number: str, *, answer: str, by: Actor, now: datetime, seen: int | None = None) -> Application:
    """不批准: the limit stays as it is."""
    application, asked = _asked(number, rules.Act.DECLINE_EXTENSION, by=by, now=now, seen=seen)
    answer = rules.check_reason(answer, field="answer", what="不批准的理由")
    _settle(application, asked, "declined", answer, by=by, now=now)
    journal.record(ExtensionDeclined(number=application.number), by=by, now=now)
    return application


def _asked(number: str, act: rules.Act, *, by: Actor, now: datetime, seen: int | None) -> tuple[Application, Extension]:
    application = common.locked(number, by=by, seen=seen)
    by = common.must(application, head_for(application.edition.document.joint), by=by, now=now)
    common.advance(application, act)
    asked = Extension.objects.filter(application=application, round=application.round, state="asked").first()
    if asked is None:
        raise Conflict("extension_not_asked", "这个办件没有待批准的延期申请", "请先由审查人提出并说明理由")
    if asked.by == by.who:
        raise Forbidden("second_person", "不能批准自己提出的延期", "请由本机关负责人批准")
    return application, asked


def _settle(application: Application, asked: Extension, state: str, answer: str, *, by: Actor, now: datetime) -> None:
    asked.state, asked.answer, asked.settled_by, asked.settled_at = state, answer, by.who, now
    asked.save(update_fields=["state", "answer", "settled_by", "settled_at"])
    common.save(application, "promised_on", "statutory_on")
    flow.close_tasks(application.number, head_for(application.edition.document.joint), by=by, now=now)
