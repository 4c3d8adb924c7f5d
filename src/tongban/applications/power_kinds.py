"""What the two sides of a power of attorney are told: it was asked for, it is in force, it has ended."""

from __future__ import annotations

from typing import Final

from tongban.notices.kinds import Kind, Words, declare

VARIABLES: Final = {
    "委托人": "刘晓燕",
    "代理人": "王强",
    "种类": "家庭代办",
    "到期日": "2027年3月1日",
    "原因": "委托人已撤销",
}
BELOW: Final = "\n不是您本人意思的，请马上登录撤销，或者带身份证到政务服务大厅综合窗口办理，也可以拨打 12345。"


def _kind(key: str, name: str, title: str, text: str, *, letter: bool = False, must: bool = True) -> Kind:
    return Kind(key, name, VARIABLES, Words(title, text, text, text + BELOW if letter else ""), must=must)


ASKED = _kind(
    "power_asked", "申请委托", "有人申请替您办事",
    "{代理人}申请替您办事（{种类}），到{到期日}为止。请登录看委托书，同意了才有效；不认识的请拒绝。",
)  # fmt: skip
BEGAN = _kind(
    "power_began", "委托生效", "委托已生效",
    "{委托人}委托{代理人}办事（{种类}），已经生效，到{到期日}为止。委托人可以随时撤销。", letter=True,
)  # fmt: skip
ENDED = _kind(
    "power_ended", "委托结束", "委托已结束", "{委托人}委托{代理人}办事（{种类}），已经结束：{原因}。已经办好的不受影响。",
)  # fmt: skip

declare(ASKED, BEGAN, ENDED)
