"""What identity keeps of a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from tongban.identity.levels import Level
from tongban.identity.models import Account, FaceCheck, Membership, Merging, Person, StaffPost, Verification
from tongban.identity.roles import ROLES
from tongban.kernel import forgetting
from tongban.kernel.personal import Fact, Kept, declare, goes_along

_BASIS = "办理您申请的事项和登录（《个人信息保护法》第十三条第一款第三项）"


def _person(person_id: int) -> Iterator[Mapping[str, Fact]]:
    for one in Person.objects.filter(pk=person_id):
        yield {
            "姓名": one.name, "证件类型": one.id_type_name, "证件号码": one.id_number,
            "联系电话": one.phone, "地址": one.address, "电子邮箱": one.mail, "登记时间": one.created_at,
        }  # fmt: skip


def _memberships(person_id: int) -> Iterator[Mapping[str, Fact]]:
    found = Membership.objects.select_related("organisation").filter(person=person_id).order_by("-pk")
    for one in found:
        yield {
            "单位": one.organisation.name, "统一社会信用代码": one.organisation.uscc, "身份": one.get_kind_display(),
            "从": one.from_at, "到": one.until_at,
        }  # fmt: skip


def _accounts(person_id: int) -> Iterator[Mapping[str, Fact]]:
    for one in Account.objects.filter(person=person_id).order_by("pk"):
        yield {"账号": one.username, "开通时间": one.created_at, "最近登录": one.last_login, "可以登录": one.is_active}
    for post in StaffPost.objects.select_related("body").filter(account__person=person_id).order_by("pk"):
        yield {
            "岗位": ROLES[post.role].name,
            "部门": post.body.name if post.body else "",
            "从": post.from_at,
            "到": post.until_at,
        }


def _verifications(person_id: int) -> Iterator[Mapping[str, Fact]]:
    for one in Verification.objects.filter(person=person_id).order_by("-pk"):
        yield {"等级": Level(one.level).label, "时间": one.at, "有效期到": one.expires_at}


def _mergings(person_id: int) -> Iterator[Mapping[str, Fact]]:
    for one in Merging.objects.filter(Q(kept=person_id) | Q(merged=person_id)).order_by("-pk"):
        yield {"时间": one.at, "原因": one.reason, "撤销时间": one.undone_at, "撤销原因": one.undone_because}


declare(Kept("person", "我的登记", _BASIS, ("identity.Person",), _person, order=10))
declare(Kept("organisations", "我代表的单位", _BASIS, ("identity.Membership",), _memberships, order=20))
declare(Kept("accounts", "账号和岗位", _BASIS, ("identity.Account",), _accounts, order=30))
declare(Kept("verifications", "身份认证", _BASIS, ("identity.Verification",), _verifications, order=35))
declare(Kept("mergings", "重复登记的合并", _BASIS, ("identity.Merging",), _mergings, order=36))


@goes_along("identity.Membership", unless=Q(until_at=None) | Q(until_at__gt=Now()))
def forget_memberships(person_id: int) -> int:
    """For whom they once acted; who still does is somebody the organisation needs."""
    return Membership.objects.filter(person=person_id).delete()[0]


@goes_along("identity.Verification", "identity.FaceCheck")
def forget(person_id: int) -> int:
    """How it was proved who they were."""
    rows = (Verification.objects, FaceCheck.objects)
    return sum(each.filter(person=person_id).delete()[0] for each in rows)


@goes_along("identity.Merging", "identity.Person")
def forget_mergings(person_id: int) -> int:
    """That two were merged stays, without both names; who was merged into them goes with them."""
    return forgetting.empty(Merging.objects.filter(Q(kept=person_id) | Q(merged=person_id)))


_POSTED = Exists(StaffPost.objects.filter(account=OuterRef("pk")))


@goes_along("identity.Account", unless=Q(is_active=True) | Q(_POSTED))
def closed_accounts(person_id: int) -> int:
    """An account that was closed for good; one that ever held a post keeps the name of who acted in office."""
    return 0  # the row itself loses its person with the person's name
