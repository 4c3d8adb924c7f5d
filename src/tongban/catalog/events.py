from dataclasses import dataclass

from tongban.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class Published(Event, name="catalog.Published", subject="code"):
    """An edition is what every channel shows from now on."""

    code: str
    edition: int
    version: int


@dataclass(frozen=True, kw_only=True)
class Withdrawn(Event, name="catalog.Withdrawn", subject="code"):
    """An edition is no longer offered; cases under it go on."""

    code: str
    edition: int
