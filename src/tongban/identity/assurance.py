"""认证: the verbs that raise the level of a person, each leaving a row that says how, by whom and until when.

The other side is asked outside of every transaction; what it answers is written in one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from tongban.identity import limits, names, rules
from tongban.identity.actors import Actor
from tongban.identity.assurance_models import FaceCheck, Verification
from tongban.identity.events import Verified
from tongban.identity.gateways import Away, FaceTicket, Proof
from tongban.identity.id_types import IdDocument, id_document
from tongban.identity.levels import LASTS, Level
from tongban.identity.models import Person
from tongban.identity.queries import person_with
from tongban.kernel import journal
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal, Unavailable, Unidentified

TRIES = 5
"""At one number within a quarter of an hour."""
FACE_WITHIN = timedelta(minutes=15)
"""From the beginning of the check to its answer."""
AWAY = ("身份核验服务暂时用不了", "请稍后再试；着急的可以带证件到窗口，由工作人员当面核验")


@transaction.atomic
def note(person: Person, level: Level, *, how: str, reference: str = "", by: Actor, now: datetime) -> Verification:
    """The level was reached."""
    lasts = LASTS[level]
    row = Verification.objects.create(
        person=person, level=level, how=how, reference=reference[:80], by=by.who, by_post=by.post, at=now,
        expires_at=now + lasts if lasts else None,
    )  # fmt: skip
    if lasts is None:
        Person.objects.filter(pk=person.pk, assurance__lt=level).update(assurance=level)
        person.assurance = max(person.assurance, level)
    journal.record(Verified(person=str(person.public_id), level=level.key, how=how), by=by, now=now)
    return row


@dataclass(frozen=True)
class Belonging:
    """What someone says belongs together, as stored."""

    name: str
    paper: IdDocument
    phone: str


def must_belong_together(said: Belonging, *, proof: Proof, now: datetime) -> str:
    """三要素核验: the name, the number and the phone that was just proved are one person's. Returns the reference.

    The same answer whether or not the number is known here: a stranger learns nothing. Raises Refusal, Unavailable, Unidentified.
    """
    count_try(f"real_name:{said.paper.type}:{said.paper.key}", most=TRIES, now=now)
    try:
        answer = proof.real_name.check(name=said.name, paper=said.paper, phone=said.phone)
    except Away as away:
        raise Unavailable("proof_away", *AWAY) from away
    if answer.answer != "same":
        raise Refusal(
            "real_name_differs", "姓名、证件号码和手机号核对不一致",
            "请核对三项；手机号要是用这个证件办理的。核对不上的，请带证件到窗口", "id_number",
        )  # fmt: skip
    return answer.reference


@transaction.atomic
def prove_phone(*, phone: str, by: Actor, now: datetime) -> None:
    """手机验证: a code that was sent there was typed here. A person beyond that keeps the phone on record for now."""
    person, number = own_person(by), rules.phone(phone)
    if person.assurance >= Level.REAL_NAME and person.phone != number:
        return
    _phone_is_theirs(person, number, now=now)
    if person.assurance < Level.PHONE:
        note(person, Level.PHONE, how="phone", by=by, now=now)


def prove_real_name(*, phone: str, proof: Proof, by: Actor, now: datetime) -> Verification:
    """实名认证 of one's own, with the phone whose code was just typed."""
    person, phone = own_person(by), rules.phone(phone)
    paper = paper_of(person)
    reference = must_belong_together(Belonging(person.name, paper, phone), proof=proof, now=now)
    with transaction.atomic():
        _phone_is_theirs(person, phone, now=now)
        return note(person, Level.REAL_NAME, how="real_name", reference=reference, by=by, now=now)


def _phone_is_theirs(person: Person, phone: str, *, now: datetime) -> None:
    person.set_phone(phone, proved_at=now)
    person.save(update_fields=["phone", "phone_index", "phone_proved_at"])


def begin_face(*, back: str, proof: Proof, by: Actor, now: datetime) -> FaceTicket:
    """刷脸 or 网证: the person goes there, shows their face and comes back."""
    person = own_person(by)
    return begin_face_of(person, back=back, proof=proof, by=by, now=now)


def begin_face_of(person: Person, *, back: str, proof: Proof, by: Actor, now: datetime) -> FaceTicket:
    """Of a person whose account this may not be yet (认领)."""
    count_try(f"face:{person.pk}", most=TRIES, now=now)
    try:
        ticket = proof.faces.begin(name=person.name, paper=paper_of(person), back=back)
    except Away as away:
        raise Unavailable("proof_away", *AWAY) from away
    FaceCheck.objects.create(reference=ticket.reference, person=person, account_id=account_of(by), at=now)
    return ticket


def finish_face(*, proof: Proof, by: Actor, now: datetime) -> Person:
    """Ask what became of the check that this account began last. Its answer counts once. Returns whose face it was."""
    begun = face_begun(by, now=now)
    if begun is None:
        raise Conflict("face_not_begun", "没有正在进行的刷脸核验", "请重新开始核验")
    try:
        result = proof.faces.result(begun.reference)
    except Away as away:
        raise Unavailable("proof_away", *AWAY) from away
    if result == "waiting":
        raise Conflict("face_waiting", "还没有收到核验结果", "在手机上完成以后，再按一次“我已完成”")
    with transaction.atomic():
        row = FaceCheck.objects.select_for_update(of=("self",)).select_related("person").get(pk=begun.pk)
        if row.ended_at:
            raise Conflict("face_not_begun", "这次核验已经用过", "请重新开始核验")
        row.ended_at, row.passed = now, result == "passed"
        row.save(update_fields=["ended_at", "passed"])
        if row.passed:
            note(row.person, Level.FACE, how="face", reference=row.reference, by=by, now=now)
    if not row.passed:
        raise Refusal("face_failed", "没有核验通过，不是证件上的本人", "请换个亮的地方再试一次，或带证件到窗口")
    return row.person


def face_begun(by: Actor, *, now: datetime) -> FaceCheck | None:
    """The check that this account began last, while its answer may come."""
    begun = FaceCheck.objects.filter(account_id=account_of(by), ended_at=None, at__gt=now - FACE_WITHIN)
    return begun.order_by("-at").first()


@transaction.atomic
def see_in_person(
    *, name: str, id_type: str, id_number: str, id_issuer: str = "", by: Actor, now: datetime
) -> Person:  # fmt: skip
    """当面核验: the clerk holds the paper in their hand, and its holder stands there."""
    if not by.posts_for("person.see"):
        raise Forbidden("not_empowered", "您的岗位不能当面核验身份", "请到综合窗口办理")
    typed, paper = names.name(name), id_document(id_type, id_number, issuer=id_issuer)
    person = person_with(paper)
    if person is None:
        raise NotFound("person_unknown", "这个证件没有登记过", "请先收件或者登记，再核验", "id_number")
    if person.name != typed:
        raise Refusal("name_differs", "姓名与这个证件号码登记的姓名不一致", "请对照证件核对姓名和号码", "name")
    if by.person_id == person.pk:
        raise Forbidden("own_case", "不能核验自己的身份", "请另一位同事核验")
    note(person, Level.IN_PERSON, how="card", by=by.under("person.see"), now=now)
    return person


def seen_by_clerk(person: Person, *, by: Actor, now: datetime) -> None:
    """A clerk who took in a case saw the card; written once."""
    if not by.posts_for("person.see"):
        raise Forbidden("not_empowered", "您的岗位不能当面核验身份", "请到综合窗口办理")
    if by.person_id == person.pk:
        raise Forbidden("own_case", "不能核验自己的身份", "请另一位同事核验")
    if person.assurance < Level.IN_PERSON:
        note(person, Level.IN_PERSON, how="card", by=by, now=now)


def count_try(what: str, *, most: int, now: datetime) -> None:
    """Note a question to the other side; raise Refusal past the limit."""
    if not limits.take(what, most=most, now=now):
        raise Refusal("proof_tries", "核对的次数太多了，请 15 分钟后再试", "着急的请带证件到窗口，由工作人员当面核验")


def own_person(by: Actor) -> Person:
    if by.person_id is None or by.is_staff:
        raise Forbidden("no_person", "这个账号没有登记个人身份", "岗位账号不用认证；个人请用自己的账号")
    return Person.objects.get(pk=by.person_id)


def account_of(by: Actor) -> int:
    if by.account_id is None:
        raise Unidentified("not_logged_in", "请先登录", "登录后继续，已填的内容不会丢")
    return by.account_id


def paper_of(person: Person) -> IdDocument:
    return id_document(person.id_type, person.id_number, issuer=person.id_issuer)


def verifications_of(person: Person) -> Sequence[Verification]:
    return list(Verification.objects.filter(person=person).order_by("-at", "-pk")[:20])
