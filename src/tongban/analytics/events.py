"""What this room announces."""

from __future__ import annotations

from dataclasses import dataclass

from tongban.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class CatalogueWalked(Event, name="analytics.CatalogueWalked", subject="scope"):
    """The catalogue was walked with somebody who has no phone: `all` of it, or what was `new`."""

    scope: str
    walked: int
    passed: int
