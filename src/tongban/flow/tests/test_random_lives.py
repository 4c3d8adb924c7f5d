"""Whatever happens to the clocks of a case, and in whatever order: what is stored is what the law counts anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.people import SPRING_2026, Cast
from tongban.flow import actions
from tongban.flow.models import Clock
from tongban.flow.rules import Limit
from tongban.kernel import calendar
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.refusals import Conflict

CASE = "50019920260302000000017"
CAUSES = ("test", "hearing")
LIMITS = [
    {"promised": Limit(5), "statutory": Limit(20)}, {"promised": Limit(0), "statutory": Limit(20)},
    {"promised": Limit(10, "day"), "statutory": Limit(1, "month")}, {"promised": Limit(8, "hour"), "statutory": Limit(5)},
    {"statutory": Limit(45)},
]  # fmt: skip

Act = Callable[[datetime], object]


def _starts(limits: dict[str, Limit]) -> Act:
    """A round begins when the one before has ended, as a case that is reopened does."""

    def start(now: datetime) -> None:
        actions.stop_clocks(CASE, now=now)
        actions.start_clocks(CASE, limits, now=now, round=actions.next_round(CASE, "statutory"))

    return start


def _pauses(cause: str) -> Act:
    """Only what runs is suspended."""

    def pause(now: datetime) -> None:
        if Clock.objects.filter(stopped_on=None).exists():
            actions.pause_clocks(CASE, cause=cause, now=now)

    return pause


def _declares_rest(after: int) -> Act:
    def declare(now: datetime) -> None:
        day = now.astimezone(SHANGHAI).date() + timedelta(days=after)
        calendar.replace(
            {**SPRING_2026, day: ("临时放假", False)},
            known_from=date(2026, 1, 1), known_until=date(2026, 12, 31), source="tests", now=now,
        )  # fmt: skip
        actions.recompute_for_calendar(now=now)

    return declare


acts = st.one_of(
    st.sampled_from(LIMITS).map(_starts),
    st.sampled_from(CAUSES).map(_pauses),
    st.sampled_from(["", *CAUSES]).map(lambda cause: lambda now: actions.resume_clocks(CASE, cause=cause, now=now)),
    st.integers(1, 10).map(lambda n: lambda now: actions.extend_clocks(CASE, extension=Limit(n), now=now)),
    st.just(lambda now: actions.stop_clocks(CASE, now=now)),
    st.just(lambda now: actions.move_on(CASE, now=now) if not actions._paused(CASE) else None),
    st.integers(0, 20).map(_declares_rest),
)
lives = st.lists(st.tuples(acts, st.integers(1, 100)), min_size=1, max_size=10)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.sampled_from(LIMITS), lives)
def test_stored_dates_equal_the_recount_whatever_happens(
    cast: Cast, limits: dict[str, Limit], life: list[tuple[Act, int]]
) -> None:
    with transaction.atomic():
        now = datetime(2026, 4, 20, 10, tzinfo=SHANGHAI)
        _starts(limits)(now)
        for act, hours in life:
            now += timedelta(hours=hours)
            done = _tried(act, now)
            event(f"done: {done}")
            assert list(actions.verify_clocks()) == []
        running = set(Clock.objects.filter(stopped_on=None).values_list("calendar_version", flat=True))
        assert running <= {calendar.current().version}
        transaction.set_rollback(True)


def _tried(act: Act, now: datetime) -> bool:
    """What the law or the database does not allow leaves nothing behind."""
    try:
        with transaction.atomic():
            act(now)
    except (Conflict, IntegrityError):
        return False
    return True
