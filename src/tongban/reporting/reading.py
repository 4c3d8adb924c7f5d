"""What is told of many cases, read a few hundred at a time in some twenty statements, never one a case.

Personal data come out of their encrypted columns here, on their way out: whoever calls this sends them or writes them to
a file that was asked for, and keeps nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from tongban.applications.models import (
    Acceptance,
    Application,
    ApplicationMaterial,
    CaseStep,
    Correction,
    Decision,
    Delivery,
    Extension,
    Forwarding,
    Lapse,
    Rejection,
    Reopening,
    Review,
    Revocation,
    Suspension,
    Termination,
    Withdrawal,
)  # fmt: skip
from tongban.applications.rules import REJECTION_KINDS, SUSPENSION_CAUSES, State
from tongban.catalog.models import Edition
from tongban.identity.models import Membership, Organisation, Person
from tongban.identity.queries import names_of
from tongban.licences.models import Licence
from tongban.orgs.models import Body, Region
from tongban.reporting.models import ReturnedCase
from tongban.reporting.returning import Delivery as Returned
from tongban.reporting.rules import organisation_audience
from tongban.reporting.told import Ending, Given, Matter, Office, Outcome, Party, Passage, Special, Told

CHUNK = 500
NOT_TOLD = (State.RECORDED, State.VOID)
"""A back entry that nobody has confirmed, or that was declared void: not a case in law."""
RETURNED = "returned/"
"""Before the public id of a case that came back from a vertical system, where subjects are named."""
_DECIDED = frozenset({State.GRANTED, State.MADE, State.REFUSED, State.DELIVERED, State.CLOSED})
_COLUMNS = (
    "pk", "number", "edition_id", "body_id", "person_id", "organisation_id", "channel", "submitted_at", "promised_on",
    "state", "round",
)  # fmt: skip

ByCase = dict[int, list[tuple[Any, ...]]]


def numbers(*, from_on: date, until_on: date) -> Iterator[list[str]]:
    """The cases taken in from a day to another (inclusive), by their numbers, in chunks."""
    for region in sorted({code[:6] for code in Region.objects.order_by("code").values_list("code", flat=True)}):
        after, before = f"{region}{from_on:%Y%m%d}", f"{region}{until_on + timedelta(days=1):%Y%m%d}"
        while found := list(
            Application.objects.filter(number__gt=after, number__lt=before)
            .exclude(state__in=NOT_TOLD)
            .order_by("number")
            .values_list("number", flat=True)[:CHUNK]
        ):
            yield found
            after = found[-1]


class Reader:
    """Reads cases; what many of them share (editions, bodies, names of staff) is read once."""

    def __init__(self) -> None:
        self._matters: dict[int, Matter] = {}
        self._offices: dict[int, Office] = {}
        self._names: dict[str, str] = {}

    def told(self, subjects: Sequence[str]) -> Iterator[tuple[str, Told]]:
        """Each subject that can be told, with what is told; in no order that means anything."""
        own = [one for one in subjects if not one.startswith(RETURNED)]
        for start in range(0, len(own), CHUNK):
            yield from self._cases(own[start : start + CHUNK])
        if back := [one.removeprefix(RETURNED) for one in subjects if one.startswith(RETURNED)]:
            yield from self._returned(back)

    def _cases(self, wanted: Sequence[str]) -> Iterator[tuple[str, Told]]:
        rows = list(
            Application.objects.filter(number__in=wanted).exclude(state__in=NOT_TOLD).order_by("number").values_list(*_COLUMNS)
        )  # fmt: skip
        if not rows:
            return
        keys = [row[0] for row in rows]
        read = _Read(keys, [row[1] for row in rows])
        self._learn(rows, read)
        people = _people({row[4] for row in rows})
        organisations = _organisations({row[5] for row in rows if row[5]})
        for row in rows:
            yield row[1], self._one(row, read, people, organisations)

    def _one(
        self,
        row: tuple[Any, ...],
        read: _Read,
        people: dict[int, Party],
        organisations: dict[int, tuple[Party, str]],
    ) -> Told:
        pk, number, edition, body, person, organisation, channel, applied_at, promised_on, state, round_ = row
        ending = self._ending(pk, number, State(state), round_, read)
        accepted = read.acceptances.get(pk, [])
        applicant, legal = organisations[organisation] if organisation else (people[person], "")
        return Told(
            number=number,
            matter=self._matters[edition],
            office=self._offices[body],
            applicant=applicant,
            contact=people[person] if organisation else None,
            legal=legal,
            audience=organisation_audience(applicant.id_number) if organisation else "1",
            channel=channel,
            applied_at=applied_at,
            answered_at=accepted[0][1] if accepted else ending.at if ending else None,
            accepted=bool(accepted),
            accepted_by=self._names[accepted[0][2]] if accepted else "",
            promised_on=promised_on,
            passages=tuple(self._passages(pk, applied_at, read)),
            specials=tuple(self._specials(pk, read)),
            materials=tuple(Given(name, give, given, 1) for _, name, give, given in read.materials.get(pk, [])),
            ending=ending,
        )

    def _passages(self, pk: int, applied_at: datetime, read: _Read) -> Iterator[Passage]:
        """In the order they began."""
        names = self._names
        found: list[Passage] = []
        for _, at, by, deemed in read.acceptances.get(pk, []):
            found.append(Passage("受理", "pass", names[by], "视为受理" if deemed else "予以受理", applied_at, at))
        for _, at, by, answered_at in read.corrections.get(pk, []):
            found.append(Passage("补正告知", "back", names[by], "一次性告知需要补正的全部内容", at, answered_at))
        for _, round_, at, by, kind, reason in read.rejections.get(pk, []):
            words = f"{REJECTION_KINDS.get(kind, kind)}：{reason}" if reason else REJECTION_KINDS.get(kind, kind)
            found.append(Passage("不予受理", "back", names[by], words, applied_at if round_ == 1 else at, at))
        for _, _round, at, by in read.lapses.get(pk, []):
            found.append(Passage("补正不来", "other", names[by], "申请人逾期未补正", at, at))
        begun = (read.acceptances.get(pk) or [(pk, applied_at)])[0][1]
        stepped = {(round_, key) for _, round_, key, *_ in read.steps.get(pk, [])}
        for _, round_, key, name, passes, words, by, at in read.reviews.get(pk, []):
            if (round_, key) not in stepped:
                found.append(Passage(name, "pass" if passes else "other", names[by], words, min(begun, at), at))
        opinions = {(one[1], one[2]): one[5] for one in read.reviews.get(pk, [])}
        for _, round_, key, name, opened_at, closed_at, closed_by, passes, returned in read.steps.get(pk, []):
            move = "back" if returned else "pass" if passes or passes is None else "other"
            by = names[closed_by] if closed_by else "待办"
            found.append(Passage(name, move, by, opinions.get((round_, key), ""), opened_at, closed_at))  # type: ignore[arg-type]
        for _, at, by, to_body in read.forwardings.get(pk, []):
            found.append(Passage("转报", "other", names[by], f"转报{to_body}", at, at))
        for _, _round, granted, reason, by, at, deemed in read.decisions.get(pk, []):
            words = "视为准予" if deemed else reason or ("准予" if granted else "不予")
            found.append(Passage("决定", "pass" if granted else "other", names[by], words, at, at))
        for table, name in ((read.terminations, "终止办理"), (read.revocations, "撤销决定")):
            for _, _round, at, by, reason in table.get(pk, []):
                found.append(Passage(name, "other", names[by], reason, at, at))
        for _, at, by in read.withdrawals.get(pk, []):
            found.append(Passage("撤回", "other", names[by], "申请人撤回申请", at, at))
        for _, at, by in read.reopenings.get(pk, []):
            found.append(Passage("重新办理", "other", names[by], "依法重新办理", at, at))
        for _, _round, channel, at, by in read.deliveries.get(pk, []):
            words = "网上领取" if channel == "download" else "窗口领取"
            found.append(Passage("送达", "pass", names[by], words, at, at))
        return iter(sorted(found, key=lambda one: (one.began_at, one.ended_at or one.began_at)))

    def _specials(self, pk: int, read: _Read) -> Iterator[Special]:
        for _, cause, reason, by, at, ended_at in read.suspensions.get(pk, []):
            yield Special(
                False, SUSPENSION_CAUSES.get(cause, cause), reason, self._names[by], at, ended_at,
                "已结束，恢复计时" if ended_at else "",
            )  # fmt: skip
        for _, days, reason, by, at, settled_at in read.extensions.get(pk, []):
            yield Special(True, "延长审批", reason, self._names[by], at, settled_at, f"批准延长 {days} 个工作日")

    def _ending(self, pk: int, number: str, state: State, round_: int, read: _Read) -> Ending | None:
        """How the case stands ended; None while it is open (or open again)."""
        if state in _DECIDED:
            _, _round, granted, reason, by, at, _deemed = _last(read.decisions, pk, round_)
            by_post = any(one[2] == "post" for one in read.deliveries.get(pk, []))
            title, licence, valid = read.licences.get(number, ("", "", None))
            outcome: Outcome = ("licensed" if licence else "granted") if granted else "refused"
            return Ending(outcome, at, self._names[by], reason, title, licence, valid, by_post)
        ways: dict[State, tuple[Outcome, ByCase]] = {
            State.REJECTED: ("rejected", read.rejections), State.LAPSED: ("lapsed", read.lapses),
            State.TERMINATED: ("terminated", read.terminations), State.REVOKED: ("revoked", read.revocations),
        }  # fmt: skip
        if state in ways:
            outcome, table = ways[state]
            row = _last(table, pk, round_)
            reason = row[-1] if outcome != "lapsed" else ""
            return Ending(outcome, row[2], self._names[row[3]], reason)
        if state is State.WITHDRAWN:
            _, at, by = read.withdrawals[pk][-1]
            return Ending("withdrawn", at, self._names[by], "")
        return None

    def _learn(self, rows: Iterable[tuple[Any, ...]], read: _Read) -> None:
        self._learn_editions({row[2] for row in rows})
        self._learn_bodies({row[3] for row in rows})
        self._names |= names_of(read.actors() - set(self._names))

    def _learn_editions(self, wanted: set[int]) -> None:
        missing = wanted - set(self._matters)
        columns = ("item__code", "code", "external_code", "name", "version", "instant", "content__fees")
        found = Edition.objects.filter(pk__in=missing).order_by("pk") if missing else Edition.objects.none()
        for pk, catalog, code, external, name, version, instant, fees in found.values_list("pk", *columns):
            self._matters[pk] = Matter(catalog, code, external, name, version, instant, bool(fees))

    def _learn_bodies(self, wanted: set[int]) -> None:
        missing = wanted - set(self._offices)
        for body in Body.objects.select_related("region").filter(pk__in=missing).order_by("pk") if missing else ():
            self._offices[body.pk] = Office(body.name, body.uscc or "", body.region.code)

    def _returned(self, wanted: Sequence[str]) -> Iterator[tuple[str, Told]]:
        found = list(
            ReturnedCase.objects.select_related("system").filter(public_id__in=wanted, edition__isnull=False).order_by("pk")
        )  # fmt: skip
        self._learn_editions({one.edition_id for one in found if one.edition_id})
        self._learn_bodies({one.body_id for one in found if one.body_id})
        for one in found:
            if one.edition_id and one.body_id:
                subject = f"{RETURNED}{one.public_id}"
                yield subject, _told_of_returned(one, self._matters[one.edition_id], self._offices[one.body_id])


def _told_of_returned(case: ReturnedCase, matter: Matter, office: Office) -> Told:
    """As the other system told it. Whose number it is, is theirs; the handler is the system."""
    said = Returned.of(case.particulars)
    at = {name: datetime.fromisoformat(getattr(said, name)) if getattr(said, name) else None for name in
          ("applied_at", "accepted_at", "decided_at")}  # fmt: skip
    by = case.system.name
    outcomes: dict[str, Outcome] = {
        "granted": "licensed" if said.licence_number else "granted", "refused": "refused", "rejected": "rejected",
        "withdrawn": "withdrawn", "terminated": "terminated",
    }  # fmt: skip
    decided = at["decided_at"]
    ending = (
        Ending(outcomes[said.state], decided, by, said.result, said.licence_name, said.licence_number)
        if said.state in outcomes and decided
        else None
    )
    moments = [(datetime.fromisoformat(one.at), one.says) for one in said.progress]
    return Told(
        number=case.number, matter=matter, office=office,
        applicant=Party(said.name, said.id_kind, said.id_number), contact=None, legal="",
        audience="1" if said.id_kind == "id_card" else organisation_audience(said.id_number), channel="other",
        applied_at=at["applied_at"] or case.applied_at, answered_at=at["accepted_at"] or (ending.at if ending else None),
        accepted=at["accepted_at"] is not None, accepted_by=by, promised_on=None,
        passages=tuple(Passage(says, "other", by, f"在{by}办理", moment, moment) for moment, says in moments),
        ending=ending,
    )  # fmt: skip


class _Read:
    """The rows of a chunk by case, one statement a table. The case's key comes first in each."""

    def __init__(self, keys: Sequence[int], numbers: Sequence[str]) -> None:
        def by(found: QuerySet[Any], *columns: str) -> ByCase:
            made: ByCase = defaultdict(list)
            for row in _among(found, "application_id", keys).order_by("pk").values_list("application_id", *columns):
                made[row[0]].append(row)
            return made

        self.acceptances = by(Acceptance.objects.all(), "at", "by", "deemed")
        self.corrections = by(Correction.objects.all(), "at", "by", "answered_at")
        self.rejections = by(Rejection.objects.all(), "round", "at", "by", "kind", "reason")
        self.lapses = by(Lapse.objects.all(), "round", "at", "by")
        self.reviews = by(Review.objects.all(), "round", "step", "step_name", "passes", "opinion", "by", "at")
        self.steps = by(
            CaseStep.objects.all(), "round", "key", "name", "opened_at", "closed_at", "closed_by", "passes", "returned"
        )
        self.suspensions = by(Suspension.objects.all(), "cause", "reason", "by", "at", "ended_at")
        self.extensions = by(
            Extension.objects.filter(state="approved"), "days", "reason", "by", "at", "settled_at"
        )  # fmt: skip
        self.forwardings = by(Forwarding.objects.all(), "at", "by", "to_body")
        self.decisions = by(Decision.objects.all(), "round", "granted", "reason", "by", "at", "deemed")
        self.terminations = by(Termination.objects.all(), "round", "at", "by", "reason")
        self.revocations = by(Revocation.objects.all(), "round", "at", "by", "reason")
        self.withdrawals = by(Withdrawal.objects.all(), "at", "by")
        self.reopenings = by(Reopening.objects.all(), "at", "by")
        self.deliveries = by(Delivery.objects.all(), "round", "channel", "at", "by")
        self.materials = by(ApplicationMaterial.objects.all(), "name", "give", "given")
        self.licences: dict[str, tuple[str, str, date | None]] = {
            number: (title, licence, valid)
            for number, title, licence, valid in _among(Licence.objects.filter(state="valid"), "case_number", numbers)
            .order_by("pk")
            .values_list("case_number", "title", "number", "valid_until")
        }

    def actors(self) -> set[str]:
        """Everyone who is named by the rows above."""
        places = (
            (self.acceptances, 2), (self.corrections, 2), (self.rejections, 3), (self.lapses, 3), (self.reviews, 6),
            (self.steps, 6), (self.suspensions, 3), (self.extensions, 3), (self.forwardings, 2), (self.decisions, 4),
            (self.terminations, 3), (self.revocations, 3), (self.withdrawals, 2), (self.reopenings, 2),
            (self.deliveries, 4),
        )  # fmt: skip
        return {row[at] for table, at in places for rows in table.values() for row in rows if row[at]}


def _among(found: QuerySet[Any], column: str, values: Sequence[int] | Sequence[str]) -> QuerySet[Any]:
    """Like `__in`, as one array: with hundreds of parameters Django and psycopg take longer than the database."""
    return found.extra(where=[f'"{found.model._meta.db_table}"."{column}" = ANY(%s)'], params=[list(values)])  # noqa: S610 - names of our own columns


def _last(table: ByCase, pk: int, round_: int) -> tuple[Any, ...]:
    """The row of that round, whose number comes second."""
    return next(row for row in reversed(table[pk]) if row[1] == round_)


def _people(keys: set[int]) -> dict[int, Party]:
    found = _among(Person.objects.all(), "id", list(keys)).order_by("pk")
    rows: Iterable[tuple[Any, ...]] = found.values_list("pk", "name", "id_type", "id_number", "phone", "address")
    return {pk: Party(name, kind, number, phone, address) for pk, name, kind, number, phone, address in rows}


def _organisations(keys: set[int]) -> dict[int, tuple[Party, str]]:
    """With the name of who represents each in law."""
    if not keys:
        return {}
    legal: dict[int, Any] = dict(
        Membership.objects.filter(organisation__in=keys, kind="legal", until_at=None)
        .order_by("pk")
        .values_list("organisation_id", "person__name")
    )
    found = Organisation.objects.filter(pk__in=keys).order_by("pk").values_list("pk", "name", "uscc")
    return {pk: (Party(name, "uscc", uscc), legal.get(pk, "")) for pk, name, uscc in found}
