"""迁移: the users of a department's system come over. Matched by their papers, else by people; never with their passwords.

A line that came before is not taken again, so a file may be brought twice, or after it was mended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import IntegrityError, transaction

from tongban.accounts import migrating_rules as rules
from tongban.accounts.events import UsersMigrated
from tongban.accounts.migrating_models import MigratedUser, Migration
from tongban.accounts.migrating_rules import User
from tongban.identity.actors import Actor
from tongban.identity.id_types import id_document
from tongban.identity.levels import Level
from tongban.identity.models import Person
from tongban.kernel import actors, journal
from tongban.kernel.crypto import blind_index
from tongban.kernel.imports import one_run
from tongban.kernel.refusals import Conflict, Forbidden, NotFound, Refusal
from tongban.kernel.tables import Column, Progress, Report, read, silent

COLUMNS = (
    Column("user", ("用户编号", "用户号", "账号"), required=True),
    Column("name", ("姓名",), required=True),
    Column("id_type", ("证件种类", "证件类型")),
    Column("id_number", ("证件号码", "身份证号", "身份证号码")),
    Column("id_issuer", ("国家码",)),
    Column("phone", ("手机号", "手机号码", "手机")),
    Column("address", ("地址", "住址")),
    Column("password", ("密码", "口令", "密码散列")),
)
AT_ONCE = 500
NO_PASSWORDS = "有密码列，没有取：迁移来的人用手机验证码登录，或带证件到窗口"


def import_users(
    path: Path, *, system: str, by: actors.Actor, now: datetime, dry_run: bool = False, progress: Progress = silent
) -> tuple[Report, Migration]:
    """Lines that can't be used are told by their number, the others taken."""
    name = system.strip()[:60]
    if len(name) < 2:
        raise Refusal("system_name", "请写明是哪个系统的用户", "例如：区民政局低保系统", "system")
    with one_run("users", now=now, dry_run=dry_run) as report:
        table = read(path, COLUMNS)
        report.take(table)
        if "password" in table.columns:
            report.notes.append(NO_PASSWORDS)
        made = Migration.objects.create(system=name, source=table.source[:300], by=by.who, at=now)
        for start in range(0, len(table.rows), AT_ONCE):
            part = table.rows[start : start + AT_ONCE]
            _take(made, [(row.line, row.cells) for row in part], report, now=now)
            progress("用户", start + len(part), len(table.rows))
        made.rejected, made.unchanged = [list(one) for one in report.rejected], report.unchanged
        made.save(update_fields=["rejected", "unchanged"])
        journal.record(UsersMigrated(migration=str(made.public_id), taken=report.changed), by=by, now=now)
    return report, made


def _take(made: Migration, lines: Sequence[tuple[int, Mapping[str, str]]], report: Report, *, now: datetime) -> None:
    """Some hundred lines with a handful of queries."""
    users: dict[bytes, tuple[int, User]] = {}
    for line, cells in lines:
        try:
            user = rules.read_user(cells)
        except Refusal as refusal:
            report.reject(line, f"{refusal.reason}（{refusal.hint}）" if refusal.hint else refusal.reason)
            continue
        index = _index(made.system, user.user)
        if index in users:
            report.reject(line, f"用户编号与第 {users[index][0]} 行重复")
        else:
            users[index] = (line, user)
    known = MigratedUser.objects.filter(system=made.system, user_index__in=list(users)).values_list(
        "user_index", flat=True
    )
    for stored in known:
        del users[bytes(stored)]
        report.unchanged += 1
    there, phones = _known(user for _, user in users.values())
    rows: list[MigratedUser] = []
    for index, (line, user) in users.items():
        key = (user.paper.type, user.paper.key) if user.paper else None
        found = there.get(key) if key else None
        became = rules.outcome(
            user, with_paper=found.name if found else None, candidates=[one.name for one in phones.get(user.phone, [])]
        )
        if became == "rejected":
            report.reject(line, "没有证件号码，也没有同名同手机号的人（请补上证件号码）")
            continue
        person = found if became == "matched" else _registered(user, now=now) if became == "created" else None
        if person and key:
            there[key] = person
        rows.append(MigratedUser(
            migration=made, system=made.system, user_index=index, line=line, facts=_facts(user), state=became, person=person
        ))  # fmt: skip
        report.changed += 1
    MigratedUser.objects.bulk_create(rows)


def _known(users: Iterable[User]) -> tuple[dict[tuple[str, str], Person], dict[str, list[Person]]]:
    """Who has these papers, and who has these phones."""
    listed = list(users)
    by_index = {
        blind_index(one.paper.key, purpose=f"id:{one.paper.type}"): (one.paper.type, one.paper.key)
        for one in listed if one.paper
    }  # fmt: skip
    there: dict[tuple[str, str], Person] = {}
    for person in Person.objects.select_related("merged_into").filter(id_index__in=list(by_index)).order_by("pk"):
        key = by_index[bytes(person.id_index)]
        if key[0] == person.id_type:
            there[key] = person.merged_into or person
    numbers = {blind_index(one.phone, purpose="phone"): one.phone for one in listed if one.phone}
    phones: dict[str, list[Person]] = {}
    for person in Person.objects.filter(phone_index__in=list(numbers), merged_into=None).order_by("pk"):
        phones.setdefault(numbers[bytes(person.phone_index or b"")], []).append(person)
    return there, phones


def candidates_of(users: Sequence[MigratedUser]) -> dict[int, list[Person]]:
    """By waiting user: whose paper it is under another name, and who has the phone and the name."""
    read_ones = {one.pk: _user(one) for one in users}
    there, phones = _known(read_ones.values())
    found: dict[int, list[Person]] = {}
    for pk, user in read_ones.items():
        own = there.get((user.paper.type, user.paper.key)) if user.paper else None
        like = [one for one in phones.get(user.phone, []) if one.name == user.name]
        found[pk] = list(dict.fromkeys([*([own] if own else []), *like]))
    return found


@transaction.atomic
def accept(user: UUID, person: UUID, *, by: Actor, now: datetime) -> MigratedUser:
    """It is this person: one of the candidates."""
    found = _waiting(user, by=by)
    candidate = next((one for one in candidates_of([found])[found.pk] if one.public_id == person), None)
    if candidate is None:
        raise NotFound("candidate_unknown", "候选人里没有这个人", "请刷新后再选")
    return _decide(found, "accepted", candidate, "", by=by, now=now)


@transaction.atomic
def register_new(user: UUID, *, by: Actor, now: datetime) -> MigratedUser:
    """It is somebody else: registered under the paper that the line gives, if nobody has that one."""
    found = _waiting(user, by=by)
    facts = _user(found)
    if facts.paper is None:
        raise Refusal("no_paper", "这一行没有证件号码，不能新登记", "认定候选人，或者不迁入")
    if Person.objects.with_paper(facts.paper).exists():
        raise Conflict("paper_taken", "这个证件号码登记的是另一个名字", "请核实是谁；改过名的，认定候选人")
    try:
        with transaction.atomic():
            person = _registered(facts, now=now)
    except IntegrityError as twice:  # the same paper, registered at the same moment
        raise Conflict("registered_meanwhile", "刚刚有人用这个证件登记过", "请刷新页面，核实是不是同一个人") from twice
    return _decide(found, "created", person, "", by=by, now=now)


@transaction.atomic
def refuse(user: UUID, *, reason: str, by: Actor, now: datetime) -> MigratedUser:
    """Not taken over."""
    found = _waiting(user, by=by)
    if len(reason.strip()) < 2:
        raise Refusal("reason_missing", "请写明为什么不迁入", "例如：重复账号", "reason")
    return _decide(found, "refused", None, reason.strip()[:200], by=by, now=now)


def _waiting(user: UUID, *, by: Actor) -> MigratedUser:
    if not by.posts_for("platform.manage"):
        raise Forbidden("not_empowered", "只有平台管理员能迁移用户", "请联系平台管理员")
    found = MigratedUser.objects.select_for_update(of=("self",)).filter(public_id=user).first()
    if found is None:
        raise NotFound("user_unknown", "没有这个迁移来的用户", "请从迁移批次里打开")
    if found.state != "waiting":
        raise Conflict("user_decided", "这个用户已经处理过", "请刷新页面")
    return found


def _decide(
    found: MigratedUser, state: str, person: Person | None, reason: str, *, by: Actor, now: datetime
) -> MigratedUser:
    found.state, found.person, found.reason, found.decided_by, found.decided_at = state, person, reason, by.who, now
    found.save(update_fields=["state", "person", "reason", "decided_by", "decided_at"])
    return found


def _registered(user: User, *, now: datetime) -> Person:
    assert user.paper  # noqa: S101 - the outcome says so
    person = Person(name=user.name, address=user.address, assurance=Level.REGISTERED, created_at=now)
    person.set_paper(user.paper)
    person.set_phone(user.phone)
    person.save()
    return person


def _facts(user: User) -> dict[str, object]:
    return asdict(user)


def _user(one: MigratedUser) -> User:
    facts = dict(one.facts)
    paper = facts.pop("paper")
    return User(**facts, paper=id_document(paper["type"], paper["number"], issuer=paper["issuer"]) if paper else None)


def _index(system: str, user: str) -> bytes:
    return blind_index(f"{system}\0{user}", purpose="migrated")
