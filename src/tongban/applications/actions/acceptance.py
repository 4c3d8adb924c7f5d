"""受理, 补正告知, 不予受理: by whoever the edition empowers. 《行政许可法》第三十二条."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from tongban.applications import rules
from tongban.applications.actions import common
from tongban.applications.events import Accepted, Corrected, Rejected
from tongban.applications.models import Acceptance, Application, ApplicationMaterial, Correction, Rejection
from tongban.catalog.content import Limit
from tongban.flow import actions as flow
from tongban.flow import rules as clocks
from tongban.identity.actors import Actor
from tongban.identity.roles import Act as Power
from tongban.kernel import actors, calendar, journal, rows
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Forbidden, Refusal

CORRECTION_DAYS = 10
"""Working days an applicant has to supply what is missing."""


@dataclass(frozen=True)
class Gap:
    """What is wrong with one material: the check points that are not met, and a note in words."""

    points: Collection[str] = ()
    note: str = ""


@transaction.atomic
def accept(number: str, *, by: Actor, now: datetime, seen: int | None = None) -> Application:
    """受理: both clocks start; the review awaits the body."""
    application = common.locked(number, by=by, seen=seen)
    _must_be_empowered(application, "application.accept", by=by)
    _accept(application, by=by, now=now)
    return application


def accept_by_system(application: Application, *, now: datetime) -> None:
    """Where the edition empowers the system: at once, in the submitting transaction."""
    _accept(application, by=actors.system("acceptance"), now=now)


def _accept(application: Application, *, by: actors.Actor, now: datetime) -> None:
    common.advance(application, rules.Act.ACCEPT)
    rows.insert(Acceptance(application=application, by=by.who, by_post=by.post, at=now))
    dates = flow.start_clocks(application.number, _limits(application), now=now)
    application.promised_on, application.statutory_on = dates.promised_on, dates.statutory_on
    common.save(application, "promised_on", "statutory_on")
    flow.close_tasks(application.number, now=now)
    content = application.edition.document
    act = "application.decide" if content.review == "instant" else "application.review"
    await_act(application, act, near_on=dates.near_on, now=now)
    journal.record(
        Accepted(number=application.number, promised_on=_iso(dates.promised_on), statutory_on=_iso(dates.statutory_on)),
        by=by,
        now=now,
    )


def await_act(application: Application, act: str, *, near_on: date | None, now: datetime) -> None:
    """Open the task for the next act, due with the promised (else statutory) clock."""
    flow.open_task(
        application.number,
        act=act,
        title=application.title,
        body_id=application.body_id,
        region_path=application.region_path,
        due_on=application.promised_on or application.statutory_on,
        near_on=near_on,
        now=now,
    )


def _limits(application: Application) -> dict[str, clocks.Limit]:
    content = application.edition.document
    limits: dict[str, Limit | None] = {
        "promised": content.promised or content.statutory,
        "statutory": content.statutory,
    }
    return {kind: clocks.Limit(limit.amount, limit.unit.value) for kind, limit in limits.items() if limit}


def _iso(day: object) -> str | None:
    return str(day) if day else None


def _must_be_empowered(application: Application, power: Power, *, by: Actor) -> None:
    """受理权, which is also that to refuse it: the department's own posts always; a window only where the edition says so."""
    common.must(application, power, by=by)
    window_only = all(post.role.scope == "region" for post in by.posts_for(power))
    if window_only and application.edition.document.accepted_by != "window":
        raise Forbidden(
            "acceptance_not_delegated",
            "这个事项由主管部门受理，窗口只收件",
            "材料会自动转给部门，五个工作日内受理或告知补正",
        )


@transaction.atomic
def correct(number: str, gaps: Mapping[str, Gap], *, by: Actor, now: datetime, seen: int | None = None) -> Application:
    """补正告知: everything that is missing or wrong, told once, in one notice."""
    application = common.locked(number, by=by, seen=seen)
    common.must(application, "application.correct", by=by)
    rules.check_gaps({key: [*gap.points, *filter(None, [gap.note.strip()])] for key, gap in gaps.items()})
    earlier = Correction.objects.filter(application=application)
    rules.check_told_once(set(gaps), [{one["key"] for one in notice.gaps} for notice in earlier])
    common.advance(application, rules.Act.CORRECT)
    given = {row.key: row for row in ApplicationMaterial.objects.filter(application=application)}
    if unknown := set(gaps) - set(given):
        raise Refusal("material_unknown", f"这个办件没有材料：{'、'.join(sorted(unknown))}", "请刷新页面", "gaps")
    told = []
    for key, row in given.items():
        row.checked = key not in gaps
        if key in gaps:
            gap = gaps[key]
            told.append({"key": key, "name": row.name, "points": list(gap.points), "note": gap.note.strip()[:500]})
    ApplicationMaterial.objects.bulk_update(given.values(), ["checked"])
    days = calendar.current()
    by_when = clocks.due_on(clocks.starts_on(now, days), clocks.Limit(CORRECTION_DAYS), days) or date_of(now)
    Correction.objects.create(application=application, gaps=told, answer_by=by_when, by=by.who, by_post=by.post, at=now)
    common.save(application)
    flow.close_tasks(application.number, now=now)
    journal.record(
        Corrected(number=application.number, materials=len(told), answer_by=by_when.isoformat()), by=by, now=now
    )
    return application


@transaction.atomic
def reject(
    number: str,
    *,
    kind: str,
    reason: str,
    right_body: str = "",
    by: Actor,
    now: datetime,
    seen: int | None = None,
) -> Application:
    """不予受理: not needed, or the wrong body with the right one named."""
    application = common.locked(number, by=by, seen=seen)
    _must_be_empowered(application, "application.reject", by=by)
    if kind not in rules.REJECTION_KINDS:
        raise Refusal("rejection_kind", "请选择不予受理的情形", "", "kind")
    if kind == "wrong_body" and not right_body.strip():
        raise Refusal(
            "right_body_missing", "请写明应向哪个机关申请", "《行政许可法》第三十二条要求告知申请人", "right_body"
        )
    reason = rules.check_reason(reason, field="reason", what="不予受理的理由")
    common.advance(application, rules.Act.REJECT)
    application.closed_at = now
    Rejection.objects.create(
        application=application, kind=kind, reason=reason, right_body=right_body.strip()[:100],
        by=by.who, by_post=by.post, at=now,
    )  # fmt: skip
    common.save(application, "closed_at")
    flow.close_tasks(application.number, now=now)
    journal.record(Rejected(number=application.number, kind=kind), by=by, now=now)
    return application
