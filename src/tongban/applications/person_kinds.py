"""What a person is told of their own registration: that it was merged with another, or parted from it."""

from __future__ import annotations

from typing import Final

from tongban.notices.kinds import Kind, Words, declare

VARIABLES: Final = {"留下的证件": "居民身份证 500***********2452", "并入的证件": "护照 E******78"}
BELOW: Final = "\n不是您本人的两个证件，或者您不知道这件事的，请马上带身份证到政务服务大厅综合窗口，也可以拨打 12345。"


def _kind(key: str, name: str, title: str, text: str, *, short: str) -> Kind:
    return Kind(key, name, VARIABLES, Words(title, text, short, text + BELOW), must=True)


MERGED = _kind(
    "persons_merged", "登记合并", "您的两个登记已合并",
    "登记的{留下的证件}和{并入的证件}已认定是同一个人，办件和证照归到前一个。",
    short="{留下的证件}和{并入的证件}认定为同一人，办件归前者。不是您的请拨 12345。",
)  # fmt: skip
PARTED = _kind(
    "persons_parted", "撤销登记合并", "登记的合并已撤销",
    "登记的{留下的证件}和{并入的证件}不是同一个人，合并已撤销，移过去的办件和证照已移回。",
    short="{留下的证件}和{并入的证件}不是同一人，合并已撤销。有疑问请拨 12345。",
)  # fmt: skip

declare(MERGED, PARTED)
