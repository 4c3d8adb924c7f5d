"""认证等级: how sure the platform is that an account is the person it says. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import IntEnum
from types import MappingProxyType
from typing import Literal

from tongban.kernel.refusals import Forbidden

Key = Literal["registered", "phone", "real_name", "in_person", "face"]


class Level(IntEnum):
    """Each includes those before it."""

    REGISTERED = 1
    PHONE = 2
    REAL_NAME = 3
    IN_PERSON = 4
    FACE = 5

    @property
    def key(self) -> str:
        return self.name.lower()

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS: Mapping[Level, str] = MappingProxyType({
    Level.REGISTERED: "注册",
    Level.PHONE: "手机验证",
    Level.REAL_NAME: "实名认证",
    Level.IN_PERSON: "当面核验",
    Level.FACE: "刷脸或网证核验",
})  # fmt: skip
MEANS: Mapping[Level, str] = MappingProxyType({
    Level.REGISTERED: "只登记了账号",
    Level.PHONE: "手机号是您在用的",
    Level.REAL_NAME: "姓名、证件号码和手机号经核对一致",
    Level.IN_PERSON: "工作人员见过您本人和证件",
    Level.FACE: "刚刚刷脸或用网证核验过是您本人",
})  # fmt: skip
LASTS: Mapping[Level, timedelta | None] = MappingProxyType({
    Level.REGISTERED: None,
    Level.PHONE: None,
    Level.REAL_NAME: None,
    Level.IN_PERSON: None,
    Level.FACE: timedelta(minutes=30),
})  # fmt: skip
"""None: stays. A face says that the person is there now; half an hour is enough to hand in a case."""


def level(key: str) -> Level:
    return Level[key.upper()]


def check_level(has: int, needed: Level, *, what: str) -> None:
    """Raise Forbidden unless the level reaches what is needed for `what`."""
    if has < needed:
        raise Forbidden(
            "assurance_too_low",
            f"{what}要求先完成{needed.label}",
            "请提高认证等级后继续，已填的内容不会丢；也可以带证件到窗口办理",
        )
