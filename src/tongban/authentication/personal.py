"""What signing in leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tongban.authentication.models import SignIn
from tongban.authentication.rules import METHODS
from tongban.kernel import forgetting
from tongban.kernel.personal import Fact, Kept, declare, goes_along


def _sessions(person_id: int) -> Iterator[Mapping[str, Fact]]:
    ways: Mapping[str, str] = {str(method): name for method, name in METHODS.items()}
    for one in SignIn.objects.filter(account__person=person_id).order_by("-pk")[:5000].iterator():
        yield {
            "登录时间": one.at, "方式": ways.get(one.method, one.method), "设备": one.device, "网络地址": one.address, "退出时间": one.ended_at,
        }  # fmt: skip


declare(Kept(
    "sessions", "登录记录", "防止他人冒用您的账号（《网络安全法》第二十一条）", ("authentication.SignIn",), _sessions, order=40
))  # fmt: skip


@goes_along("authentication.SignIn")
def forget_sign_ins(person_id: int) -> int:
    """Where the accounts that the person closed were signed in from."""
    mine = SignIn.objects.filter(account__person=person_id)
    return forgetting.empty(mine, also={"device": "", "address_index": b""})
