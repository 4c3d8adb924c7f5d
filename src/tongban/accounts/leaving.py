"""注销: the account is closed by its owner. What the law wants kept on cases stays; the rest is retention's business."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongban.accounts.events import Deregistered
from tongban.accounts.models import Claim, Deregistration
from tongban.accounts.obstacles import Obstacle, obstacles_of
from tongban.identity import assurance
from tongban.identity.actors import Actor
from tongban.identity.models import Account, ApiToken, Membership, Person
from tongban.kernel import journal
from tongban.kernel.refusals import Conflict, Refusal

WORD = "注销"
CONSEQUENCES = (
    ("登录", "这个账号马上退出，不能再登录；访问令牌作废"),
    ("办完的件", "按法律规定归档保存，上面的姓名和材料不删除；要查，带证件到窗口"),
    ("证照", "仍然有效，别人照样能查验；您不能再从这里下载"),
    ("没填完的草稿", "三十天没有接着填的，自动删除"),
    ("替企业经办", "您的经办权马上结束；您是法定代表人的企业不受影响，由企业另行登记"),
    (
        "姓名、证件号码、手机号、邮箱、地址",
        "不再用来通知您；没有办件、证照、委托和信用记录还要保存，也不是企业法定代表人的，三十天后删除",
    ),
    ("以后", "还可以重新注册，刷脸或到窗口认领以前的办件和证照"),
)
"""What follows, as it stands on the page."""


def in_the_way(person: Person) -> list[Obstacle]:
    return obstacles_of(person.pk)


@transaction.atomic
def deregister(*, typed: str, by: Actor, now: datetime) -> Deregistration:
    """By its owner, who proved themselves just now and typed the word. Raises Conflict while cases are on their way."""
    person = assurance.own_person(by)
    account = Account.objects.select_for_update(of=("self",)).get(pk=assurance.account_of(by))
    if typed.strip() != WORD:
        raise Refusal("word_missing", f"请输入“{WORD}”两个字，表示您看过后果", "不想注销就离开这一页", "word")
    if there := in_the_way(person):
        raise Conflict("cases_open", f"现在还不能注销：{there[0].words}", "办完、撤回或领取以后再注销")
    account.is_active = False
    account.set_unusable_password()
    account.save(update_fields=["is_active", "password"])
    ApiToken.objects.filter(account=account, expires_at__gt=now).update(expires_at=now)
    Membership.objects.held_at(now).filter(person=person, kind="handler").update(until_at=now, ended_by=by.who)
    Claim.objects.filter(person=person, state="waiting").update(state="withdrawn", closed_at=now, closed_by=by.who)
    made = Deregistration.objects.create(account=account, person=person, at=now)
    journal.record(Deregistered(account=account.pk, person=str(person.public_id)), by=by, now=now)
    return made
