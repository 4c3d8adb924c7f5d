"""任职: proposed by one, agreed to by another, held by a third (who may be neither). 临时授权 beside it."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from tongban.identity import actions as identity
from tongban.identity import posts
from tongban.identity.actors import Actor
from tongban.identity.id_types import id_document
from tongban.identity.models import Account, StaffPost
from tongban.identity.rules import stands_on
from tongban.kernel import journal
from tongban.kernel.clock import SHANGHAI, date_of
from tongban.kernel.refusals import Conflict, Forbidden, Invalid, NotFound, Refusal
from tongban.orgs.models import Body, Hall, Region
from tongban.staffing import rules
from tongban.staffing.events import ColleagueRegistered, ElevationLookedAt, ProposalRefused, Proposed, SelfGrantRefused
from tongban.staffing.models import Proposal


@dataclass(frozen=True)
class Wanted:
    """A role at a place: of a body, at a hall's windows, or over a region."""

    role: str
    region: Region
    body: Body | None = None
    hall: Hall | None = None

    @property
    def place(self) -> rules.Place:
        return rules.Place(
            self.role, self.body.pk if self.body else None, self.region.path, self.hall.pk if self.hall else None
        )


def propose(
    account: Account, wanted: Wanted, *, from_on: date, last_on: date | None, reason: str, by: Actor, now: datetime
) -> Proposal:
    """任职申请, by who assigns such posts. Raises Invalid; Forbidden, on record, where somebody proposes themselves."""
    _not_for_oneself(account.pk, wanted.place, by=by, now=now)
    with transaction.atomic():
        _must_assign(wanted.place, by=by)
        faults = rules.check_period(from_on, last_on, today=date_of(now))
        if not account.is_active:
            faults.append(Refusal("colleague_unknown", "没有这位同事", "请先登记新同事", "account"))
        try:
            reason = rules.check_reason(reason)
        except Refusal as short:
            faults.append(short)
        if faults:
            raise Invalid(faults)
        from_at = now if from_on == date_of(now) else _start(from_on)
        until_at = _start(last_on + timedelta(days=1)) if last_on else None
        return _kept(
            Proposal(
                **_where(account, wanted), from_at=from_at, until_at=until_at, reason=reason,
                asked_by_id=by.account_id or 0, asked_at=now,
            ),
            by=by, now=now,
        )  # fmt: skip


def elevate(wanted: Wanted, *, hours: str, reason: str, by: Actor, now: datetime) -> Proposal:
    """临时授权 for oneself: at once and looked at afterwards, or, where the role is weighty, when somebody agrees."""
    if by.account_id is None or not rules.colleague_of(by.posts, wanted.place):
        raise Forbidden("not_a_colleague", "只能在自己所在的部门、大厅临时授权", "需要的，请那里的负责人提出任职")
    asked = rules.check_hours(hours)
    reason = rules.check_reason(reason)
    if any(post.role_key == wanted.role and (post.body_id, post.hall_id) == (wanted.place.body_id, wanted.place.hall_id)
           for post in by.posts):  # fmt: skip
        raise Conflict("held_already", "您已经有这个岗位", "不需要临时授权")
    with transaction.atomic():
        account = Account.objects.select_for_update(of=("self",)).get(pk=by.account_id)
        if Proposal.objects.filter(account=account, state="declared").exists():
            raise Conflict(
                "elevation_not_looked_at", "您上一次临时授权还没有人复核，不能再用",
                "请负责人先在“人员和岗位”里复核；急的，请他另给您任职",
            )  # fmt: skip
        made = _kept(
            Proposal(
                **_where(account, wanted), elevated=True, hours=asked, reason=reason, asked_by=account, asked_at=now,
            ),
            by=by, now=now,
        )  # fmt: skip
        if not rules.needs_approval(by.posts, wanted.place):
            made.state = "declared"
            made.post = _begin(made, approved_by="", by=by, now=now)
            made.save(update_fields=["state", "post"])
        return made


def approve(proposal: UUID, *, by: Actor, now: datetime) -> StaffPost:
    """By somebody who assigns such posts, and neither asked nor gets it."""
    found = _open(proposal, by=by, lock=False)
    _not_for_oneself(found.account_id, found.place, asked_by=found.asked_by_id, by=by, now=now)
    with transaction.atomic():
        found = _open(proposal, by=by)
        if found.state != "waiting":
            raise Conflict("proposal_not_waiting", "这条申请不等批准", "请刷新页面")
        _must_assign(found.place, by=by)
        if found.account.is_unproved:
            raise Conflict(
                "colleague_unproved", "这位同事还没有证明是本人，不能开始任职",
                "请他登录后刷脸认领，或者带身份证到窗口，由综窗人员核验",
            )  # fmt: skip
        if found.until_at and found.until_at <= now:
            raise Conflict("proposal_past", "申请的期限已经过去", "请重新提出")
        found.post = _begin(found, approved_by=by.who, by=by, now=now)
        _decided(found, "approved", "", by=by, now=now)
        return found.post


def refuse(proposal: UUID, *, why: str, by: Actor, now: datetime) -> Proposal:
    """没有批准, or taken back by who asked."""
    with transaction.atomic():
        found = _open(proposal, by=by)
        if found.state != "waiting":
            raise Conflict("proposal_not_waiting", "这条申请不等批准", "请刷新页面")
        if by.account_id in (found.asked_by_id, found.account_id):
            raise Conflict("proposal_own", "自己提出的申请由另一位有权的同事处理", "不再需要的，请对方不批准")
        _must_assign(found.place, by=by)
        _decided(found, "refused", rules.check_reason(why, field="why"), by=by, now=now)
        journal.record(
            ProposalRefused(proposal=str(found.public_id), account=found.account_id, role=found.role), by=by, now=now
        )
        return found


def look_at(proposal: UUID, *, fine: bool, why: str, by: Actor, now: datetime) -> Proposal:
    """复核 of an elevation that began without asking. One that is not fine ends at once."""
    found = _open(proposal, by=by, lock=False)
    _not_for_oneself(found.account_id, found.place, asked_by=found.asked_by_id, by=by, now=now)
    with transaction.atomic():
        found = _open(proposal, by=by)
        if found.state != "declared":
            raise Conflict("proposal_not_declared", "这条申请不等复核", "请刷新页面")
        _must_assign(found.place, by=by)
        why = why.strip()[:200] if fine else rules.check_reason(why, field="why")
        _decided(found, "fine" if fine else "objected", why, by=by, now=now)
        post = found.post
        if not fine and post and not post.ended_by and post.until_at and post.until_at > now:
            posts.end(post.pk, reason=f"复核不认可：{why}", by=by, now=now)
        journal.record(
            ElevationLookedAt(proposal=str(found.public_id), account=found.account_id, fine=fine), by=by, now=now
        )
        return found


@transaction.atomic
def end_post(post: int, *, reason: str, by: Actor, now: datetime) -> StaffPost:
    """By who assigns such posts; one's own elevation, when it is not needed any longer."""
    found = StaffPost.objects.filter(pk=post).first()
    own = found is not None and found.elevated and found.account_id == by.account_id
    if found is None or not (own or rules.assigns(by.posts, place_of(found))):
        raise NotFound("post_unknown", "没有这个岗位，或者不归您管理", "请刷新页面")
    return posts.end(found.pk, reason=rules.check_reason(reason), by=by, now=now)


def place_of(post: StaffPost) -> rules.Place:
    return rules.Place(post.role, post.body_id, post.region_path, post.hall_id)


@transaction.atomic
def register_colleague(*, username: str, name: str, id_number: str, by: Actor, now: datetime) -> tuple[Account, str]:
    """新同事: an account without any power, and its first password, which is shown once and has to be changed. It belongs to
    no person until its owner claims it (认领); before that no post begins."""
    if not any("post.assign" in post.role.acts and not post.elevated for post in by.posts):
        raise Forbidden("not_assigning_posts", "您的岗位不能登记新同事", "请部门负责人、值班长或平台管理员登记")
    faults = []
    username = username.strip().lower()
    if not re.fullmatch(r"[a-z][a-z0-9_]{2,39}", username):
        faults.append(
            Refusal(
                "username_form", "登录名用小写字母开头，3 至 40 位小写字母、数字、下划线", "例如 wang_min", "username"
            )
        )
    elif Account.objects.filter(username=username).exists():
        faults.append(Refusal("username_taken", "这个登录名已经有人用", "请换一个，例如加上数字", "username"))
    if not 2 <= len(name.strip()) <= 40:
        faults.append(Refusal("colleague_name", "请填写姓名", "与身份证一致", "name"))
    try:
        id_document("id_card", id_number)
    except Refusal as wrong:
        faults.append(wrong)
    if faults:
        raise Invalid(faults)
    password = secrets.token_urlsafe(9)
    try:
        with transaction.atomic():
            account = identity.open_for_colleague(
                username=username, password=password, name=name.strip(), id_number=id_number, by=by, now=now
            )
    except IntegrityError as twice:
        raise Conflict("registered_meanwhile", "刚刚有人登记了同样的登录名或证件", "请再提交一次") from twice
    journal.record(ColleagueRegistered(account=account.pk), by=by, now=now)
    return account, password


def _not_for_oneself(
    account: int, place: rules.Place, *, asked_by: int | None = None, by: Actor, now: datetime
) -> None:
    """On record in a transaction of its own: the refusal takes nothing back."""
    if not rules.self_granted(account, by=by.account_id, asked_by=asked_by):
        return
    with transaction.atomic():
        journal.record(SelfGrantRefused(account=account, role=place.role, body=place.body_id), by=by, now=now)
    raise rules.refuse_self_grant()


def _must_assign(place: rules.Place, *, by: Actor) -> None:
    if not rules.assigns(by.posts, place):
        raise Forbidden(
            "not_assigning_posts",
            "这里的这个岗位不归您安排",
            "部门的岗位找部门负责人，大厅窗口的找值班长，其他的找平台管理员",
        )


def _open(proposal: UUID, *, by: Actor, lock: bool = True) -> Proposal:
    found = Proposal.objects.visible_to(by).filter(public_id=proposal)
    one = (found.select_for_update(of=("self",)) if lock else found).first()
    if one is None:
        raise NotFound("proposal_unknown", "没有这条任职申请，或者您无权查看", "请刷新页面")
    if one.decided_at:
        raise Conflict("proposal_settled", "这条申请已经有结果", "请刷新页面")
    return one


def _where(account: Account, wanted: Wanted) -> dict[str, object]:
    return {"account": account, "role": wanted.role, "region": wanted.region, "region_path": wanted.region.path,
            "body": wanted.body, "hall": wanted.hall}  # fmt: skip


def _kept(made: Proposal, *, by: Actor, now: datetime) -> Proposal:
    Account.objects.select_for_update(of=("self",)).get(
        pk=made.account_id
    )  # one after another: the same isn't asked twice
    same = Proposal.objects.open().filter(
        account_id=made.account_id, role=made.role, body=made.body, hall=made.hall, state="waiting"
    )
    if same.exists():
        raise Conflict("proposal_again", "同样的申请正在等批准", "不用再提出")
    made.save()
    journal.record(
        Proposed(
            proposal=str(made.public_id), account=made.account_id, role=made.role, body=made.body_id,
            elevated=made.elevated,
        ),
        by=by,
        now=now,
    )  # fmt: skip
    return made


def _begin(one: Proposal, *, approved_by: str, by: Actor, now: datetime) -> StaffPost:
    until_at = now + timedelta(hours=one.hours) if one.hours else one.until_at
    if one.hours and until_at:
        until_at = min(until_at, _base_lasts(one, now=now) or until_at)
    return posts.begin(
        account=one.account, role=one.role, region=one.region, body=one.body, hall=one.hall,
        from_at=max(one.from_at or now, now), until_at=until_at, elevated=one.elevated, reason=one.reason,
        asked_by=f"staff:{one.asked_by_id}", approved_by=approved_by, by=by, now=now,
    )  # fmt: skip


def _base_lasts(one: Proposal, *, now: datetime) -> datetime | None:
    """Until when the posts are held on which an elevation stands; None where one has no end."""
    held = StaffPost.objects.held_at(now).filter(account=one.account, elevated=False).order_by("pk")
    where = (one.role, one.body_id, one.region_path, one.hall_id)
    ends = [post.until_at for post in held if stands_on(posts.plain(post), *where)]
    if not ends:
        raise Conflict("not_a_colleague", "他已经不在那里任职，不能临时授权", "需要的，请按任职办理")
    return None if None in ends else max(end for end in ends if end)


def _decided(one: Proposal, state: str, why: str, *, by: Actor, now: datetime) -> None:
    one.state, one.decided_by_id, one.decided_at, one.decided_why = state, by.account_id, now, why
    one.save(update_fields=["state", "decided_by", "decided_at", "decided_why", "post"])


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)
