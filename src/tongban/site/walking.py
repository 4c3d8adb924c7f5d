"""走一遍: one item, one situation, by somebody without a phone: counter, paper, cash and the 8-digit query code.

Nothing here pretends: the clerk, the reviewer and the decider are those who hold the posts, and every step is the verb
that the window's pages call. Whoever walks rolls back what was done (`site.no_phone`).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime

from tongban.applications import actions as applications
from tongban.applications import documents, queries, rules
from tongban.applications.actions import confirmations
from tongban.applications.actions.confirmations import Confirmed
from tongban.applications.models import Application, ApplicationMaterial, Draft
from tongban.catalog import no_phone, papers, situations
from tongban.catalog.content import FormField, Material
from tongban.catalog.forming import PHONELESS
from tongban.catalog.models import Edition
from tongban.counter import actions as counter
from tongban.files import actions as files
from tongban.files.rules import sniff
from tongban.identity.actors import Actor
from tongban.identity.models import Person, StaffPost
from tongban.identity.queries import actor_of
from tongban.identity.roles import ROLES
from tongban.identity.roles import Act as Power
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Conflict, Invalid, Refusal
from tongban.licences.documents import licence_pdf
from tongban.licences.models import Licence
from tongban.site import makers, step_walk

SEVENTEEN = "99999919400512001"
"""Born in 1940, in a region that there is none of: nobody has this number."""
NAME, FIRM, FIRM_CODE = "查无机", "查无机演练商行", "92999999MA0000000"
PEN = "按窗口办法逐步演练"
MOST_STEPS = 40
SIGNED_PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>endobj\n"
    b"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000053 00000 n \n0000000102 00000 n \n"
    b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n179\n%%EOF\n"
)


@dataclass(frozen=True)
class Staff:
    """Who does it: at the window, in the body, and who decides."""

    clerk: Actor
    handler: Actor
    decider: Actor


class Stuck(Exception):
    """A step that was refused."""

    def __init__(self, step: str, refusal: Refusal) -> None:
        super().__init__(f"{step}: {refusal.reason}")
        self.step, self.refusal = step, refusal

    def blocked(self, situation: str) -> no_phone.Blocked:
        faults = self.refusal.faults if isinstance(self.refusal, Invalid) else [self.refusal]
        said = "；".join(dict.fromkeys(one.reason for one in faults))
        when = f"（情形：{situation}）" if situation else ""
        mend = faults[0].hint or "请对照这一步核对办事指南"
        return no_phone.Blocked(no_phone.WALK, self.step, f"{said}{when}"[:400], mend)


@contextmanager
def _step(name: str) -> Iterator[None]:
    try:
        yield
    except Refusal as refusal:
        raise Stuck(name, refusal) from refusal


_POWERS: frozenset[Power] = frozenset({"application.intake", "application.review", "application.decide"})
_WALKERS = [role.key for role in ROLES.values() if role.acts & _POWERS]


class Roster:
    """Everyone who holds a post now, asked once for the whole catalogue."""

    def __init__(self, *, now: datetime) -> None:
        posts = StaffPost.objects.held_at(now).filter(role__in=_WALKERS)
        accounts = {post.account_id: post.account for post in posts.select_related("account").order_by("pk")}
        self._actors = [actor_of(account, now=now, channel="counter") for account in accounts.values()]

    def staff_for(self, edition: Edition) -> Staff | list[no_phone.Blocked]:
        """The three, or for each that there is none: what nobody can do."""
        reviews: Power = "application.decide" if edition.document.review == "instant" else "application.review"
        clerks = self._who_may("application.intake", edition)
        handlers, deciders = self._who_may(reviews, edition), self._who_may("application.decide", edition)
        clerk = clerks[0] if clerks else None
        instant = edition.document.review == "instant"
        handler = next((one for one in handlers if one not in deciders), handlers[0] if handlers else None)
        decider = next((one for one in deciders if instant or one is not handler), None)
        if clerk and handler and decider:
            return Staff(clerk, handler, decider)
        lacks = {
            "窗口收件": ("没有能收这个事项的窗口人员", clerk),
            "受理和审查": (f"{edition.body.name}没有能受理、审查的人员", handler),
            "决定": (f"{edition.body.name}没有能作出决定的另一位人员", decider),
        }
        return [
            no_phone.Blocked(no_phone.STAFF, step, says, "请管理员任命这个岗位")
            for step, (says, found) in lacks.items()
            if found is None
        ]

    def _who_may(self, power: Power, edition: Edition) -> list[Actor]:
        return [one for one in self._actors if one.may(power, body_id=edition.body_id, region_path=edition.region_path)]


def walk(
    edition: Edition, situation: situations.Combination, *, staff: Staff, whole: bool, now: datetime
) -> Application:
    """From the window to the result and the look-up. `whole`: with a correction, papers that follow, and every paper
    printed. Raises Stuck at the first step that is refused."""
    case, taker = _hand_in(edition, situation, staff=staff, whole=whole, now=now)
    with _step("打印收件凭证"):
        documents.notice_pdf(case, "receipt", now=now)
    if whole and case.status == rules.State.SUBMITTED:
        case = _correct(case, staff=staff, taker=taker, now=now)
    case = _through_the_body(case, staff=staff, taker=taker, now=now)
    with _step("窗口交付结果"):
        case = counter.hand_over(case.number, tail=taker.id_number[-4:], by=staff.clerk, now=now)
    if whole:
        _print_result(case, now=now)
    with _step("凭查询码和证件后四位查进度"):
        tail = case.organisation.uscc[-4:] if case.organisation else taker.id_number[-4:]
        if queries.look_up(case.query_code, tail).number != case.number:
            raise Conflict("look_up_failed", "查到的不是这个办件", "请报告平台维护人员")
    return case


def _hand_in(
    edition: Edition, situation: situations.Combination, *, staff: Staff, whole: bool, now: datetime
) -> tuple[Application, Person]:
    """Somebody walks up with an ID card and a folder. What may follow is left at home the first time."""
    firm = {} if edition.for_people else {"uscc": makers.uscc(FIRM_CODE), "organisation": FIRM}
    applicant = counter.Applicant(id_number=makers.id_number(SEVENTEEN), name=NAME, **firm)
    with _step("窗口收件"):
        draft = counter.start(edition.code, applicant, by=staff.clerk, now=now)
        taker = draft.applicant
        assert taker is not None  # noqa: S101 - the window opens drafts with one
        taker.address = taker.address or "云江区听澜街道正街1号"
        rng = random.Random(edition.code)  # noqa: S311 - the same walk every time
        draft = applications.save_draft(
            draft.public_id,
            answers=situation.answers,
            form=makers.form(edition.document, situation.answers, value=lambda field: _written(field, taker, rng, now)),
            materials={one.key: how for one in situation.materials if (how := _brought(one, whole=whole))},
            by=staff.clerk,
            now=now,
        )
    if whole and edition.document.form:
        with _step("打印申请表签字"):
            papers.form_pdf(edition, now=now, answers=situation.answers, form=draft.content["form"])
    with _step("窗口收件"):
        draft = _signed(draft, by=staff.clerk, now=now)
        case = applications.submit_draft(draft.public_id, by=counter.acting_for(staff.clerk, taker), now=now)
    return case, taker


def _signed(draft: Draft, *, by: Actor, now: datetime) -> Draft:
    """The signature on the printed form, scanned: always the same page, which the store keeps once."""
    scan = files.keep(SIGNED_PAGE, kind=sniff(SIGNED_PAGE), pages=1, by=by, now=now)
    said = Confirmed("signature", confirmations.digest_of(draft.content), file=str(scan.public_id))
    return applications.save_draft(draft.public_id, confirmed=asdict(said), by=by, now=now)


def _written(field: FormField, person: Person, rng: random.Random, now: datetime) -> str | list[str]:
    """No phone, no e-mail: those stay empty."""
    return "" if field.kind in PHONELESS else makers.value(field, person, rng, date_of(now))


def _brought(material: Material, *, whole: bool) -> str:
    if material.give == "pledge":
        return "pledge"
    if material.give not in ("upload", "window") or (whole and material.may_follow):
        return ""
    return "paper"


def _correct(case: Application, *, staff: Staff, taker: Person, now: datetime) -> Application:
    """One of the papers can't be read: told at the window on paper, brought again."""
    row = ApplicationMaterial.objects.filter(application=case, give="paper").order_by("id").first()
    if row is None:
        return case
    with _step("窗口告知补正"):
        gap = applications.Gap(note="字迹不清，请重新提交")
        case = applications.correct(case.number, {row.key: gap}, by=staff.clerk, now=now)
        documents.notice_pdf(case, "correction", now=now)
    with _step("窗口补交材料"):
        return applications.supplement(
            case.number, materials={row.key: "paper"}, by=counter.acting_for(staff.clerk, taker), now=now
        )


def _through_the_body(case: Application, *, staff: Staff, taker: Person, now: datetime) -> Application:
    """Accepted by whoever the edition empowers, reviewed, decided (above, where the law says so), made."""
    content = case.edition.document
    acceptor = staff.clerk if content.accepted_by == "window" else staff.handler
    for _ in range(MOST_STEPS):
        match case.status:
            case rules.State.SUBMITTED | rules.State.PRECHECKED:
                with _step("受理"):
                    case = applications.accept(case.number, by=acceptor, now=now)
                case = _supply(case, staff=staff, taker=taker, now=now)
            case rules.State.ACCEPTED if content.review != "instant":
                with _step("审查"):
                    case = step_walk.review(case, by=staff.handler, now=now)
            case rules.State.REVIEWED if content.decided_above:
                with _step("转报上级"):
                    case = applications.forward(case.number, opinion=PEN, by=staff.decider, now=now)
            case rules.State.ACCEPTED | rules.State.REVIEWED | rules.State.FORWARDED:
                with _step("决定"):
                    case = applications.decide(
                        case.number, granted=True, reason=PEN, document="演练文书", by=staff.decider, now=now
                    )
                case = _supply(case, staff=staff, taker=taker, now=now)
            case _:
                break
    return case


def _supply(case: Application, *, staff: Staff, taker: Person, now: datetime) -> Application:
    """What was let follow is brought to the window, as soon as it is owed."""
    if not case.commitments.filter(state="open", kind__in=("provision", "later")).exists():
        return case
    owed = ApplicationMaterial.objects.filter(application=case, given=False).values_list("key", flat=True)
    with _step("窗口补交容缺材料"):
        return applications.supply(
            case.number, materials=dict.fromkeys(owed, "paper"), by=counter.acting_for(staff.clerk, taker), now=now
        )


def _print_result(case: Application, *, now: datetime) -> None:
    with _step("打印决定书"):
        documents.notice_pdf(case, "decision", now=now)
    if licence := Licence.objects.filter(case_number=case.number).first():
        with _step("打印证照"):
            licence_pdf(licence, now=now)
