from __future__ import annotations

from datetime import timedelta

import pytest

from tests import people
from tongban.catalog import popular, tally
from tongban.kernel.clock import date_of

pytestmark = pytest.mark.django_db


def test_the_most_opened_guides_for_people_come_first_and_what_nobody_opened_not_at_all(cast: people.Cast) -> None:
    often = people.publish(cast.body, now=cast.now, code="990131001002", name="社保卡补领")
    business = people.publish(cast.body, now=cast.now, code="990131001003", name="企业设立登记", audience=["2"])
    read = people.publish(
        cast.body, now=cast.now, code="990131001004", name="只有指南的事", connection="guide_only", online=False
    )
    people.publish(cast.body, now=cast.now, code="990131001005", name="没人看的事")
    for edition, times in ((cast.guide, 1), (often, 2), (business, 3), (read, 4)):
        for _ in range(times):
            tally.opened(edition.item_id)
    tally.flush(now=cast.now)

    today = date_of(cast.now)

    assert [one.name for one in popular.counted(today)] == ["社保卡补领", "食品经营许可新办"]
    assert popular.counted(today + timedelta(days=1)) == ()
