"""What the applicant is told as the case moves on. The words are templates (`kinds`); here are their facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from tongban.applications import documents, events, kinds, person_reactions, power_reactions  # noqa: F401 - they register themselves
from tongban.applications.actions import reusing, serving
from tongban.applications.documents.serving import address_of
from tongban.applications.events import (
    Accepted,
    Amended,
    CommitmentSettled,
    Committed,
    Corrected,
    Decided,
    Delivered,
    Extended,
    Forwarded,
    HearingAsked,
    HearingCalled,
    Lapsed,
    Made,
    Messaged,
    Rejected,
    Reopened,
    Resumed,
    Reused,
    Revoked,
    Submitted,
    Suspended,
    Terminated,
)
from tongban.applications.models import COMMITMENTS, Application
from tongban.applications.rules import REOPENING_GROUNDS, SUSPENSION_CAUSES, TERMINATION_GROUNDS
from tongban.delegation.models import PowerOfAttorney
from tongban.delegation.rules import in_force
from tongban.design.words import date_cn, datetime_cn
from tongban.identity.models import Person
from tongban.kernel import rows
from tongban.kernel.clock import SHANGHAI, date_of
from tongban.kernel.events import Event
from tongban.kernel.models import JournalEntry
from tongban.kernel.reactions import Entry, on
from tongban.kernel.typed import grouped
from tongban.notices import actions as notices
from tongban.notices.kinds import Kind
from tongban.orgs.models import Body


@on(Submitted)
def confirm_receipt(event: Submitted, entry: Entry) -> None:
    case = _case(event.number)
    _tell(case, entry, "received", kinds.RECEIVED, {"查询码": case.query_code})


@on(Corrected)
def ask_for_what_is_missing(event: Corrected, entry: Entry) -> None:
    facts = {"份数": str(event.materials), "答复期限": _day(event.answer_by)}
    _tell(_case(event.number), entry, "corrected", kinds.CORRECTED, facts, until=_end_of(event.answer_by))


@on(Rejected)
def tell_the_rejection(event: Rejected, entry: Entry) -> None:
    _tell(_case(event.number), entry, "rejected", kinds.REJECTED)


@on(Accepted)
def tell_the_promised_day(event: Accepted, entry: Entry) -> None:
    provisional = kinds.ACCEPTED_PROVISIONAL if event.provisional else kinds.ACCEPTED
    kind = kinds.ACCEPTED_DEEMED if event.deemed else provisional
    _tell(_case(event.number), entry, "accepted", kind, {"办结承诺": _until(event.promised_on)})


@on(Lapsed)
def tell_the_lapse(event: Lapsed, entry: Entry) -> None:
    _tell(_case(event.number), entry, "lapsed", kinds.LAPSED, {"答复期限": _day(event.answer_by)})


@on(Suspended)
def tell_the_suspension(event: Suspended, entry: Entry) -> None:
    cause = SUSPENSION_CAUSES.get(event.cause, event.cause)
    _tell(_case(event.number), entry, "suspended", kinds.SUSPENDED, {"原因": cause})


@on(Resumed)
def tell_the_resumption(event: Resumed, entry: Entry) -> None:
    _tell(_case(event.number), entry, "resumed", kinds.RESUMED, {"办结承诺": _until(event.promised_on)})


@on(HearingAsked)
def tell_when_it_is_heard(event: HearingAsked, entry: Entry) -> None:
    _tell(_case(event.number), entry, "hearing", kinds.HEARING, {"举行期限": _day(event.hold_by)})


@on(HearingCalled)
def tell_when_and_where_it_is_heard(event: HearingCalled, entry: Entry) -> None:
    """《行政许可法》第四十八条: seven days before."""
    when = datetime_cn(datetime.fromisoformat(event.held_at))
    _tell(_case(event.number), entry, "hearing_called", kinds.HEARING_CALLED, {"时间": when})


@on(Extended)
def tell_the_extension(event: Extended, entry: Entry) -> None:
    facts = {"天数": str(event.days), "办结承诺": _until(event.promised_on)}
    _tell(_case(event.number), entry, "extended", kinds.EXTENDED, facts)


@on(Forwarded)
def tell_who_decides(event: Forwarded, entry: Entry) -> None:
    _tell(_case(event.number), entry, "forwarded", kinds.FORWARDED, {"上级": event.to_body})


@on(Terminated)
def tell_the_termination(event: Terminated, entry: Entry) -> None:
    _tell(_case(event.number), entry, "terminated", kinds.TERMINATED, {"原因": TERMINATION_GROUNDS[event.ground]})


@on(Decided)
def tell_the_decision(event: Decided, entry: Entry) -> None:
    decided = kinds.GRANTED if event.granted else kinds.REFUSED
    _tell(_case(event.number), entry, "decided", kinds.GRANTED_DEEMED if event.deemed else decided)


@on(Made)
def tell_to_come_and_fetch(event: Made, entry: Entry) -> None:
    _tell(_case(event.number), entry, "made", kinds.MADE)


@on(Committed)
def tell_what_was_promised(event: Committed, entry: Entry) -> None:
    if event.kind == "later" and event.due_on:
        until = _end_of(event.due_on)
        _tell(_case(event.number), entry, "committed", kinds.COMMITTED, {"补交期限": _day(event.due_on)}, until=until)


@on(CommitmentSettled)
def tell_what_came_of_it(event: CommitmentSettled, entry: Entry) -> None:
    if event.state in (
        "void",
        "withdrawn",
    ):  # with the decision that fell, which is told itself; or by the applicant's own act
        return
    case, promise = _case(event.number), COMMITMENTS[event.kind]
    if event.state == "broken" and event.kind != "provision":  # a broken 容缺受理 only ends its case
        _tell(case, entry, "recorded", kinds.RECORDED, {"承诺": promise}, link="/my/credit")
        return
    kind = {"kept": kinds.KEPT, "ordered": kinds.ORDERED, "broken": kinds.BROKEN}[event.state]
    _tell(case, entry, "commitment", kind, {"承诺": promise})


@on(Amended)
def tell_the_amendment(event: Amended, entry: Entry) -> None:
    _tell(_case(event.number), entry, "amended", kinds.AMENDED)


@on(Revoked)
def tell_the_revocation(event: Revoked, entry: Entry) -> None:
    _tell(_case(event.number), entry, "revoked", kinds.REVOKED)


@on(Reopened)
def tell_it_is_handled_again(event: Reopened, entry: Entry) -> None:
    facts = {"依据": REOPENING_GROUNDS[event.ground], "办结承诺": _until(event.promised_on)}
    _tell(_case(event.number), entry, "reopened", kinds.REOPENED, facts)


@on(Messaged)
def tell_of_a_message(event: Messaged, entry: Entry) -> None:
    """To the applicant; the staff have their task."""
    if event.from_staff:
        case = _case(event.number)
        _tell(case, entry, "messaged", kinds.MESSAGED, link=f"/my/applications/{case.number}/messages")


@on(Reused)
def put_the_watermark_on(event: Reused, entry: Entry) -> None:
    reusing.stamp(event.number, event.key, now=entry.at)


def _makes_out(event: str) -> Callable[[Event, Entry], None]:
    def make_out(_: Event, entry: Entry) -> None:
        (number,) = JournalEntry.objects.filter(pk=entry.id).values_list("subject", flat=True)
        documents.make_out(_whole_case(number), event, now=entry.at)

    make_out.__name__ = f"make_out_{event.lower()}"
    return make_out


for _event in documents.MADE_OUT_WITH:
    on(getattr(events, _event))(_makes_out(_event))


def _whole_case(number: str) -> Application:
    return Application.objects.select_related("edition", "body", "person", "organisation").get(number=number)


@on(Delivered)
def prove_the_delivery(event: Delivered, entry: Entry) -> None:
    """送达回证 of a result that was signed for on line, or handed over at a counter; other ways are registered by hand."""
    case = _whole_case(event.number)
    documents.make_out(case, "Decided", now=entry.at)
    serving.prove_delivery(case, event.channel, by=entry.by, now=entry.at)


def _until(promised_on: str | None) -> str:
    return f"，承诺{_day(promised_on)}前办结" if promised_on else ""


def _day(iso: str) -> str:
    return date_cn(date.fromisoformat(iso))


def _end_of(iso: str) -> datetime:
    """The midnight in which a last day ends."""
    return datetime.combine(date.fromisoformat(iso) + timedelta(days=1), datetime.min.time(), SHANGHAI)


def _case(number: str) -> Application:
    (case,) = rows.find(Application, {"number": number})
    case.person, case.body = rows.get(Person, case.person_id), rows.get(Body, case.body_id)
    return case


def _tell(
    case: Application, entry: Entry, what: str, kind: Kind, facts: Mapping[str, str] | None = None, *, link: str = "",
    until: datetime | None = None,
) -> None:  # fmt: skip
    common = {"事项": case.title, "编号": grouped(case.number), "部门": case.body.name}
    for person, key in [(case.person, ""), *((agent, "/agent") for agent in _agents(case, entry))]:
        notices.tell(
            person, kind, key=f"{case.number}/{what}/{entry.id}{key}", subject=case.number,
            values={**common, **(facts or {})}, link=link or f"/my/applications/{case.number}", body_id=case.body_id,
            region_path=case.region_path, until=until, address=None if key else _letters_go_to(case), now=entry.at,
        )  # fmt: skip


def _agents(case: Application, entry: Entry) -> list[Person]:
    """代理人: is told what the applicant is told, as long as the power lasts."""
    if case.agent_id is None or case.power_id is None:
        return []
    power = rows.get(PowerOfAttorney, case.power_id)
    return [rows.get(Person, case.agent_id)] if in_force(power, date_of(entry.at)) else []


def _letters_go_to(case: Application) -> dict[str, str] | None:
    """The address of service, where one was confirmed."""
    found = address_of(case)
    return {name: found.facts[name] for name in ("receiver", "address")} if found and found.facts["address"] else None
