from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cleaned:
    """What may be given out. `signed`: what came carries signatures and has to be kept beside this preview as it was."""

    content: bytes
    pages: int = 1
    removed: tuple[str, ...] = ()
    """What was taken out, by the words of `papers.FORBIDDEN`."""
    signed: bool = False
