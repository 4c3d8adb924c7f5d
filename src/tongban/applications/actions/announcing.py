"""公示: put up from a day to a day; the public objects until its end, and each objection is looked into."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tongban.applications import rules, step_rules
from tongban.applications.actions import common, stepping
from tongban.applications.events import NoticePublished, ObjectionAnswered, ObjectionReceived
from tongban.applications.models import Application, CaseStep, NoticeObjection, PublicNotice
from tongban.identity.actors import Actor
from tongban.identity.models import Person
from tongban.kernel import journal
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Conflict, NotFound


@transaction.atomic
def publish_notice(
    number: str, key: str, *, text: str, from_on: date, until_on: date, by: Actor, now: datetime,
    seen: int | None = None,
) -> Application:  # fmt: skip
    """公示 from a day to a day; the public may object until its end."""
    application, row, by = stepping.begin(number, key, "notice", by=by, now=now, seen=seen)
    if PublicNotice.objects.filter(step=row).exists():
        raise Conflict("notice_there", "这个环节已经公示", "要改内容的，请退回这个环节后重新公示")
    text = rules.check_reason(text, field="text", what="公示的内容")
    step_rules.check_notice_days(from_on, until_on, today=date_of(now))
    PublicNotice.objects.create(step=row, text=text, from_on=from_on, until_on=until_on, by=by.who, at=now)
    stepping.may_go_on(application, rules.Act.RECORD)
    journal.record(
        NoticePublished(
            number=application.number, step=key, from_on=from_on.isoformat(), until_on=until_on.isoformat()
        ),
        by=by,
        now=now,
    )  # fmt: skip
    return application


@transaction.atomic
def receive_objection(
    number: str, key: str, *, who: str, text: str, by: Actor, now: datetime, seen: int | None = None
) -> Application:
    """公示期间收到的异议."""
    application, row, by = stepping.begin(number, key, "notice", by=by, now=now, seen=seen)
    notice = PublicNotice.objects.filter(step=row).first()
    if notice is None:
        raise Conflict("notice_missing", "这个环节还没有公示", "请先登记公示")
    step_rules.check_notice_runs(notice.from_on, notice.until_on, today=date_of(now))
    who = rules.check_words(who, field="who", what="谁提出的异议")[:200]
    text = rules.check_reason(text, field="text", what="异议的内容")
    NoticeObjection.objects.create(step=row, who=who, text=text, by=by.who, at=now)
    stepping.may_go_on(application, rules.Act.RECORD)
    journal.record(ObjectionReceived(number=application.number, step=key), by=by, now=now)
    return application


@transaction.atomic
def object_to(notice: UUID, *, text: str, by: Actor, now: datetime) -> PublicNotice:
    """异议 by one of the public, signed in, while the notice runs. Raises NotFound, Conflict, Refusal.

    Whoever handles the case has to answer it before the step can be concluded.
    """
    found = PublicNotice.objects.select_related("step__application").filter(public_id=notice).first()
    person = Person.objects.filter(pk=by.person_id).first() if by.person_id else None
    if found is None or person is None or by.is_staff:
        raise NotFound("notice_unknown", "没有这件公示，或者您不能提出异议", "请从公示公告打开，用个人账号登录")
    application = common.locked_by_system(found.step.application.number)
    row = CaseStep.objects.select_for_update().get(pk=found.step_id)
    step_rules.check_notice_runs(found.from_on, found.until_on, today=date_of(now))
    step_rules.check_running(row.returned or row.closed_at is not None)
    step_rules.check_objections(NoticeObjection.objects.filter(step=row, by=by.who).count())
    text = rules.check_reason(text, field="text", what="异议的内容")
    NoticeObjection.objects.create(step=row, who=person.name, text=text, by=by.who, at=now)
    stepping.may_go_on(application, rules.Act.RECORD)
    journal.record(ObjectionReceived(number=application.number, step=row.key), by=by, now=now)
    return found


@transaction.atomic
def answer_objection(
    number: str, key: str, objection: int, *, answer: str, by: Actor, now: datetime, seen: int | None = None
) -> Application:
    """How an objection was looked into."""
    application, row, by = stepping.begin(number, key, "notice", by=by, now=now, seen=seen)
    one = row.objections.select_for_update().filter(pk=objection).first()
    if one is None:
        raise NotFound("objection_unknown", "没有这件异议", "请刷新页面")
    if one.answered_at:
        raise Conflict("objection_answered", "这件异议已经处理", "请刷新页面")
    one.answer = rules.check_reason(answer, field="answer", what="核实处理的情况")
    one.answered_by, one.answered_at = by.who, now
    one.save(update_fields=["answer", "answered_by", "answered_at"])
    stepping.may_go_on(application, rules.Act.RECORD)
    journal.record(ObjectionAnswered(number=application.number, step=key), by=by, now=now)
    return application
