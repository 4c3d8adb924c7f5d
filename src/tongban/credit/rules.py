"""What a bad record bars from, and what a repair must say. Pure; raises Refusal.

《国务院办公厅关于全面推行证明事项和涉企经营许可事项告知承诺制的指导意见》（国办发〔2020〕42号）: whoever has a serious bad record,
or made a false promise before, is not handled on a promise until the credit is repaired.
"""

from __future__ import annotations

from tongban.kernel.refusals import Refusal

SHORTEST_REASON = 5


def check_repair_reason(text: str) -> str:
    reason = text.strip()
    if len(reason) < SHORTEST_REASON or "\0" in reason:
        raise Refusal("repair_reason", "请写明修复的理由", "例如：已按要求整改，经核查符合承诺", "reason")
    return reason[:2000]
