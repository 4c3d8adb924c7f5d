from dataclasses import dataclass

from tongban.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class Received(Event, name="files.Received", subject="file"):
    """It lies in the quarantine and waits to be examined."""

    file: str


@dataclass(frozen=True, kw_only=True)
class Examined(Event, name="files.Examined", subject="file"):
    """`state` is clean, refused or infected."""

    file: str
    state: str
