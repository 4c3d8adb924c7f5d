"""What stands in the way of closing an account: upper rooms say it, this one never names them.

@obstacle
def open_cases(person_id: int) -> list[Obstacle]: ...
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Obstacle:
    """What has to end first, and where."""

    words: str
    url: str = ""


Asked = Callable[[int], Sequence[Obstacle]]
_ASKED: dict[str, Asked] = {}


def obstacle(asked: Asked) -> Asked:
    """Register a question about a person; importing twice registers once."""
    _ASKED[f"{asked.__module__}.{asked.__qualname__}"] = asked
    return asked


def obstacles_of(person_id: int) -> list[Obstacle]:
    return [one for name in sorted(_ASKED) for one in _ASKED[name](person_id)]
