"""办件清单: one's own scope and nothing else; every filter; pages that meet every row once; a bounded look."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from tests import people
from tests.people import Cast
from tongban.applications import actions, case_list
from tongban.applications.case_list import CaseLine, Wanted, wanted
from tongban.applications.models import Application
from tongban.identity.models import Account

TODAY = date(2026, 3, 2)


def found(cast: Cast, account: Account, **asked: str) -> list[CaseLine]:
    return list(case_list.every(cast.actor(account), wanted(asked), today=TODAY, handlers=True))


def numbers(cast: Cast, account: Account, **asked: str) -> set[str]:
    return {one.number for one in found(cast, account, **asked)}


@pytest.fixture
def cases(cast: Cast) -> dict[str, Application]:
    made = {key: cast.submit(key=f"list-{key}") for key in ("fresh", "accepted", "refused")}
    made["old"] = cast.submit(key="list-old-1", now=cast.now - timedelta(days=30))
    for key in ("accepted", "refused", "old"):
        actions.accept(made[key].number, by=cast.actor(cast.reviewer), now=made[key].submitted_at)
    foreign = people.publish(
        cast.other_body, now=cast.now, code="990111001001", name="养老机构备案", questions=[], materials=[]
    )
    made["foreign"] = cast.submit(key="list-foreign", edition=foreign, answers={}, materials={})
    actions.withdraw(made["fresh"].number, reason="", by=cast.actor(cast.liu), now=cast.now)
    return {key: Application.objects.get(pk=one.pk) for key, one in made.items()}


def test_everyone_sees_the_cases_of_their_posts_and_no_others(cast: Cast, cases: dict[str, Application]) -> None:
    everything = {one.number for one in cases.values()}
    foreign = cases["foreign"].number

    assert numbers(cast, cast.reviewer) == everything - {foreign}
    assert numbers(cast, cast.foreign_reviewer) == {foreign}
    assert numbers(cast, cast.supervisor) == everything
    assert numbers(cast, cast.editor) == numbers(cast, cast.administrator) == numbers(cast, cast.liu) == set()
    for account in (cast.reviewer, cast.foreign_reviewer, cast.supervisor, cast.clerk, cast.head):
        visible = Application.objects.visible_to(cast.actor(account))
        assert numbers(cast, account) == set(visible.values_list("number", flat=True))


def test_a_filter_by_a_body_outside_the_scope_finds_nothing(cast: Cast, cases: dict[str, Application]) -> None:
    assert numbers(cast, cast.reviewer, body="civil") == set()
    assert numbers(cast, cast.supervisor, body="civil") == {cases["foreign"].number}
    assert numbers(cast, cast.supervisor, body="nobody") == set()


def test_each_filter_keeps_what_it_names(cast: Cast, cases: dict[str, Application]) -> None:
    mine = {key: one.number for key, one in cases.items() if key != "foreign"}

    def by(**asked: str) -> set[str]:
        return numbers(cast, cast.reviewer, **asked)

    assert by(number=" ".join(mine["old"])) == {mine["old"]}
    assert by(state="accepted") == {mine["accepted"], mine["refused"], mine["old"]}
    assert by(item=cast.guide.code) == set(mine.values()) == by(item=cast.guide.name[:4])
    assert by(item="没有这样的事项") == set()
    assert by(channel="web") == set(mine.values())
    assert by(channel="kiosk") == set()
    assert by(until="2026-02-15") == {mine["old"]}
    assert by(**{"from": "2026-03-02"}) == set(mine.values()) - {mine["old"]}
    assert by(closed_from="2026-03-02") == {mine["fresh"]}
    assert by(closed_until="2026-03-01") == set()
    assert by(overdue="1") == {mine["old"]}
    assert by(handler=str(cast.reviewer.pk)) == {mine["accepted"], mine["refused"], mine["old"]}
    assert by(handler=str(cast.decider.pk)) == set()


def test_a_line_says_who_handled_the_case(cast: Cast, cases: dict[str, Application]) -> None:
    (one,) = found(cast, cast.reviewer, number=cases["accepted"].number)

    assert one.handlers == (cast.reviewer.display_name,)
    assert one.person is None


@pytest.mark.parametrize("asked", [{}, {"state": "accepted"}, {"closed_from": "2026-01-01"}])
def test_pages_meet_every_row_once_however_small_they_are(
    cast: Cast, cases: dict[str, Application], monkeypatch: pytest.MonkeyPatch, asked: dict[str, str]
) -> None:
    whole = [one.number for one in found(cast, cast.supervisor, **asked)]
    monkeypatch.setattr(case_list, "LOOKED_THROUGH", 2)

    def pages() -> Iterator[str]:
        after = ""
        for _ in range(20):
            page = case_list.page(cast.actor(cast.supervisor), wanted(asked), today=TODAY, after=after, limit=1)
            yield from (one.number for one in page.lines)
            after = page.after
            if not after:
                return

    assert list(pages()) == whole


def test_a_page_that_looked_at_enough_says_so_and_goes_on(
    cast: Cast, cases: dict[str, Application], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_list, "LOOKED_THROUGH", 2)
    first = case_list.page(cast.actor(cast.reviewer), Wanted(until_on=None, handler=cast.decider.pk), today=TODAY)

    assert (first.lines, first.looked_through) == ([], True)
    assert first.after


def test_the_list_comes_off_an_index(cast: Cast, cases: dict[str, Application]) -> None:
    asked = case_list._search(cast.actor(cast.reviewer), Wanted(), today=TODAY, after="", limit=31)
    assert asked
    sql, values = asked.statement()
    with connection.cursor() as cursor:
        # Of a few rows any way is the cheapest; asked is whether an index gives them in order.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {sql}", values)
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "application_body_submitted" in plan
    assert "Sort" not in plan


@given(st.dictionaries(st.sampled_from(case_list.FILTERS), st.text(max_size=20)))
def test_whatever_an_address_says_is_read_or_left(given: dict[str, str]) -> None:
    made = wanted(given)

    assert made.state in {"", given.get("state")}
    assert made.channel in {"", given.get("channel")}
    assert all(on is None or 1949 <= on.year < 2200 for on in (made.from_on, made.until_on, made.closed_from))
