from __future__ import annotations

from dataclasses import dataclass

from tongban.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class OwnDataAsked(Event, name="privacy.OwnDataAsked", subject="request"):
    """查阅、复制: a person wants the file with everything."""

    request: str


@dataclass(frozen=True, kw_only=True)
class OwnDataMade(Event, name="privacy.OwnDataMade", subject="request"):
    """The file is there: its hash and size, nothing of what is in it."""

    request: str
    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class OwnDataTaken(Event, name="privacy.OwnDataTaken", subject="request"):
    """The person downloaded it."""

    request: str
