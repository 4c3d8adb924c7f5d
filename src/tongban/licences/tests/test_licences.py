"""Validity to the day, one licence a case, and verification by a code that can be read aloud."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.people import Cast
from tongban.identity.actors import ANYONE
from tongban.kernel.actors import system
from tongban.kernel.models import JournalEntry
from tongban.kernel.refusals import NotFound
from tongban.licences import actions, queries, rules
from tongban.licences.models import Licence


@pytest.mark.parametrize(
    ("issued", "months", "until"),
    [
        ("2026-03-02", 60, "2031-03-01"),  # five years: the day before the same day
        ("2026-03-01", 1, "2026-03-31"),
        ("2026-03-01", 12, "2027-02-28"),
        ("2027-03-01", 12, "2028-02-29"),  # into a leap year
        ("2026-01-31", 1, "2026-02-28"),  # no 31 February: its last day
        ("2026-01-29", 1, "2026-02-28"),
        ("2028-01-30", 1, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-28"),  # the same day exists again: the day before it
        ("2026-12-15", 1, "2027-01-14"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-12-01", 1, "2026-12-31"),
    ],
)
def test_a_licence_is_valid_to_the_day_before_the_same_day(issued: str, months: int, until: str) -> None:
    assert rules.valid_until(date.fromisoformat(issued), months) == date.fromisoformat(until)


def test_a_licence_without_a_term_does_not_end() -> None:
    assert rules.valid_until(date(2026, 3, 2), None) is None


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 240))
def test_a_longer_term_ends_later_and_every_term_covers_its_months(issued: date, months: int) -> None:
    until = rules.valid_until(issued, months)
    longer = rules.valid_until(issued, months + 1)

    assert until and longer and issued < until < longer
    months_between = (until.year - issued.year) * 12 + until.month - issued.month
    assert months_between in (months - 1, months)  # the day before the same day, or the last of a short month


def issue(cast: Cast, case_number: str = "50019920260302000000017", **change: object) -> Licence:
    assert cast.liu.person
    usual = {
        "title": "食品经营许可证", "body": cast.body, "person": cast.liu.person, "organisation": None,
        "particulars": {"字号名称": "老灶火锅店"}, "valid_months": 60,
    }  # fmt: skip
    return actions.issue(case_number=case_number, **{**usual, **change}, by=system("tests"), now=cast.now)  # type: ignore[arg-type]


def test_a_case_has_one_licence(cast: Cast) -> None:
    issue(cast)

    with pytest.raises(IntegrityError), transaction.atomic():
        issue(cast)
    assert JournalEntry.objects.filter(name="licences.Issued").count() == 1


def test_the_status_changes_the_day_after_the_last_day(cast: Cast) -> None:
    licence = issue(cast, valid_months=1)

    assert licence.valid_until == date(2026, 4, 1)
    assert licence.status_on(date(2026, 4, 1)) == "有效"
    assert licence.status_on(date(2026, 4, 2)) == "已过期"
    assert issue(cast, case_number="2", valid_months=None).status_on(date(2099, 1, 1)) == "有效"
    licence.state = "ended"
    assert licence.status_on(date(2026, 3, 3)) == "已终止"


def test_a_licence_is_verified_by_its_code_however_typed(cast: Cast) -> None:
    licence = issue(cast)
    code = licence.code

    assert len(code) == 12 and not set(code) & set("01OIL")
    for typed in (code, code.lower(), f"{code[:4]}-{code[4:8]}-{code[8:]}", f" {code[:6]} {code[6:]} "):
        assert queries.by_code(typed) == licence


@pytest.mark.parametrize("code", ["", "AAAAAAAAAAAA", "\0", "%", "x" * 500])
def test_a_code_that_nobody_issued_is_not_to_be_trusted(cast: Cast, code: str) -> None:
    issue(cast)

    with pytest.raises(NotFound, match="没有查到"):
        queries.by_code(code)


def test_neither_number_nor_case_number_verifies(cast: Cast) -> None:
    licence = issue(cast)

    for known in (licence.number, licence.case_number, str(licence.public_id)):
        with pytest.raises(NotFound):
            queries.by_code(known)


@pytest.mark.parametrize(
    ("who", "sees"),
    [("liu", True), ("reviewer", True), ("decider", True), ("clerk", True), ("supervisor", True),
     ("stranger", False), ("foreign_reviewer", False), ("administrator", False)],
)  # fmt: skip
def test_a_licence_is_seen_by_its_holder_and_its_issuer(cast: Cast, who: str, sees: bool) -> None:
    licence = issue(cast)
    by = cast.actor(getattr(cast, who))

    if sees:
        assert queries.licence(licence.public_id, by=by) == licence
        return
    with pytest.raises(NotFound, match="没有这张证照"):
        queries.licence(licence.public_id, by=by)


def test_what_is_not_there_and_what_is_not_yours_are_answered_alike(cast: Cast) -> None:
    licence = issue(cast)
    answers = []
    for public_id in (licence.public_id, uuid4()):
        with pytest.raises(NotFound) as refused:
            queries.licence(public_id, by=ANYONE)
        answers.append(str(refused.value))

    assert answers[0] == answers[1]


def test_an_enterprises_licence_is_not_its_handlers_own(cast: Cast) -> None:
    licence = issue(cast, organisation=cast.shop)
    assert licence.holder_name == cast.shop.name
    assert queries.licence(licence.public_id, by=cast.actor(cast.liu)) == licence
    cast.liu.person.memberships.update(until_at=cast.now)  # type: ignore[union-attr]

    with pytest.raises(NotFound):
        queries.licence(licence.public_id, by=cast.actor(cast.liu))


def test_the_table_shows_no_holder(cast: Cast) -> None:
    issue(cast)

    with connection.cursor() as cursor:
        cursor.execute("SELECT l::text FROM licences_licence l")
        (row,) = cursor.fetchone()
    for secret in ("刘晓燕", "老灶火锅店"):
        assert secret not in row and secret.encode().hex() not in row
