"""Who acts: plain facts that the journal writes down. Powers are `identity`'s business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Channel = Literal["web", "mobile", "counter", "kiosk", "api", "phone", "system", "import"]


@dataclass(frozen=True)
class Actor:
    """`who` is `person:…`, `staff:…` or `system:…`; `on_behalf_of` names the person acted for; `post` the office held."""

    who: str
    on_behalf_of: str = ""
    post: str = ""
    channel: Channel = "system"


def system(name: str) -> Actor:
    """An act of the platform itself, e.g. `system("worker")`."""
    return Actor(who=f"system:{name}")
