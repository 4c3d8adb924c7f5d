"""决定, 转报, 终止, 制证 and 送达. 《行政许可法》第三十八条、第四十三条、第四十四条."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongban.applications import acting, mandated, queries, rules
from tongban.applications.actions import commitments, common, stepping
from tongban.applications.events import Decided, Delivered, Forwarded, Made, Terminated
from tongban.applications.models import (
    Acceptance,
    Application,
    Decision,
    Delivery,
    Forwarding,
    HearingRequest,
    Making,
    Mandate,
    Review,
    Termination,
)
from tongban.catalog import forming
from tongban.flow import actions as flow
from tongban.identity.actors import Actor
from tongban.identity.models import Person
from tongban.kernel import actors, journal, rows
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Conflict, Forbidden, Refusal
from tongban.kernel.together import together
from tongban.licences import actions as licences


@transaction.atomic
def decide(
    number: str,
    *,
    granted: bool,
    reason: str = "",
    document: str = "",
    by: Actor,
    now: datetime,
    seen: int | None = None,
) -> Application:
    """Grant or refuse. A licence is issued in the same transaction; a refusal states reasons and remedies.

    After a 转报 this writes down what was decided above: `document` names the paper.
    """
    application = common.locked(number, by=by, seen=seen)
    mandate = _empowered(application, by=by, now=now)
    by = by.under(
        "application.decide" if mandate is None else "application.accept", body_id=application.body_id,
        region_path=application.region_path, item=application.edition.item.code,
    )  # fmt: skip
    act = rules.Act.GRANT if granted else rules.Act.REFUSE
    rules.step(application.status, act)
    above = ""
    if application.status == rules.State.FORWARDED:
        above = _decided_above(application, document)
    else:
        check_may_decide(application, by=by)
    if granted:
        stepping.check_carried(application)
    if not granted:
        reason = rules.check_reason(reason, field="reason", what="不予许可的理由")
    settle(application, act, reason=reason, above=above, mandate=mandate.pk if mandate else None, by=by, now=now)
    return application


def _empowered(application: Application, *, by: Actor, now: datetime) -> Mandate | None:
    """By one's post; at a window by the mandate that is returned. Raises Forbidden naming what is missing."""
    power = by.may(
        "application.decide", body_id=application.body_id, region_path=application.region_path,
        item=application.edition.item.code,
    )  # fmt: skip
    if power or not mandated.is_window(by):
        common.must(application, "application.decide", by=by, now=now)
        return None
    common.not_one_s_own(application, by=by)
    common.must_be_free(application, "application.decide", by=by, now=now)
    return mandated.demand(application, "decide", by=by, now=now)


def check_may_decide(application: Application, *, by: Actor) -> None:
    """受审分离, reviewed, and the papers let off at the acceptance are there. Raises Conflict."""
    content = application.edition.document
    if content.decided_above:
        raise Conflict(
            "decided_above", f"这个事项由{content.decided_above}决定", "审查完毕后转报上级，收到上级决定后登记"
        )
    stepping.check_decision(application, decider=by.who)
    rules.check_separation(
        instant=queries.decided_on_the_spot(application),
        alone=_may_alone(application, by=by),
        reviewed_by=_reviewers(application),
        accepted_by=rows.find(Acceptance, {"application_id": application.pk})[0].by,
        decider=by.who,
    )
    rules.check_supplied(commitments.missing_before_decision(application))
    check_heard(application)


def _may_alone(application: Application, *, by: Actor) -> bool:
    """即审即办 by who accepted: a window's mandate was asked for already, a 首席代表 needs it in the 授权书."""
    item = application.edition.item.code
    alone = by.may_alone(item, body_id=application.body_id, region_path=application.region_path)
    return alone or mandated.is_window(by)


def check_heard(application: Application) -> None:
    """《行政许可法》第四十七条、第四十八条: a hearing that was asked for is held, and decided on its record."""
    columns = {"application_id": application.pk, "round": application.round, "held_at": None}
    rules.check_heard(bool(rows.find(HearingRequest, columns)))


def _decided_above(application: Application, document: str) -> str:
    if not document.strip():
        raise Refusal("document_missing", "请写明上级决定书的文号", "例如：渝市监许〔2026〕18 号", "document")
    to_body = Forwarding.objects.get(application=application, round=application.round).to_body
    return f"{to_body}　{document.strip()}"[:200]


def decide_by_rule(application: Application, *, granted: bool, reason: str, now: datetime) -> None:
    """秒批: what the edition's decision table says, in the submitting transaction."""
    act = rules.Act.GRANT if granted else rules.Act.REFUSE
    settle(application, act, reason=reason, by=actors.system("decision-table"), now=now, by_rule=True)


@transaction.atomic
def deem_granted(number: str, *, by: actors.Actor, now: datetime) -> Application | None:
    """视为准予: the law of the item takes silence for consent. None when somebody decided meanwhile, or the day is not past."""
    application = common.locked_by_system(number)
    silent = application.edition.document.silence == "granted"
    if not silent or not rules.may_follow(application.status, rules.Act.DEEM_GRANTED):
        return None
    if application.statutory_on is None or date_of(now) <= application.statutory_on:
        return None
    reason = f"逾期未作出决定，依据{application.edition.document.silence_basis or '法律规定'}视为准予"
    settle(application, rules.Act.DEEM_GRANTED, reason=reason, by=by, now=now)
    return application


def settle(
    application: Application, act: rules.Act, *, reason: str, above: str = "", by_rule: bool = False,
    mandate: int | None = None, by: actors.Actor, now: datetime,
) -> None:  # fmt: skip
    """Write a decision down, with all that follows from it; who may and whether are the caller's business."""
    content = application.edition.document
    granted = act != rules.Act.REFUSE
    common.advance(application, act)
    with together():
        rows.insert(Decision(
            application=application, round=application.round, granted=granted, reason=reason.strip()[:2000],
            remedies="" if granted else content.remedies, deemed=act == rules.Act.DEEM_GRANTED, above=above,
            by=by.who, by_post=by.post, at=now,
        ))  # fmt: skip
        common.save(application)
        flow.move_on(application.number, by=by, now=now)
        licence_id = _issue(application, by=by, now=now) if granted and content.result.kind == "licence" else None
        if not granted:
            commitments.release(application, by=by, now=now)
        common.await_within(
            application,
            "application.deliver",
            "delivery",
            days=rules.DELIVERY_DAYS,
            again=application.round > 1,
            now=now,
        )
        journal.record(
            Decided(
                number=application.number, granted=granted, licence=licence_id, deemed=act == rules.Act.DEEM_GRANTED,
                by_rule=by_rule, above=bool(above), mandate=mandate,
            ),
            by=by,
            now=now,
        )  # fmt: skip
    if granted:
        commitments.undertake_pledges(application, now=now)


def _issue(application: Application, *, by: actors.Actor, now: datetime) -> str:
    content = application.edition.document
    licence = licences.issue(
        case_number=application.number,
        title=content.result.name,
        body=application.body,
        person=rows.get(Person, application.person_id),
        organisation=application.organisation,
        particulars=_printed(application),
        valid_months=content.result.valid_months,
        by=by,
        now=now,
    )
    return str(licence.public_id)


def _reviewers(application: Application) -> set[str]:
    """Who reviewed in this round; nobody while a review step is still open."""
    if application.status != rules.State.REVIEWED:
        return set()
    given = Review.objects.filter(application=application, round=application.round)
    return set(given.values_list("by", flat=True))


def _printed(application: Application) -> dict[str, str]:
    """What the licence shows of the form: facts about the business or place, never identifiers or
    phones, nor what a page that repeats lists (family, staff)."""
    lines = forming.lines(application.edition.document, application.answers, application.form)
    return {one.label: one.text for one in lines if one.row is None and one.field.kind not in forming.PRIVATE_KINDS}


@transaction.atomic
def forward(number: str, *, opinion: str, by: Actor, now: datetime, seen: int | None = None) -> Application:
    """转报 (《行政许可法》第四十三条): reviewed here within the limit, decided above; our clocks stop."""
    application = common.locked(number, by=by, seen=seen)
    by = common.must(application, "application.decide", by=by, now=now)
    rules.step(application.status, rules.Act.FORWARD)
    to_body = application.edition.document.decided_above
    if not to_body:
        raise Conflict("not_decided_above", "这个事项由本机关决定，不需要转报", "请直接作出决定")
    opinion = rules.check_reason(opinion, field="opinion", what="转报意见")
    check_heard(application)
    common.advance(application, rules.Act.FORWARD)
    Forwarding.objects.create(
        application=application, round=application.round, to_body=to_body, opinion=opinion, by=by.who,
        by_post=by.post, at=now,
    )  # fmt: skip
    common.save(application)
    flow.move_on(application.number, by=by, now=now)
    common.await_act(application, "application.decide", due_on=None, near_on=None, now=now)
    journal.record(Forwarded(number=application.number, to_body=to_body), by=by, now=now)
    return application


@transaction.atomic
def terminate(
    number: str, *, ground: str, reason: str, by: Actor, now: datetime, seen: int | None = None
) -> Application:
    """终止办理: there is nothing left to decide, for a ground of the closed list."""
    application = common.locked(number, by=by, seen=seen)
    by = common.must(application, "application.decide", by=by, now=now)
    rules.check_ground(ground, rules.TERMINATION_GROUNDS, what="终止的情形")
    reason = rules.check_reason(reason, field="reason", what="终止的理由")
    common.advance(application, rules.Act.TERMINATE)
    common.end(application, by=by, now=now)
    Termination.objects.create(
        application=application, round=application.round, ground=ground, reason=reason, by=by.who, by_post=by.post,
        at=now,
    )  # fmt: skip
    common.save(application, "closed_at")
    commitments.release(application, by=by, now=now)
    journal.record(Terminated(number=application.number, ground=ground), by=by, now=now)
    return application


@transaction.atomic
def make(number: str, *, note: str = "", by: Actor, now: datetime, seen: int | None = None) -> Application:
    """制证: the paper is printed and waits to be handed over."""
    application = common.locked(number, by=by, seen=seen)
    by = common.must(application, "application.deliver", by=by, now=now)
    common.advance(application, rules.Act.MAKE)
    Making.objects.create(
        application=application, round=application.round, note=note.strip()[:100], by=by.who, by_post=by.post, at=now
    )
    common.save(application)
    journal.record(Made(number=application.number), by=by, now=now)
    return application


@transaction.atomic
def deliver(number: str, *, by: Actor, now: datetime, seen: int | None = None) -> Application:
    """送达: the applicant takes the result on line, or the window hands it over: the body has done its part
    (`closed_at`). The case is 办结, unless something that the applicant promised is still open."""
    application = common.locked(number, by=by, seen=seen)
    own = common.is_the_applicant(application, by=by)
    power = by.may("application.deliver", body_id=application.body_id, region_path=application.region_path)
    if not own and by.is_staff and not power:
        raise Forbidden("not_empowered", "您的岗位没有送达的权限", "请由申请人本人下载，或由窗口送达")
    if not own and by.is_staff:
        common.not_one_s_own(application, by=by)
    if not own and not by.is_staff:
        by, own = acting.agent_for(application, "receive", by=by, now=now), True
    if not own:
        common.must_be_free(application, "application.deliver", by=by, now=now)
        by = by.under("application.deliver", body_id=application.body_id, region_path=application.region_path)
    common.advance(application, rules.Act.DELIVER)
    channel = "download" if own and not by.is_staff else "window"
    if channel == "window":
        application.visits += 1
    rows.insert(Delivery(
        application=application, round=application.round, channel=channel, by=by.who, by_post=by.post, at=now
    ))  # fmt: skip
    application.closed_at = now
    common.save(application, "visits", "closed_at")
    flow.stop(application.number, "delivery", now=now)
    flow.close_tasks(application.number, "application.deliver", by=by, now=now)
    journal.record(Delivered(number=application.number, channel=channel), by=by, now=now)
    commitments.close_if_done(application, now=now)
    return application
