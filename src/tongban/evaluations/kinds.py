"""What who complained can be told."""

from __future__ import annotations

from typing import Final

from tongban.notices.kinds import Kind, Words, declare

_TEXT = "您对《{事项}》办理的投诉已处理，处理情况见投诉页面，另一位工作人员会回访您。"
RECTIFIED: Final = Kind(
    "complaint", "投诉处理结果", {"事项": "食品经营许可新办", "编号": "500199 20260302 00000001 Y"},
    Words("投诉有了处理结果", _TEXT, _TEXT, _TEXT + "\n办件编号：{编号}。"), urgent=False,
)  # fmt: skip

declare(RECTIFIED)
