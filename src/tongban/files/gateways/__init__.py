"""病毒扫描: what every scanner must do. Without one configured, files say that they are unscanned."""

from __future__ import annotations

from typing import Protocol

from django.conf import settings


class ScannerAway(Exception):
    """It doesn't answer, or not to the end: try again; the file stays in the quarantine."""


class Unscannable(Exception):
    """It refuses this content, e.g. as larger than it scans. Trying again helps nobody."""


class Scanner(Protocol):
    def scan(self, content: bytes) -> str:
        """The name of what was found, empty for nothing. Raises ScannerAway, Unscannable."""
        ...

    def ping(self) -> str:
        """Its version. Raises ScannerAway."""
        ...


def scanner(*, patience: float = 10.0) -> Scanner | None:
    """The one that is configured (`TONGBAN_CLAMAV`), or none."""
    from tongban.files.gateways.clamav import ClamAV

    return ClamAV(settings.TONGBAN.clamav, patience=patience) if settings.TONGBAN.clamav else None
