"""通知种类: what can be told. The rooms above declare theirs, with the closed list of variables and the usual words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Words:
    """The four texts of a kind, with `{变量}`. Without `sms` nothing leaves the site; without `letter` none is printed."""

    title: str
    text: str
    sms: str = ""
    letter: str = ""

    def as_dict(self) -> dict[str, str]:
        return {"title": self.title, "text": self.text, "sms": self.sms, "letter": self.letter}


@dataclass(frozen=True)
class Kind:
    """`variables`: each with a sample, which the preview shows. `urgent`: waits for no company. `must`: a legal
    consequence hangs on it, so it leaves the site whatever the person prefers."""

    key: str
    name: str
    variables: Mapping[str, str]
    words: Words
    urgent: bool = True
    must: bool = False


KINDS: Final[dict[str, Kind]] = {}


def declare(*kinds: Kind) -> None:
    for kind in kinds:
        if KINDS.setdefault(kind.key, kind) is not kind:
            raise ValueError(f"two kinds of notices are called {kind.key}")
