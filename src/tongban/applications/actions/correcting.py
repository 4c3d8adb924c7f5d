"""一次性告知补正 (《行政许可法》第三十二条); the same gap a second time only with a reason of the head of the body."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tongban.applications import material_rules as law
from tongban.applications import queries, rules
from tongban.applications.actions import checking, common
from tongban.applications.actions.checking import Found
from tongban.applications.events import Corrected, CorrectionAsked, CorrectionDeclined
from tongban.applications.material_rules import Result
from tongban.applications.models import (
    Application,
    ApplicationMaterial,
    Correction,
    CorrectionRequest,
    MaterialVersion,
)
from tongban.flow import actions as flow
from tongban.flow import rules as clocks
from tongban.identity.actors import Actor
from tongban.kernel import journal
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Conflict


@dataclass(frozen=True)
class Gap:
    """What is wrong with one material: the check points that are not met, and a note in words."""

    points: Collection[str] = ()
    note: str = ""


@transaction.atomic
def correct(
    number: str, gaps: Mapping[str, Gap], *, found: Found | None = None, days: int = rules.CORRECTION_DAYS, by: Actor,
    now: datetime, seen: int | None = None,
) -> Application:  # fmt: skip
    """补正告知: everything that is missing or wrong, told once, in one notice, to be supplied within `days` working days.

    `found`: what else was found of the check points. Raises Conflict `asked_again` for what was told before.
    """
    application = common.locked(number, by=by, seen=seen)
    by = common.must(application, "application.correct", by=by, now=now)
    rules.step(application.status, rules.Act.CORRECT)
    given = _checked(application, gaps, found or {}, days)
    law.check_not_again(_again(application, gaps), {key: row.name for key, row in given.items()})
    common.advance(application, rules.Act.CORRECT)
    checking.keep(given, _results(gaps, found or {}), {key: gap.note for key, gap in gaps.items()}, by=by, now=now)
    _send(application, given, gaps, days=days, by=by, now=now)
    return application


@transaction.atomic
def ask_again(
    number: str, gaps: Mapping[str, Gap], *, reason: str, found: Found | None = None,
    days: int = rules.CORRECTION_DAYS, by: Actor, now: datetime, seen: int | None = None,
) -> Application:  # fmt: skip
    """报请再次要求补正: a notice in which something was told before waits for the head, whole; the five days run on."""
    application = common.locked(number, by=by, seen=seen)
    by = common.must(application, "application.correct", by=by, now=now)
    rules.step(application.status, rules.Act.ASK_AGAIN)
    given = _checked(application, gaps, found or {}, days)
    again = _again(application, gaps)
    if not again:
        raise Conflict("nothing_asked_again", "这些都没有告知过，直接告知补正就可以", "请按“一次性告知补正”")
    reason = rules.check_reason(reason, field="reason", what="再次要求补正的情况")
    waiting = CorrectionRequest.objects.filter(application=application, state="asked")
    waiting.exclude(round=application.round).update(state="void", settled_by=by.who, settled_at=now)
    if waiting.filter(round=application.round).exists():
        raise Conflict("correction_asked", "再次要求补正的申请正在等待部门负责人批准", "批准以后自动发出")
    common.advance(application, rules.Act.ASK_AGAIN)
    checking.keep(given, _results(gaps, found or {}), {key: gap.note for key, gap in gaps.items()}, by=by, now=now)
    CorrectionRequest.objects.create(
        application=application, round=application.round, days=days, reason=reason, state="asked",
        gaps={key: {"points": list(gap.points), "note": gap.note.strip()[:500]} for key, gap in gaps.items()},
        again=[[given[key].name, point] for key, point in sorted(again)], by=by.who, by_post=by.post, at=now,
    )  # fmt: skip
    common.save(application)
    common.await_act(
        application, "application.correct_again", due_on=queries.answer_due_on(application), near_on=None, now=now
    )
    journal.record(CorrectionAsked(number=application.number, points=len(again)), by=by, now=now)
    return application


@transaction.atomic
def correct_again(number: str, *, reason: str, by: Actor, now: datetime, seen: int | None = None) -> Application:
    """批准: the notice goes out as it was asked for, and says the head's reason."""
    application, asked = _asked(number, rules.Act.CORRECT_AGAIN, by=by, now=now, seen=seen)
    reason = rules.check_reason(reason, field="reason", what="再次要求补正的理由")
    given = {row.key: row for row in ApplicationMaterial.objects.filter(application=application).order_by("id")}
    gaps = {key: Gap(gap["points"], gap["note"]) for key, gap in asked.gaps.items()}
    notice = _send(application, given, gaps, days=asked.days, by=by, now=now, again=True)
    _settle(asked, "approved", reason, by=by, now=now, notice=notice)
    return application


@transaction.atomic
def decline_again(number: str, *, answer: str, by: Actor, now: datetime, seen: int | None = None) -> Application:
    """不批准: what lies there is judged as it is."""
    application, asked = _asked(number, rules.Act.DECLINE_AGAIN, by=by, now=now, seen=seen)
    answer = rules.check_reason(answer, field="answer", what="不批准的理由")
    _settle(asked, "declined", answer, by=by, now=now)
    common.save(application)
    flow.close_tasks(application.number, "application.correct_again", by=by, now=now)
    journal.record(CorrectionDeclined(number=application.number), by=by, now=now)
    return application


def _checked(
    application: Application, gaps: Mapping[str, Gap], found: Found, days: int
) -> dict[str, ApplicationMaterial]:
    """The materials of the case by key, when these are gaps and points of it. Raises Refusal."""
    rules.check_correction_days(days)
    rules.check_gaps({key: [*gap.points, *filter(None, [gap.note.strip()])] for key, gap in gaps.items()})
    given = {row.key: row for row in ApplicationMaterial.objects.filter(application=application).order_by("id")}
    checking.check_known(application, given, {key: gap.points for key, gap in gaps.items()})
    checking.check_known(application, given, {key: list(results) for key, results in found.items()})
    return given


def _results(gaps: Mapping[str, Gap], found: Found) -> Found:
    """What was found, with the gaps as not met."""
    results = {key: dict(points) for key, points in found.items()}
    for key, gap in gaps.items():
        results.setdefault(key, {}).update(dict.fromkeys(sorted(law.points_of(gap.points)), Result.UNMET))
    return results


def _again(application: Application, gaps: Mapping[str, Gap]) -> frozenset[tuple[str, str]]:
    """What of it was told before in this round. Raises Conflict for what should have been."""
    told = list(Correction.objects.filter(application=application, round=application.round).order_by("id"))
    if not told:
        return frozenset()
    changed = MaterialVersion.objects.filter(correction__in=told).order_by("id")
    return law.check_told(
        {key: gap.points for key, gap in gaps.items()},
        [{one["key"]: one["points"] for one in notice.gaps} for notice in told],
        set(changed.values_list("material__key", flat=True)),
    )


def _send(
    application: Application, given: Mapping[str, ApplicationMaterial], gaps: Mapping[str, Gap], *, days: int,
    by: Actor, now: datetime, again: bool = False,
) -> Correction:  # fmt: skip
    """The notice as it goes out; the caller has advanced the case."""
    told = []
    for key, row in given.items():
        row.checked = key not in gaps
        if key in gaps:
            gap = gaps[key]
            told.append({"key": key, "name": row.name, "points": list(gap.points), "note": gap.note.strip()[:500]})
    ApplicationMaterial.objects.bulk_update(given.values(), ["checked"])
    flow.move_on(application.number, by=by, now=now)
    round = flow.next_round(application.number, "correction")
    (clock,) = flow.start(application.number, {"correction": clocks.Limit(days)}, now=now, round=round)
    by_when = clock.due_on or date_of(now)
    notice = Correction.objects.create(
        application=application,
        round=application.round,
        gaps=told,
        answer_by=by_when,
        by=by.who,
        by_post=by.post,
        at=now,
    )
    if not again:
        CorrectionRequest.objects.filter(application=application, state="asked").update(
            state="void", settled_by=by.who, settled_at=now
        )
    checking.note_intake(application, given, {key: list(gap.points) for key, gap in gaps.items()}, by=by, now=now)
    common.save(application)
    journal.record(
        Corrected(number=application.number, materials=len(told), answer_by=by_when.isoformat(), again=again),
        by=by,
        now=now,
    )
    return notice


def _asked(
    number: str, act: rules.Act, *, by: Actor, now: datetime, seen: int | None
) -> tuple[Application, CorrectionRequest]:
    application = common.locked(number, by=by, seen=seen)
    by = common.must(application, "application.correct_again", by=by, now=now)
    common.advance(application, act)
    asked = CorrectionRequest.objects.filter(application=application, round=application.round, state="asked").first()
    if asked is None:
        raise Conflict("correction_not_asked", "这个办件没有待批准的再次补正", "请先由经办人提出并说明情况")
    rules.check_second_person(asked.by, by.who, act=act)
    return application, asked


def _settle(
    asked: CorrectionRequest, state: str, answer: str, *, by: Actor, now: datetime, notice: Correction | None = None
) -> None:
    asked.state, asked.answer, asked.settled_by, asked.settled_at = state, answer, by.who, now
    asked.correction = notice
    asked.save(update_fields=["state", "answer", "settled_by", "settled_at", "correction"])
