"""The demo's chosen cases: whoever logs in finds something to do, and starting again tells no story twice."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tongban.applications.models import Application
from tongban.catalog import popular
from tongban.catalog.models import Opened
from tongban.flow import queries as flow
from tongban.identity.models import Account
from tongban.identity.queries import actor_of
from tongban.kernel.clock import date_of
from tongban.site.demo import chosen, load

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db
KINDS = {
    "chen_li": {"application.accept", "application.review"},
    "zhao_guoping": {"application.accept", "application.review", "application.decide"},
    "he_yun": {"application.accept", "application.review"},
    "tang_jianhua": {"application.decide", "application.deliver"},
    "luo_xin": {"application.accept", "application.review"},
    "deng_shulan": {"application.decide"},
    "luo_jianjun": {"application.review"},
    "traffic_police_reviewer": {"application.respond"},
    "wang_min": {"application.accept", "application.deliver"},
}
"""What awaits each of them, at least."""


def test_every_login_finds_cases_of_several_kinds_and_none_is_made_twice() -> None:
    load.load(now=MONDAY)

    made = chosen.make(now=MONDAY)
    opened = sum(Opened.objects.values_list("times", flat=True))

    assert made == len(chosen.CHOSEN["cases"])
    assert chosen.make(now=MONDAY) == 0
    assert sum(Opened.objects.values_list("times", flat=True)) == opened
    for username, kinds in KINDS.items():
        assert kinds <= {task.act for task in _awaits(username)}, username
    assert {task.lamp for task in _awaits("zhao_guoping")} >= {"ok", "near", "over"}
    assert "paused" in {task.lamp for task in _awaits("luo_xin")}
    for username, states in {
        "liu_xiaoyan": {"submitted", "correcting", "closed"},
        "zhou_defu": {"closed"},
    }.items():
        assert states <= set(Application.objects.visible_to(_actor(username)).values_list("state", flat=True))
    assert Application.objects.filter(submitted_at__gt=MONDAY).count() == 0
    assert [one.name for one in popular.counted(date_of(MONDAY))][:2] == [
        "社会保障卡补领、换领、换发", "新生儿户口登记",
    ]  # fmt: skip


def _actor(username: str):  # type: ignore[no-untyped-def]
    return actor_of(Account.objects.get(username=username), now=MONDAY, channel="web")


def _awaits(username: str) -> list[flow.TaskLine]:
    return flow.tasks(_actor(username), today=date_of(MONDAY), limit=100)
