"""三级四同: the same item has the same 名称, 编码, 类型 and 依据 in city, district and town; and its place in the tree. Pure.

主项 → 子项 → 业务办理项.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

from tongban.catalog.content import Basis, Content
from tongban.kernel.refusals import Conflict, Refusal, demand

ItemKind = Literal["main", "sub", "item"]
UNDER: dict[str, frozenset[str]] = {
    "main": frozenset(),
    "sub": frozenset({"main"}),
    "item": frozenset({"main", "sub"}),
}
"""What an item of each kind may stand under."""
KIND_NAMES = {"main": "主项", "sub": "子项", "item": "业务办理项"}


def basis_of(item_basis: Sequence[object]) -> tuple[Basis, ...]:
    """The item's basis, typed; empty while nobody has entered it."""
    return tuple(Basis.model_validate(one) for one in item_basis)


def check_basis(content: Content, item_basis: Sequence[object]) -> None:
    """An edition says of its basis what its item says. Raises Refusal. Where the item says nothing yet, anything goes."""
    wanted = basis_of(item_basis)
    if wanted and content.basis != wanted:
        said = "、".join(map(str, content.basis)) or "没有依据"
        raise Refusal(
            "basis_of_the_item",
            f"设定依据与事项目录不一致：目录是{'、'.join(map(str, wanted))}，这里是{said}",
            "名称、编码、类型、依据以事项目录为准（三级四同），各级不能自行改动；确需调整请联系事项管理员",
            "basis",
        )


def check_parent(kind: str, parent_kind: str, *, code: str, above: Collection[str]) -> None:
    """Whether an item of this kind may stand under that parent. `above`: codes from the parent up to the root.

    Raises Conflict for a cycle, Refusal for a kind that doesn't belong there.
    """
    if code in above:
        raise Conflict("item_cycle", "这样会绕成一圈：上级事项已经在它的下面", "请选别的上级事项")
    demand(
        parent_kind in UNDER[kind],
        "item_kind",
        f"{KIND_NAMES[kind]}不能放在{KIND_NAMES[parent_kind]}下面",
        "主项在最上面，子项归主项，业务办理项归主项或子项",
        "parent",
    )


def claimed(content: Content, *, basis: tuple[Basis, ...]) -> Content:
    """认领: another body's content as the beginning of one's own, without what is only theirs."""
    return content.model_copy(
        update={
            "places": (),
            "phone": "",
            "complaint_phone": "12345",
            "handled_by": None,
            "joint_bodies": (),
            "demo": False,
            "basis": basis or content.basis,
        }
    )
