"""What kinds of readings there are, how specific each is, and why a post looks. Plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from tongban.kernel.refusals import Refusal

Kind = Literal["case", "material", "paper", "licence", "person", "letter", "export", "archive", "unmask"]

KINDS: Final[Mapping[Kind, str]] = {
    "case": "查看办件",
    "material": "查看材料文件",
    "paper": "查看文书",
    "licence": "查看证照",
    "person": "按证件号码查到您的登记",
    "letter": "打印寄给您的信函",
    "export": "导出清单，里面有您的信息",
    "archive": "导出案卷归档",
    "unmask": "查看完整号码",
}
WHAT: Final[Mapping[str, str]] = {
    "id_number": "证件号码",
    "phone": "联系电话",
    "address": "地址",
    "mail": "电子邮箱",
    "form": "申请表里的号码",
}
WHY: Final[Mapping[str, str]] = {
    "window": "在窗口收件、核对或出件",
    "shift_leader": "在大厅值班，查看进度、送达结果",
    "helper": "在大厅帮申请人填表、递交申请",
    "delivery_desk": "在窗口送达决定和证照",
    "village_helper": "在代办点递交申请、核验身份和委托",
    "posted": "在部门专窗受理、核对或送达",
    "reviewer": "审查申请",
    "decider": "作出决定、送达",
    "head": "批准、督办本部门的办件",
    "government_head": "批准延长办理期限",
    "supervisor": "监督检查办理情况",
    "ratings_keeper": "处理差评和投诉",
    "catalog_editor": "编写本部门的办事指南",
    "catalog_keeper": "管理事项目录",
    "administrator": "合并重复的登记、迁移用户",
}
"""By role, where no reason was typed: what the post looks for."""
REASON: Final = (5, 200)


def why(role: str, reason: str | None) -> str:
    return reason or WHY.get(role, "按岗位职责")


def check_reason(typed: str) -> str:
    """Raises Refusal."""
    words = typed.replace("\0", "").strip()
    least, most = REASON
    if not least <= len(words) <= most:
        raise Refusal(
            "reason_to_unmask",
            f"请写明为什么要看完整号码（{least} 至 {most} 个字）",
            "例如：“电话通知申请人补交布局图”；本人能看到这条理由",
            "reason",
        )
    return words


def replaces(kind: Kind, other: Kind) -> bool:
    """Within one request: a file or paper of a case says more than the case."""
    return other == "case" and kind != "case"
