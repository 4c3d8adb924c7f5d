"""会签 and 征求意见: other bodies are asked, answer in time or late, or say nothing and the silence rule has its effect."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime

from django.db import Error, transaction
from django.db.models import F

from tongban.applications import queries, rules, step_rules
from tongban.applications.actions import common, stepping
from tongban.applications.events import Answered, AnswerWaived, KeptSilent
from tongban.applications.models import Application, StepAnswer
from tongban.flow import actions as flow
from tongban.identity.actors import Actor
from tongban.kernel import actors, journal
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Conflict, Refusal
from tongban.kernel.typed import normalise

log = logging.getLogger(__name__)


@transaction.atomic
def consult(
    number: str, key: str, *, body: str, question: str, days: int = step_rules.ANSWER_DAYS, by: Actor, now: datetime,
    seen: int | None = None,
) -> Application:  # fmt: skip
    """征求意见: ask one more body, by its name, with what it is asked and how long it has."""
    application = common.locked(number, by=by, seen=seen)
    by = common.must(application, "application.review", step=key, by=by, now=now)
    rules.step(application.status, rules.Act.RECORD)
    row = stepping.open_step(application, key)
    if row.kind != "consultation":
        raise Conflict("step_asks_nobody", f"环节“{row.name}”不是征求意见", "会签的部门由办事指南写明，不能临时增减")
    name = rules.check_words(body, field="body", what="征求哪个部门的意见")[:100]
    question = rules.check_reason(question, field="question", what="要对方就什么提出意见")
    step_rules.check_answer_days(days)
    if row.answers.filter(body_name=name).exists():
        raise Conflict("asked_already", f"已经征求过{name}的意见", "请等对方答复，或打电话催办")
    step = {one.key: one for one in step_rules.steps_of(application.edition.document)}[key]
    stepping.may_go_on(application, rules.Act.RECORD)
    stepping.ask(application, row, step, [name], question=question, days=days, by=by, now=now)
    return application


@transaction.atomic
def respond(
    number: str, key: str, *, agrees: bool, opinion: str, by: Actor, now: datetime, seen: int | None = None
) -> StepAnswer:
    """A body that was asked answers. A late answer is kept and marked late; what silence had led to stands."""
    asked = StepAnswer.objects.visible_to(by).filter(
        step__application__number=normalise(number),
        step__key=key.replace("\0", ""),
        step__returned=False,
    )
    if not asked.exists():
        queries.case(number, by=by)  # NotFound for who may not know of it
        step_rules.check_asked(False)
    application = common.locked_by_system(normalise(number))
    rules.check_version(application.version, seen)
    common.not_one_s_own(application, by=by)
    rules.step(application.status, rules.Act.RESPOND)
    answer = (
        asked.select_for_update(of=("self",))
        .select_related("step")
        .order_by(F("at").asc(nulls_first=True), "pk")
        .first()
    )
    if answer is None:
        raise queries.unknown()
    common.must_be_free(application, "application.respond", step=stepping.task_of(answer), by=by, now=now)
    _write(application, answer, agrees=agrees, opinion=opinion, by=by, now=now)
    return answer


@transaction.atomic
def enter_answer(
    number: str, key: str, *, body: str, agrees: bool, opinion: str, by: Actor, now: datetime, seen: int | None = None
) -> Application:
    """The answer of a body that is not on this platform, from its letter, by who handles the case."""
    application = common.locked(number, by=by, seen=seen)
    by = common.must(application, "application.review", step=key, by=by, now=now)
    rules.step(application.status, rules.Act.RECORD)
    row = stepping.open_step(application, key)
    body = rules.check_words(body, field="body", what="哪个部门的答复")
    answer = row.answers.select_for_update().filter(body_name=body).first()
    if answer is None:
        raise Refusal("body_not_asked", "没有征求过这个部门的意见", "请从列出的部门中选", "body")
    if answer.body_id is not None:
        raise Conflict("body_answers_itself", f"{body}在本平台上，由对方自己答复", "可以打电话催办")
    _write(application, answer, agrees=agrees, opinion=opinion, by=by, now=now, act=rules.Act.RECORD)
    return application


@transaction.atomic
def go_without(
    number: str, key: str, *, body: str, reason: str, by: Actor, now: datetime, seen: int | None = None
) -> Application:
    """The head of the body that handles the case no longer waits for an answer that was escalated and never came.

    Should it come all the same, it is kept, and marked late.
    """
    application = common.locked(number, by=by, seen=seen)
    common.not_one_s_own(application, by=by)
    by = by.must("application.urge", body_id=application.body_id, region_path=application.region_path)
    row = stepping.open_step(application, key)
    body = rules.check_words(body, field="waived_body", what="不再等待哪个部门")
    answer = row.answers.unwaited().select_for_update().filter(body_name=body).first()
    step_rules.check_may_waive(answer is not None)
    assert answer is not None  # noqa: S101 - checked
    answer.waived_reason = rules.check_reason(reason, field="waiver_reason", what="不再等待的理由")
    answer.waived_by, answer.waived_at = by.who, now
    answer.save(update_fields=["waived_reason", "waived_by", "waived_at"])
    stepping.may_go_on(application, rules.Act.RECORD)
    journal.record(AnswerWaived(number=application.number, step=key, body=answer.body_name), by=by, now=now)
    return application


def _write(
    application: Application, answer: StepAnswer, *, agrees: bool, opinion: str, by: Actor, now: datetime,
    act: rules.Act = rules.Act.RESPOND,
) -> None:  # fmt: skip
    opinion = rules.check_words(opinion, field="opinion", what="意见") if agrees else rules.check_reason(
        opinion, field="opinion", what="不同意的理由和依据"
    )  # fmt: skip
    step_rules.check_unanswered(answer.at is not None)
    late = answer.due_on is not None and date_of(now) > answer.due_on
    answer.agrees, answer.opinion, answer.late = agrees, opinion, late
    answer.by, answer.by_post, answer.at = by.who, by.post, now
    answer.save(update_fields=["agrees", "opinion", "late", "by", "by_post", "at"])
    stepping.may_go_on(application, act)
    flow.close_step_tasks(application.number, stepping.task_of(answer), by=by, now=now)
    journal.record(
        Answered(
            number=application.number, step=answer.step.key, kind=answer.step.kind, body=answer.body_name,
            agrees=agrees, late=late,
        ),
        by=by,
        now=now,
    )  # fmt: skip


# Silence


def sweep_silence(*, now: datetime) -> Iterator[StepAnswer]:
    """Every letter whose last day passed without an answer, as its edition says: no objection, or on to the body's head."""
    after = 0
    while page := list(
        StepAnswer.objects.silent().filter(due_on__lt=date_of(now), pk__gt=after)
        .order_by("pk").values_list("pk", "step__application__number")[:200]
    ):  # fmt: skip
        for pk, number in page:
            try:
                answer = keep_silent(pk, number, now=now)
            except (Refusal, Error):
                log.exception("the silence of answer %s of %s could not be acted on", pk, number)
                continue
            if answer:
                yield answer
        after = page[-1][0]


@transaction.atomic
def keep_silent(pk: int, number: str, *, now: datetime) -> StepAnswer | None:
    """The effect of one silence. None when it was answered meanwhile, or the case has moved on."""
    application = common.locked_by_system(number)
    answer = (
        StepAnswer.objects.silent().select_for_update(of=("self",)).select_related("step", "body").filter(pk=pk).first()
    )
    if answer is None or answer.due_on is None or date_of(now) <= answer.due_on:
        return None
    if not rules.may_follow(application.status, rules.Act.RESPOND):
        return None
    answer.silent_at = now
    answer.save(update_fields=["silent_at"])
    stepping.may_go_on(application, rules.Act.RESPOND)
    if answer.silence == "escalated" and answer.body:
        flow.open_task(
            application.number, act="application.urge", step=stepping.task_of(answer), title=application.title,
            body_id=answer.body.pk, region_path=application.region_path, due_on=date_of(now), near_on=None, now=now,
        )  # fmt: skip
    journal.record(
        KeptSilent(number=application.number, step=answer.step.key, body=answer.body_name, effect=answer.silence),
        by=actors.system("silence"),
        now=now,
    )  # fmt: skip
    return answer
