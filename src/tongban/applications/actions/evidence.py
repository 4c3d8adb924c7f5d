"""What a step leaves on record before it is concluded: 现场核查, 专家评审, 听证, each with its papers and photos."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tongban.applications import rules, step_rules
from tongban.applications.actions import stepping
from tongban.applications.events import (
    ExpertAnswered,
    ExpertNamed,
    ExpertRecused,
    HearingCalled,
    HearingRecorded,
    Inspected,
)
from tongban.applications.models import (
    Application,
    CaseStep,
    Expert,
    HearingRequest,
    HearingSession,
    Inspection,
    Review,
    StepFile,
)
from tongban.files.models import StoredFile
from tongban.flow import actions as flow
from tongban.flow import rules as clocks
from tongban.identity.actors import Actor
from tongban.identity.models import StaffPost
from tongban.identity.roles import ROLES
from tongban.identity.roles import Act as Power
from tongban.kernel import calendar, journal
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Conflict, NotFound, Refusal


@dataclass(frozen=True)
class Findings:
    """What was found on site."""

    place: str
    inspected_at: datetime
    colleagues: Collection[int]
    """Accounts of those who were there beside the one who writes."""
    record: str
    passes: bool
    present: str = ""
    """Who was there for the applicant."""


@transaction.atomic
def inspect(
    number: str, key: str, found: Findings, *, photos: Collection[StoredFile] = (), by: Actor, now: datetime,
    seen: int | None = None,
) -> Application:  # fmt: skip
    """现场核查 by two or more (《行政许可法》第三十四条第三款), written down by one who was there."""
    application, row, by = stepping.begin(number, key, "inspection", by=by, now=now, seen=seen)
    inspectors = [by.who, *(f"staff:{pk}" for pk in sorted(set(found.colleagues)) if f"staff:{pk}" != by.who)]
    step_rules.check_inspectors(inspectors, by=by.who)
    _must_be_colleagues(application, found.colleagues, now=now)
    step_rules.check_inspected_at(found.inspected_at, opened_at=row.opened_at, now=now)
    place = rules.check_words(found.place, field="place", what="核查地点")[:200]
    record = rules.check_reason(found.record, field="record", what="核查到的情况")
    Inspection.objects.create(
        step=row, place=place, inspected_at=found.inspected_at, inspectors=inspectors,
        present=found.present.replace("\0", "").strip()[:100], record=record, passes=found.passes, by=by.who,
        by_post=by.post, at=now,
    )  # fmt: skip
    _keep(row, photos, by=by, now=now)
    stepping.may_go_on(application, rules.Act.RECORD)
    journal.record(
        Inspected(number=application.number, step=key, passes=found.passes, inspectors=tuple(inspectors)),
        by=by,
        now=now,
    )
    return application


def chairs(application: Application, *, now: datetime) -> list[StaffPost]:
    """Who may chair a hearing: those who review there, those who decide, and the head (《行政许可法》第四十八条)."""
    return _posts_with(application, "application.review", "application.extend", now=now)


def colleagues(application: Application, *, now: datetime) -> list[StaffPost]:
    """Who may go along to inspect for the body that handles the case: those who review there."""
    return _posts_with(application, "application.review", now=now)


def _posts_with(application: Application, *powers: Power, now: datetime) -> list[StaffPost]:
    roles = [key for key, role in ROLES.items() if role.acts & {*powers}]
    posts = StaffPost.objects.held_at(now).filter(body_id=application.body_id, role__in=roles)
    return list(posts.select_related("account__person").order_by("account_id", "pk"))


def _must_be_colleagues(application: Application, accounts: Collection[int], *, now: datetime) -> None:
    """Of the body, in a post that reviews, and not the applicant (回避)."""
    there = {post.account_id: post.account for post in colleagues(application, now=now)}
    if set(accounts) - set(there):
        raise Refusal("inspector_unknown", "核查人员要是本部门有审查权限的工作人员", "请从列出的同事中选", "inspectors")
    if any(there[pk].person_id == application.person_id for pk in accounts if there[pk].person_id):
        raise Refusal("own_case", "申请人本人不能参加核查，应当回避", "请另选一位同事", "inspectors")


# 专家评审


@transaction.atomic
def name_expert(
    number: str, key: str, *, name: str, unit: str, by: Actor, now: datetime, seen: int | None = None
) -> Application:
    """确定一位评审专家."""
    application, row, by = stepping.begin(number, key, "expert", by=by, now=now, seen=seen)
    name = rules.check_words(name, field="name", what="专家姓名")[:60]
    unit = rules.check_words(unit, field="unit", what="专家的单位和职称")[:100]
    if row.experts.filter(name=name, unit=unit).exists():
        raise Conflict("expert_there", "这位专家已经在名单里", "不用重复登记")
    if name == application.person.name:
        raise Refusal("expert_is_applicant", "申请人本人不能做评审专家，应当回避", "请另请专家", "name")
    expert = Expert.objects.create(step=row, name=name, unit=unit, by=by.who, at=now)
    stepping.may_go_on(application, rules.Act.RECORD)
    journal.record(ExpertNamed(number=application.number, step=key, expert=expert.pk), by=by, now=now)
    return application


@transaction.atomic
def recuse_expert(
    number: str, key: str, expert: int, *, reason: str, by: Actor, now: datetime, seen: int | None = None
) -> Application:
    """专家回避: has an interest, or can't come; what they wrote doesn't count."""
    application, row, by = stepping.begin(number, key, "expert", by=by, now=now, seen=seen)
    one = _expert(row, expert)
    one.recused = rules.check_reason(reason, field="reason", what="回避的原因")
    one.save(update_fields=["recused"])
    stepping.may_go_on(application, rules.Act.RECORD)
    journal.record(ExpertRecused(number=application.number, step=key, expert=one.pk), by=by, now=now)
    return application


@transaction.atomic
def enter_opinion(
    number: str, key: str, expert: int, *, passes: bool, opinion: str, papers: Collection[StoredFile] = (), by: Actor,
    now: datetime, seen: int | None = None,
) -> Application:  # fmt: skip
    """专家的书面意见, as they signed it."""
    application, row, by = stepping.begin(number, key, "expert", by=by, now=now, seen=seen)
    one = _expert(row, expert)
    if one.recused:
        raise Conflict("expert_recused", f"{one.name}已经回避，意见不作数", "请另请专家")
    if one.answered_at:
        raise Conflict("expert_answered", f"{one.name}已经提交意见", "不能改写已经登记的意见")
    one.opinion = rules.check_reason(opinion, field="opinion", what="专家意见")
    one.passes, one.answered_at = passes, now
    one.save(update_fields=["opinion", "passes", "answered_at"])
    _keep(row, papers, by=by, now=now)
    stepping.may_go_on(application, rules.Act.RECORD)
    journal.record(ExpertAnswered(number=application.number, step=key, expert=one.pk, passes=passes), by=by, now=now)
    return application


def _expert(row: CaseStep, pk: int) -> Expert:
    one = row.experts.select_for_update().filter(pk=pk).first()
    if one is None:
        raise NotFound("expert_unknown", "名单里没有这位专家", "请从名单中选")
    return one


# 听证


@transaction.atomic
def call_hearing(
    number: str, key: str, *, held_at: datetime, place: str, chair: int, by: Actor, now: datetime,
    seen: int | None = None,
) -> Application:  # fmt: skip
    """听证通知: time and place, told seven working days ahead; chaired by somebody who does not review the case."""
    application, row, by = stepping.begin(number, key, "hearing", by=by, now=now, seen=seen)
    place = rules.check_words(place, field="place", what="听证地点")[:200]
    working, today = calendar.current(), date_of(now)
    step_rules.check_hearing_near(held_at, now=now)
    step_rules.check_told_ahead(clocks.days_left(today, date_of(held_at), working))
    posts = StaffPost.objects.held_at(now).filter(account_id=chair, body_id=application.body_id)
    if not posts.exists():
        raise Refusal("chair_unknown", "听证主持人要是本部门的工作人员", "请从列出的同事中选", "chair")
    reviewed = Review.objects.filter(application=application, round=application.round).values_list("by", flat=True)
    step_rules.check_chair(f"staff:{chair}", {*reviewed, by.who})
    if HearingSession.objects.filter(step=row).exists():
        raise Conflict("hearing_called", "听证已经通知过", "要改期的，请退回这个环节后重新通知")
    HearingSession.objects.create(
        step=row, held_at=held_at, place=place, chair=f"staff:{chair}", told_at=now, told_by=by.who
    )
    stepping.may_go_on(application, rules.Act.RECORD)
    journal.record(HearingCalled(number=application.number, step=key, held_at=held_at.isoformat()), by=by, now=now)
    return application


@transaction.atomic
def record_hearing(
    number: str, key: str, *, record: str, passes: bool, papers: Collection[StoredFile] = (), by: Actor, now: datetime,
    seen: int | None = None,
) -> Application:  # fmt: skip
    """听证笔录: what was said; the decision rests on it (《行政许可法》第四十八条第二款). What the applicant asked for is held."""
    application, row, by = stepping.begin(number, key, "hearing", by=by, now=now, seen=seen)
    one = HearingSession.objects.select_for_update().filter(step=row).first()
    if one is None:
        raise Conflict("hearing_not_called", "听证还没有通知", "请先登记听证的时间、地点和主持人")
    if one.recorded_at:
        raise Conflict("hearing_recorded", "听证笔录已经登记", "不能改写已经登记的笔录")
    step_rules.check_heard_already(one.held_at, now=now)
    one.record = rules.check_reason(record, field="record", what="听证笔录的要点")
    one.passes, one.recorded_at, one.recorded_by = passes, now, by.who
    one.save(update_fields=["record", "passes", "recorded_at", "recorded_by"])
    _keep(row, papers, by=by, now=now)
    asked = HearingRequest.objects.filter(application=application, round=application.round, held_at=None)
    if asked.update(held_at=one.held_at):
        flow.stop(application.number, "hearing", now=now)
        flow.close_tasks(application.number, "application.suspend", by=by, now=now)
    stepping.may_go_on(application, rules.Act.RECORD)
    journal.record(HearingRecorded(number=application.number, step=key, passes=passes), by=by, now=now)
    return application


# Papers


def _keep(row: CaseStep, files: Collection[StoredFile], *, by: Actor, now: datetime) -> None:
    if any(file.uploaded_by != by.who for file in files):
        raise Refusal("file_unknown", "有文件不存在，或不是您上传的", "请重新上传", "photos")
    StepFile.objects.bulk_create([StepFile(step=row, file=file, by=by.who, at=now) for file in files])
