"""送达: where the applicant wants papers served (送达地址确认), and the proof that each was (送达回证)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from tongban.applications import document_rules as rules
from tongban.applications.actions import common
from tongban.applications.documents import serving
from tongban.applications.events import AddressConfirmed, ServiceRecorded
from tongban.applications.models import AddressOfService, Application, CaseDocument, Service
from tongban.applications.procedure import FINAL, State
from tongban.design.words import datetime_cn
from tongban.files.models import StoredFile
from tongban.identity.actors import Actor
from tongban.identity.models import Person
from tongban.identity.roles import Act as Power
from tongban.identity.rules import mask_phone
from tongban.kernel import actors, journal, rows
from tongban.kernel.clock import SHANGHAI, date_of
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal


def may_change_address(application: Application) -> bool:
    """Until it is delivered, or has ended."""
    return application.status not in FINAL and application.status != State.DELIVERED


@transaction.atomic
def confirm_address(
    number: str, given: rules.Address, *, file: StoredFile | None = None, by: Actor, now: datetime
) -> AddressOfService:
    """送达地址确认: by the applicant on line, or at a window on paper with a signature. Raises Invalid, Conflict."""
    application = common.locked(number, by=by)
    common.must_be_the_applicant(application, by=by)
    if not may_change_address(application):
        raise Conflict(
            "address_too_late",
            f"办件已经“{application.status.label}”，不能再改送达地址",
            "需要再寄文书的，请联系办理单位",
        )
    on_paper = by.is_staff and not common.is_the_applicant(application, by=by)
    made = address_row(application, check_address(given, application.person), on_paper=on_paper, by=by, now=now)
    made.file = file
    made.save()
    journal.record(
        AddressConfirmed(number=application.number, electronic=made.electronic, on_paper=on_paper), by=by, now=now
    )
    return made


def check_address(given: rules.Address, person: Person) -> rules.Address:
    return rules.check_address(given, has_phone=person.phone.startswith("1"), has_mail=bool(person.mail))


def address_row(
    application: Application, kept: rules.Address, *, on_paper: bool, by: Actor, now: datetime
) -> AddressOfService:
    """Not yet stored."""
    person = application.person
    to = {"phone": mask_phone(person.phone), "mail": person.mail or ""}.get(kept.electronic, "")
    return AddressOfService(
        application=application, facts={**asdict(kept), "electronic_to": to}, electronic=bool(kept.electronic),
        on_paper=on_paper, by=by.who, by_post=by.post, at=now,
    )  # fmt: skip


# 送达回证


@transaction.atomic
def record_service(
    number: str, code: str, way: str, facts: Mapping[str, str], *, on: date | None = None,
    file: StoredFile | None = None, by: Actor, now: datetime,
) -> Service:  # fmt: skip
    """One paper, one way: served at once (window, left, electronic), or on its way (post, public notice).

    Raises Invalid with every missing fact, Conflict when it is served or on its way already.
    """
    application = common.locked(number, by=by)
    by = _may(application, by=by)
    document = _document(application, code)
    if way not in rules.WAYS:
        raise Refusal("way_unknown", "请选一种送达方式", "", "way")
    how = rules.WAYS[way]
    kept = rules.check_proof(how, facts, has_file=file is not None)
    if way == "electronic":
        return _serve(document, way, *_arrived(document), by=by, now=now)
    if way in ("post", "public"):
        typed = kept.get("from_on", "")
        began = _day(typed, "from_on") if typed else on or date_of(now)
        if began > date_of(now) or began < document.on:
            raise Refusal(
                "sent_day",
                "日期不能早于文书的日期，也不能在今天以后",
                "填实际寄出或者刊登的日期",
                "from_on" if typed else "on",
            )
        sent_at = _moment(began, now)
        return _write(document, way, kept, "sent", sent_at=sent_at, file=file, by=by, now=now)
    day = rules.served_on(how, document.on, on, today=date_of(now))
    return _serve(document, way, kept, _moment(day, now), file=file, by=by, now=now)


@transaction.atomic
def settle_service(
    number: str, service: UUID, *, served: bool, on: date | None = None, receiver: str = "", because: str = "",
    by: Actor, now: datetime,
) -> Service:  # fmt: skip
    """What came of one that was on its way: signed for, the thirty days over, or returned; then another way follows."""
    application = common.locked(number, by=by)
    by = _may(application, by=by)
    one = Service.objects.select_for_update(of=("self",)).filter(application=application, public_id=service).first()
    if one is None:
        raise NotFound("service_unknown", "没有这份送达回证", "请刷新页面")
    if one.state != "sent":
        raise Conflict("service_settled", "这次送达已经登记过结果", "请刷新页面查看")
    if served:
        day = rules.served_on(rules.WAYS[one.way], date_of(one.sent_at), on, today=date_of(now))
        one.state, one.served_at = "served", _moment(day, now)
        one.facts = {**one.facts, **({"receiver": receiver.strip()[:60]} if receiver.strip() else {})}
    else:
        if not because.strip():
            raise Refusal("failed_reason", "请写明为什么没有送达", "例如：原址查无此人，邮件退回", "because")
        one.state, one.failed_because = "failed", because.strip()[:500]
    one.save(update_fields=["state", "served_at", "facts", "failed_because"])
    _record(one, by=by, now=now)
    return one


def prove_delivery(application: Application, channel: str, *, by: actors.Actor, now: datetime) -> Service | None:
    """The proof that comes with a delivery (`outcome.deliver`): signed on line by the applicant, or at a counter where the
    ID card was compared. Doing it again changes nothing."""
    document = (
        CaseDocument.objects.select_related("application")
        .filter(application=application, kind__in=("decision", "refusal"), round=application.round)
        .order_by("-pk")
        .first()
    )
    if document is None or document.services.filter(state__in=("served", "sent")).exists():
        return None
    if channel == "download":
        return _serve(document, "electronic", {"how": "申请人登录后在线签收"}, now, by=by, now=now)
    if by.channel != "counter":
        return None
    facts = {"receiver": application.person.name, "relation": "self", "how": "核对签收人身份证后四位"}
    return _serve(document, "window", facts, now, by=by, now=now)


def _may(application: Application, *, by: Actor) -> Actor:
    """The actor in the office that lets them do it."""
    common.not_one_s_own(application, by=by)
    power = by.may("application.deliver", body_id=application.body_id, region_path=application.region_path)
    review = by.may("application.review", body_id=application.body_id, region_path=application.region_path)
    if not power and not review:
        raise Forbidden("not_empowered", "您的岗位没有送达的权限", "由经办人员或者窗口登记送达")
    act: Power = "application.deliver" if power else "application.review"
    return by.under(act, body_id=application.body_id, region_path=application.region_path)


def _document(application: Application, code: str) -> CaseDocument:
    documents = CaseDocument.objects.select_related("application")
    found = documents.filter(application=application, code=code, inside=False).first()
    if found is None:
        raise NotFound("document_unknown", "没有这份文书", "请刷新页面")
    return found


def _arrived(document: CaseDocument) -> tuple[dict[str, str], datetime]:
    """《民事诉讼法》第九十条 by analogy: only with consent, and when it arrived at the system that was chosen."""
    address = serving.address_of(document.application)
    if address is None or not address.electronic:
        raise Refusal(
            "electronic_not_agreed", "申请人没有确认同意电子送达", "请用其他方式送达，或者请申请人先确认送达地址", "way"
        )
    arrival = serving.arrival_of(document, electronic=address.facts["electronic"])
    if arrival is None:
        raise Refusal("not_arrived", "所选的系统还没有到达的记录", "看“送达状态”；没有发出的，用其他方式送达", "way")
    opened = f"，{datetime_cn(arrival.opened_at, year=True)} 打开" if arrival.opened_at else ""
    return {"how": f"到达{arrival.to}{opened}"}, arrival.at


def _serve(
    document: CaseDocument, way: str, facts: Mapping[str, str], at: datetime, *, file: StoredFile | None = None,
    by: actors.Actor, now: datetime,
) -> Service:  # fmt: skip
    return _write(document, way, facts, "served", sent_at=at, served_at=at, file=file, by=by, now=now)


def _write(
    document: CaseDocument, way: str, facts: Mapping[str, str], state: str, *, sent_at: datetime,
    served_at: datetime | None = None, file: StoredFile | None, by: actors.Actor, now: datetime,
) -> Service:  # fmt: skip
    if document.services.filter(state__in=("served", "sent")).exists():
        raise _already()
    made = Service(
        application=document.application, document=document, way=way, facts=dict(facts), state=state, sent_at=sent_at,
        served_at=served_at, file=file, by=by.who, by_post=by.post, at=now,
    )  # fmt: skip
    try:
        with transaction.atomic():
            rows.insert(made)
    except IntegrityError:
        raise _already() from None
    _record(made, by=by, now=now)
    return made


def _record(one: Service, *, by: actors.Actor, now: datetime) -> None:
    event = ServiceRecorded(
        number=one.application.number, document=one.document.number, way=one.way, state=one.state
    )  # fmt: skip
    journal.record(event, by=by, now=now)


def _already() -> Conflict:
    return Conflict("served_already", "这份文书已经送达，或者正在送达", "请刷新页面查看")


def _day(typed: str, field: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Refusal("day_form", "日期写成 2026-03-02 这样", "", field) from None


def _moment(day: date, now: datetime) -> datetime:
    """Now, if it is today; else noon of the day, since nobody kept the hour."""
    return now if day == date_of(now) else datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)
