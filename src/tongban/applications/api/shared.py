"""What the operations of a case share: the router, the case as it goes out, the version one saw."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Field, Router, Schema

from tongban.applications.models import Application
from tongban.applications.rules import State
from tongban.kernel.refusals import Refusal

router = Router(tags=["办件"])


class CaseOut(Schema):
    number: str
    query_code: str
    title: str
    state: str
    state_name: str
    version: int
    round: int = Field(description="第几轮办理；重新办理一次加一")
    submitted_at: datetime
    promised_on: date | None
    statutory_on: date | None
    closed_at: datetime | None


class VersionIn(Schema):
    version: int | None = Field(None, description="您看到的 version；办件有变化时返回 409")


def out(case: Application) -> CaseOut:
    return CaseOut(
        number=case.number, query_code=case.query_code, title=case.title, state=case.state,
        state_name=State(case.state).label, version=case.version, round=case.round, submitted_at=case.submitted_at,
        promised_on=case.promised_on, statutory_on=case.statutory_on, closed_at=case.closed_at,
    )  # fmt: skip


def clean(number: str) -> str:
    return number.replace("\0", "")


def no_nul(*texts: str) -> None:
    if any("\0" in text for text in texts):
        raise Refusal("characters", "请求含有不能处理的字符（NUL）", "请去掉后重试")
