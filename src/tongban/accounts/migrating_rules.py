"""迁移: what a line says, and what becomes of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tongban.identity import names, rules
from tongban.identity.id_types import ID_TYPES, IdDocument, id_document
from tongban.kernel.refusals import Refusal

Outcome = Literal["matched", "created", "waiting", "rejected"]
_TYPES = {name: key for key, name in ID_TYPES.items()} | {key: key for key in ID_TYPES} | {
    "身份证": "id_card", "": "id_card", "居住证": "residence", "港澳通行证": "hk_macao", "台胞证": "taiwan",
    "回乡证": "hk_macao", "永久居留证": "permanent",
}  # fmt: skip


@dataclass(frozen=True)
class User:
    """One user of the other system, as read. Without a paper somebody has to say who it is."""

    user: str
    name: str
    paper: IdDocument | None
    phone: str
    address: str = ""


def read_user(cells: Mapping[str, str]) -> User:
    """Raises Refusal whose words repeat nothing of the line."""
    user = cells.get("user", "").strip()
    if not user or len(user) > 100:
        raise Refusal("user_missing", "没有用户编号，或者太长", "每一行要有原系统里的用户编号", "user")
    name = names.name(cells.get("name", ""))
    paper, number = None, cells.get("id_number", "").strip()
    if number:
        kind = _TYPES.get(cells.get("id_type", "").strip())
        if kind is None:
            raise Refusal("id_type_unknown", "不认识的证件种类", f"可用：{'、'.join(ID_TYPES.values())}", "id_type")
        paper = id_document(kind, number, issuer=cells.get("id_issuer", ""))
    phone = rules.phone(cells["phone"]) if cells.get("phone", "").strip() else ""
    if paper is None and not phone:
        raise Refusal("nothing_to_match", "证件号码和手机号都没有，认不出是谁", "至少要有一样", "id_number")
    return User(user, name, paper, phone, cells.get("address", "").strip()[:200])


def outcome(user: User, *, with_paper: str | None, candidates: Sequence[str]) -> Outcome:
    """`with_paper`: the name of who has this very paper here; `candidates`: who has this phone, by name.

    The same number and name is the same person. The same number under another name, and the same name and phone without the
    same number, somebody looks at. A number that nobody has here, of somebody whom nobody resembles, is new.
    """
    if with_paper is not None:
        return "matched" if with_paper == user.name else "waiting"
    if user.name in candidates:
        return "waiting"
    return "created" if user.paper else "rejected"
