"""The clock against a count that knows nothing of it: days ticked off one by one, minutes one by one; and what must hold of both."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.flow import rules
from tongban.flow.rules import Limit, Pause
from tongban.flow.tests.law_cases import calendar_of
from tongban.kernel.clock import SHANGHAI

CALENDAR = calendar_of("2026")
ONE_DAY, SLOT = timedelta(days=1), timedelta(minutes=15)
LONG = timedelta(days=5000)

REST = [((1, 1), (1, 3)), ((2, 15), (2, 23)), ((4, 4), (4, 6)), ((5, 1), (5, 5)), ((6, 19), (6, 21)), ((9, 25), (9, 27)),
        ((10, 1), (10, 7))]  # fmt: skip
WORKED = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]

days_of_two_years = st.dates(date(2026, 1, 1), date(2027, 6, 30))
in_days = st.builds(Limit, st.integers(1, 45), st.sampled_from(["working_day", "day"]))
limits = in_days | st.builds(Limit, st.integers(1, 6), st.just("month"))
extensions = st.none() | st.builds(Limit, st.integers(1, 15), st.sampled_from(["working_day", "day"]))
ended = st.builds(
    lambda first, length: Pause(first, first + timedelta(days=length)), days_of_two_years, st.integers(0, 40)
)
still_open = st.builds(Pause, days_of_two_years)
pauses = st.lists(ended, max_size=4)
with_open_ones = st.lists(ended | still_open, max_size=4)


def is_worked(on: date) -> bool:
    """From the facts, with none of the code under test."""
    if on.year == 2026 and (on.month, on.day) in WORKED:
        return True
    if on.year == 2026 and any(first <= (on.month, on.day) <= last for first, last in REST):
        return False
    return on.isoweekday() <= 5


def ticked_off(started: date, limit: Limit, held: list[Pause], extension: Limit | None) -> date | None:
    """Day by day; None when an open pause is met before the last one."""
    today: date | None = started
    same = extension is not None and extension.unit == limit.unit
    first = Limit(limit.amount + (extension.amount if extension and same else 0), limit.unit)
    for stage in [first] if extension is None or same else [first, extension]:
        today = today and _one_stage(today, stage, held)
    return today


def _one_stage(started: date, limit: Limit, held: list[Pause]) -> date | None:
    left = (_same_day(started, limit.amount) - started).days if limit.unit == "month" else limit.amount
    today = started
    while left:
        if any(pause.until_on is None and pause.from_on <= today for pause in held):
            return None
        today += ONE_DAY
        stands = any(pause.until_on and pause.from_on < today <= pause.until_on for pause in held)
        if not stands and (limit.unit != "working_day" or is_worked(today)):
            left -= 1
    while limit.unit != "working_day" and not is_worked(today):
        today += ONE_DAY
    return today


def _same_day(started: date, months: int) -> date:
    year, month, wanted = started.year, started.month, started.day
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    while True:
        try:
            return date(year, month, wanted)
        except ValueError:
            wanted -= 1


def due(started: date, limit: Limit, held: list[Pause], extension: Limit | None = None) -> date:
    found = rules.due_on(started, limit, CALENDAR, held, extension=extension)
    assert found
    return found


@settings(max_examples=300)
@given(days_of_two_years, limits, with_open_ones, extensions)
def test_the_due_date_is_what_ticking_off_days_one_by_one_gives(
    started: date, limit: Limit, held: list[Pause], extension: Limit | None
) -> None:
    expected = ticked_off(started, limit, held, extension)

    assert rules.due_on(started, limit, CALENDAR, held, extension=extension) == expected


@given(days_of_two_years, limits, with_open_ones, extensions, st.integers(0, 90))
def test_the_count_shows_every_day_and_ends_on_the_due_date(
    started: date, limit: Limit, held: list[Pause], extension: Limit | None, length: int
) -> None:
    reckoned = rules.reckon(
        started, limit, CALENDAR, held, extension=extension, until=started + timedelta(days=length)
    )  # fmt: skip

    days = reckoned.days
    assert [d.on for d in days] == [started + timedelta(days=n) for n in range(len(days))]
    assert all(d.number is not None or d.article for d in days)
    numbers = [d.number for d in days if d.number]
    assert numbers == list(range(1, len(numbers) + 1))
    if reckoned.due_on:
        assert days[-1].on == reckoned.due_on


@given(days_of_two_years, limits, pauses, extensions, st.integers(1, 10))
def test_a_longer_limit_is_never_due_earlier(
    started: date, limit: Limit, held: list[Pause], extension: Limit | None, more: int
) -> None:
    longer = Limit(limit.amount + more, limit.unit)

    assert due(started, longer, held, extension) >= due(started, limit, held, extension)


@given(days_of_two_years, limits, pauses, extensions, st.integers(1, 10))
def test_who_starts_later_is_never_due_earlier(
    started: date, limit: Limit, held: list[Pause], extension: Limit | None, later: int
) -> None:
    held = [] if limit.unit == "month" else held  # months differ in length: with pauses only days compare

    assert due(started + timedelta(days=later), limit, held, extension) >= due(started, limit, held, extension)


@given(days_of_two_years, limits, pauses, pauses, extensions)
def test_suspensions_move_the_due_date_only_forward(
    started: date, limit: Limit, held: list[Pause], more: list[Pause], extension: Limit | None
) -> None:
    assert due(started, limit, held + more, extension) >= due(started, limit, held, extension)


@given(days_of_two_years, limits, pauses, st.integers(1, 15), st.sampled_from(["working_day", "day"]))
def test_an_extension_always_gives_more_time(
    started: date, limit: Limit, held: list[Pause], more: int, unit: rules.Unit
) -> None:
    without = due(started, limit, held)
    extended = due(started, limit, held, Limit(more, unit))

    assert extended >= without
    if unit == "working_day":  # whatever the limit's unit: so many working days more, unless one of them stands still
        worked = [day for day in _after(without, extended) if is_worked(day)]
        stood_still = sum(any(pause.covers(day) for pause in held) for day in worked)
        assert len(worked) - stood_still == more


@given(days_of_two_years, limits, pauses, extensions)
def test_a_longer_extension_is_never_due_earlier(
    started: date, limit: Limit, held: list[Pause], extension: Limit | None
) -> None:
    if extension is not None:
        longer = Limit(extension.amount + 1, extension.unit)
        assert due(started, limit, held, longer) >= due(started, limit, held, extension)


@given(
    days_of_two_years,
    st.integers(1, 60),
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), min_size=1, max_size=4),
    extensions,
)
def test_disjoint_suspensions_move_the_due_date_by_exactly_the_working_days_they_take(
    started: date, amount: int, gaps: list[tuple[int, int]], extension: Limit | None
) -> None:
    limit = Limit(amount)
    extension = extension and Limit(extension.amount)
    held, day = [], started
    for apart, length in gaps:
        first = day + timedelta(days=apart)
        day = first + timedelta(days=length)
        held.append(Pause(first, day))

    plain, moved = due(started, limit, [], extension), due(started, limit, held, extension)

    stood_still = [d for d in _after(started, moved) if is_worked(d) and any(p.from_on < d <= _end(p) for p in held)]
    assert len([d for d in _after(plain, moved) if is_worked(d)]) == len(stood_still)


@given(days_of_two_years, st.integers(2, 40), st.integers(1, 20), st.data())
def test_a_suspension_of_n_working_days_within_the_limit_costs_exactly_n(
    started: date, amount: int, n: int, data: st.DataObject
) -> None:
    counted = [d for d in _after(started, due(started, Limit(amount), [])) if is_worked(d)]
    first = data.draw(st.sampled_from(counted[:-1]))
    standing = [d for d in _after(first, first + timedelta(days=60)) if is_worked(d)][:n]

    moved = due(started, Limit(amount), [Pause(first, standing[-1])])

    assert moved == due(started, Limit(amount + n), [])


@given(days_of_two_years, limits, pauses, extensions)
def test_the_yellow_lamp_comes_on_a_counted_day_before_the_red_one(
    started: date, limit: Limit, held: list[Pause], extension: Limit | None
) -> None:
    reckoned = rules.reckon(started, limit, CALENDAR, held, extension=extension)

    assert reckoned.near_on in {d.on for d in reckoned.days if d.number}
    assert reckoned.due_on and started < reckoned.near_on <= reckoned.due_on


def _after(first: date, last: date) -> list[date]:
    """The days after `first` up to and including `last`."""
    return [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]


def _end(pause: Pause) -> date:
    assert pause.until_on
    return pause.until_on


# Hours

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
slots = st.integers(0, 4 * 24 * 5)
hours = st.integers(1, 72)


def _held(begins: int, length: int | None) -> Pause:
    """In quarters of an hour from Monday, 9:00; without an end, still open."""
    first = MONDAY + begins * SLOT
    last = None if length is None else first + length * SLOT
    return Pause(first.date(), last.date() if last else None, from_at=first, until_at=last)


held_for_hours = st.lists(st.builds(_held, slots, st.none() | st.integers(0, 4 * 30)), max_size=4)


def ran_down(started: datetime, left: int, held: list[Pause]) -> datetime | None:
    """Quarter by quarter of an hour."""
    at = started
    while left:
        if any(p.until_at is None and p.from_at and p.from_at <= at for p in held):
            return None
        stands = any(p.from_at and p.until_at and p.from_at <= at < p.until_at for p in held)
        left -= not stands
        at += SLOT
    return at


@given(slots, hours, held_for_hours, st.none() | hours)
def test_hours_run_out_when_ticking_off_quarters_of_an_hour_says_so(
    begins: int, amount: int, held: list[Pause], more: int | None
) -> None:
    started = MONDAY + begins * SLOT
    extension = Limit(more, "hour") if more else None

    expected = ran_down(started, 4 * (amount + (more or 0)), held)

    assert rules.due_at(started, Limit(amount, "hour"), held, extension=extension) == expected


@given(st.integers(-86_400, 430_000))
def test_hours_start_when_the_office_is_open_and_never_before_the_act(minutes: int) -> None:
    moment = MONDAY + timedelta(minutes=minutes)  # from January to the end of the year

    started = rules.starts_at(moment, CALENDAR)

    assert started >= moment
    assert is_worked(started.date())
    assert rules.OFFICE_OPENS <= started.time() <= rules.OFFICE_CLOSES
    skipped = _after(moment.date(), started.date())[:-1]
    assert not any(is_worked(day) for day in skipped)
