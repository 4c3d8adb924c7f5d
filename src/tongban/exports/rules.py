"""What an export may hold: chosen columns, personal data only for a reason. Plain values."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from tongban.kernel.refusals import Forbidden, Refusal, demand

MOST_ROWS: Final = 200_000
FORMATS: Final = {"csv": "CSV", "xlsx": "Excel（XLSX）"}
REASON: Final = (5, 200)
"""Fewest and most characters."""


def check_columns(chosen: Collection[str], known: Sequence[str]) -> tuple[str, ...]:
    """Those that were chosen, in the order of the list. Raises Refusal when there is none."""
    kept = tuple(key for key in known if key in chosen)
    demand(bool(kept), "columns_missing", "请至少选择一列", "在要导出的列前面打勾", "columns")
    return kept


def check_format(given: str) -> str:
    demand(given in FORMATS, "format_unknown", "请选择文件格式", "CSV 或者 Excel", "format")
    return given


def check_unmasking(reason: str, *, may: bool) -> str:
    """The reason as kept. Raises Forbidden without the power, Refusal without a reason."""
    if not may:
        raise Forbidden(
            "unmasking_not_allowed", "您的岗位不能导出完整的个人信息", "请不勾选“显示完整个人信息”，或请部门负责人导出"
        )
    reason, (fewest, most) = reason.strip(), REASON
    if not fewest <= len(reason) <= most:
        raise Refusal(
            "unmasking_reason",
            f"请写明为什么要完整的个人信息，{fewest} 至 {most} 个字",
            "例如：开展某某专项核查，依据某某文件",
            "reason",
        )
    return reason


def too_many(most: int = MOST_ROWS) -> str:
    """The last line of a file that was cut off."""
    return f"（只导出了前 {most} 行，后面还有；请按日期等条件缩小范围，分几次导出）"
