from __future__ import annotations

from dataclasses import dataclass

from tongban.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class Proposed(Event, name="staffing.Proposed", subject="account"):
    """任职申请, or (`elevated`) a wish for some hours."""

    proposal: str
    account: int
    role: str
    body: int | None
    elevated: bool


@dataclass(frozen=True, kw_only=True)
class ProposalRefused(Event, name="staffing.ProposalRefused", subject="account"):
    proposal: str
    account: int
    role: str


@dataclass(frozen=True, kw_only=True)
class SelfGrantRefused(Event, name="staffing.SelfGrantRefused", subject="account"):
    """Somebody tried to give themselves a post, or to agree to their own proposal."""

    account: int
    role: str
    body: int | None


@dataclass(frozen=True, kw_only=True)
class ElevationLookedAt(Event, name="staffing.ElevationLookedAt", subject="account"):
    """复核 of an elevation that was declared by who needed it."""

    proposal: str
    account: int
    fine: bool


@dataclass(frozen=True, kw_only=True)
class ReviewOpened(Event, name="staffing.ReviewOpened", subject="year"):
    year: int
    due_on: str


@dataclass(frozen=True, kw_only=True)
class PostChecked(Event, name="staffing.PostChecked", subject="account"):
    """年度确认: kept or ended."""

    year: int
    account: int
    post: int
    kept: bool


@dataclass(frozen=True, kw_only=True)
class ColleagueRegistered(Event, name="staffing.ColleagueRegistered", subject="account"):
    """A staff account was opened for a new colleague; it has no power yet."""

    account: int
