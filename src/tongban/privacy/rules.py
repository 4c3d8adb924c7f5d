"""How often one may ask for the file with everything, and how long it lies there. Plain values."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from tongban.kernel.refusals import Conflict

LIES: Final = timedelta(days=7)
"""Then the file is deleted; one may ask again."""
APART: Final = timedelta(hours=12)
MOST_BYTES: Final = 300 * 1024 * 1024
"""Of papers in one file; what is beyond is named in it."""
STATES: Final = {"asked": "正在整理", "made": "可以下载", "gone": "已过期删除"}


def check_asking(last_at: datetime | None, *, waiting: bool, now: datetime) -> None:
    """Raises Conflict."""
    if waiting:
        raise Conflict("own_data_coming", "上一份正在整理", "整理好以后在这里下载")
    if last_at is not None and now < last_at + APART:
        raise Conflict("own_data_again", "十二小时内只能申请一次", "已整理好的在下面，七天内可以下载")
