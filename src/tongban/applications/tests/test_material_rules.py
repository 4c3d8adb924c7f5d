"""The law of materials: trust by source, what may be asked for a second time, what serves another case."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.applications import material_rules as law
from tongban.applications.material_rules import Source, Trust, Why
from tongban.kernel.refusals import Conflict, Forbidden, Refusal

TODAY = date(2026, 3, 2)
KEYS, POINTS = ["layout", "lease", "licence"], ["面积", "日期", "印章"]
gaps = st.dictionaries(st.sampled_from(KEYS), st.sets(st.sampled_from(POINTS)), min_size=1)
sources, flags = st.sampled_from(list(Source)), st.booleans()


@pytest.mark.parametrize(
    ("source", "self_made", "seen", "level"),
    [
        (Source.LIBRARY, False, False, "A"),
        (Source.UPLOAD, False, True, "B"), (Source.WINDOW, False, True, "B"), (Source.UPLOAD, True, True, "B"),
        (Source.UPLOAD, False, False, "C"), (Source.WINDOW, False, False, "C"), (Source.EARLIER, False, False, "C"),
        (Source.UPLOAD, True, False, "D"), (Source.GENERATED, False, False, "D"), (Source.PLEDGE, False, True, "D"),
    ],
)  # fmt: skip
def test_trust_is_said_by_the_source_and_the_original(source: Source, self_made: bool, seen: bool, level: str) -> None:
    assert law.trust(source, self_made=self_made, seen=seen) == level


@given(sources, flags)
def test_seeing_the_original_never_lowers_trust_and_only_the_issuer_gives_a(source: Source, self_made: bool) -> None:
    before = law.trust(source, self_made=self_made, seen=False)
    after = law.trust(source, self_made=self_made, seen=True)

    assert after <= before  # A comes before D
    assert (after == Trust.A) == (source == Source.LIBRARY)


@given(st.integers(0, 800), st.one_of(st.none(), st.integers(-400, 800)))
def test_what_was_seen_serves_others_until_its_day_and_is_then_to_be_checked_again(
    age: int, valid_for: int | None
) -> None:
    seen_on = TODAY - timedelta(days=age)
    valid_until = TODAY + timedelta(days=valid_for) if valid_for is not None else None

    level = law.trust_of_reused(Trust.B, seen_on=seen_on, valid_until=valid_until, today=TODAY)

    assert (level == Trust.B) == (age <= 365 and (valid_for is None or valid_for >= 0))
    assert level in (Trust.B, Trust.C)


@given(st.sampled_from([Trust.C, Trust.D]))
def test_reuse_makes_nothing_more_trusted(level: Trust) -> None:
    assert law.trust_of_reused(level, seen_on=TODAY, valid_until=None, today=TODAY) == level


@given(gaps)
def test_the_first_notice_may_name_anything(asked: dict[str, set[str]]) -> None:
    assert law.check_told(asked, [], []) == frozenset()


@given(gaps, gaps)
def test_what_did_not_change_is_told_once_and_what_was_told_is_told_again_only_as_such(
    asked: dict[str, set[str]], told: dict[str, set[str]]
) -> None:
    """Nothing changed since: whatever passes was told before, all of it."""
    wanted = {(key, point) for key, points in asked.items() for point in law.points_of(points)}
    known = {(key, point) for key, points in told.items() for point in law.points_of(points)}
    if wanted <= known:
        assert law.check_told(asked, [told], []) == wanted
    else:
        with pytest.raises(Conflict, match="不能再要求补正"):
            law.check_told(asked, [told], [])


@given(gaps, st.lists(gaps, min_size=1, max_size=3), st.sets(st.sampled_from(KEYS)))
def test_a_new_gap_passes_only_in_what_was_changed_and_a_known_one_is_always_named(
    asked: dict[str, set[str]], told: list[dict[str, set[str]]], changed: set[str]
) -> None:
    wanted = {(key, point) for key, points in asked.items() for point in law.points_of(points)}
    known = {(key, point) for notice in told for key, points in notice.items() for point in law.points_of(points)}
    try:
        again = law.check_told(asked, told, changed)
    except Conflict:
        assert {key for key, _ in wanted - known} - changed
    else:
        assert again == wanted & known
        assert {key for key, _ in wanted - known} <= changed


@given(gaps, st.lists(gaps, min_size=1, max_size=3), st.sets(st.sampled_from(KEYS)))
def test_the_more_was_told_the_more_is_told_again(
    asked: dict[str, set[str]], told: list[dict[str, set[str]]], changed: set[str]
) -> None:
    less = law.check_told(asked, told, KEYS)
    assert (
        less
        <= law.check_told(asked, [*told, asked], KEYS)
        == {(key, point) for key, points in asked.items() for point in law.points_of(points)}
    )


def test_the_same_gap_again_is_named_in_the_refusal() -> None:
    with pytest.raises(Conflict, match="布局图：面积") as refused:
        law.check_not_again({("layout", "面积")}, {"layout": "布局图"})
    assert refused.value.code == "asked_again"
    law.check_not_again(frozenset(), {})


@given(st.lists(st.sampled_from(list(Why)), min_size=1, max_size=6))
def test_what_stands_is_the_last_that_replaced_with_what_was_put_beside_it(whys: list[Why]) -> None:
    stands = law.in_force(whys)

    assert stands[-1] == len(whys) - 1
    assert all(whys[at] == Why.SUPPLEMENTED for at in stands[1:])
    assert stands[0] == 0 or whys[stands[0]] != Why.SUPPLEMENTED


def test_the_first_thing_given_replaces_nothing() -> None:
    assert law.why_given(given_before=False, beside=True) == Why.FIRST
    assert law.why_given(given_before=True, beside=True) == Why.SUPPLEMENTED
    assert law.why_given(given_before=True, beside=False) == Why.REPLACED


@pytest.mark.parametrize("level", list(Trust))
def test_a_watermark_says_its_level_the_purpose_and_the_case(level: Trust) -> None:
    words = law.stamp_words(level, giver="云江区行政服务中心", item="食品经营许可", number="5001 99", on="2026年3月2日")

    assert all(part in words for part in ("仅用于办理“食品经营许可”", "5001 99", "2026年3月2日"))
    assert ("与原件核对无误" in words) == (level == "B")
    assert ("云江区行政服务中心" in words) == (level in "AB")


@pytest.mark.parametrize(
    ("change", "code"),
    [({"own": False}, "not_yours_to_reuse"), ({"same_material": False}, "not_yours_to_reuse"),
     ({"state": "quarantined"}, "file_unsafe_to_reuse"), ({"state": "infected"}, "file_unsafe_to_reuse"),
     ({"extension": "docx"}, "reuse_kind")],
)  # fmt: skip
def test_only_ones_own_clean_papers_are_used_again(change: dict[str, object], code: str) -> None:
    with pytest.raises((Refusal, Conflict, Forbidden)) as refused:
        law.check_reusable(**{"own": True, "same_material": True, "extension": "pdf", "state": "clean", **change})  # type: ignore[arg-type]
    assert refused.value.code == code


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_share_is_a_percentage(part: int, whole: int) -> None:
    assert 0 <= law.share(min(part, whole), whole) <= 100
