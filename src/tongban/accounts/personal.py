"""What registering, coming over from another system and leaving left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.db.models import Q

from tongban.accounts.migrating_models import MigratedUser
from tongban.accounts.models import Claim, Deregistration
from tongban.kernel import forgetting
from tongban.kernel.personal import Fact, Kept, declare, goes_along

_BASIS = "登记和登录（《个人信息保护法》第十三条第一款第三项）"


def _claims(person_id: int) -> Iterator[Mapping[str, Fact]]:
    for one in Claim.objects.filter(person=person_id).order_by("-pk"):
        yield {"认领时间": one.at, "结果": one.get_state_display(), "办结时间": one.closed_at, "手机号": one.phone}


def _migrated(person_id: int) -> Iterator[Mapping[str, Fact]]:
    for one in MigratedUser.objects.filter(person=person_id).order_by("-pk"):
        yield {
            "原系统": one.system,
            "结果": one.get_state_display(),
            **{f"带来的：{key}": value for key, value in one.facts.items()},
        }


def _leavings(person_id: int) -> Iterator[Mapping[str, Fact]]:
    for one in Deregistration.objects.filter(person=person_id).order_by("-pk"):
        yield {"注销时间": one.at}


declare(Kept("claims", "认领已有登记", _BASIS, ("accounts.Claim",), _claims, order=31))
declare(Kept("migrated", "从旧系统迁来的账号", _BASIS, ("accounts.MigratedUser",), _migrated, order=32))
declare(Kept("leavings", "账号注销", _BASIS, ("accounts.Deregistration",), _leavings, order=33))


@goes_along("accounts.Claim", unless=Q(state="waiting"))
def forget_claims(person_id: int) -> int:
    return forgetting.empty(Claim.objects.filter(person=person_id))


@goes_along("accounts.MigratedUser")
def forget_migrated(person_id: int) -> int:
    """What came with them; their number over there only stays as a blind index, so that they aren't taken over twice."""
    return forgetting.empty(MigratedUser.objects.filter(person=person_id))


@goes_along("accounts.Deregistration")
def forget_leavings(person_id: int) -> int:
    """That an account was closed, and when."""
    return 0
