"""筛选: what an edition is listed under, and where it stands among equals. Pure.

A facet is a tag `kind:value`; an item in a list carries all of them, so a filter is one look into one index.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tongban.catalog.content import Content

WAYS = {
    "online": "网上可办", "mobile": "手机可办", "window": "窗口可办", "kiosk": "自助机可办", "town": "镇街村社可办",
    "post": "可邮寄", "instant": "当场办结", "once": "最多跑一次", "here": "本平台办理", "away": "跨省通办",
}  # fmt: skip
"""办理渠道和方式: the key of a filter and what it is called."""
MIDDLE = 1000
"""The place of an edition of the highest level that is not handled here and not used."""


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty means everything. `region` is a region's code, `regions` its path."""

    region: str = ""
    audience: str = ""
    """`1` people, anything else enterprises and other organisations."""
    theme: str = ""
    event: str = ""
    body: str = ""
    """The body's key."""
    way: str = ""
    """A key of `WAYS`."""

    def __bool__(self) -> bool:
        return any((self.region, self.audience, self.theme, self.event, self.body, self.way))

    @property
    def tags(self) -> list[str]:
        """All of these an item must carry. The region is not among them: it is any of several."""
        given = (("theme", self.theme), ("event", self.event), ("body", self.body), ("way", self.way))
        tags = [f"{kind}:{value}"[:60] for kind, value in given if value]
        if self.audience:
            tags.append("for:people" if self.audience == "1" else "for:business")
        return tags


def region_tags(path: str) -> list[str]:
    """What is done for someone in the region of this path: in it, or by a level above it."""
    codes = [code for code in path.split("/") if code]
    return [f"in:{codes[-1]}", *(f"at:{code}" for code in codes[:-1])] if codes else []


def tags(content: Content, *, body: str, region_path: str, themes: Iterable[str] = ()) -> list[str]:
    """Everything an edition is listed under; `themes` are those of its item."""
    codes = [code for code in region_path.split("/") if code]
    found = [f"theme:{theme}" for theme in (*content.themes, *themes)]
    found += [f"event:{event}" for event in content.life_events]
    found += [f"way:{way}" for way in ways(content)]
    found += [f"in:{code}" for code in codes] + [f"at:{code}" for code in codes[-1:]]
    found.append(f"body:{body}")
    if "1" in content.audience:
        found.append("for:people")
    if set(content.audience) - {"1", "5"}:
        found.append("for:business")
    return [tag[:60] for tag in dict.fromkeys(found)]


def ways(content: Content) -> list[str]:
    """Through which doors and how. A guide that says nothing of its doors promises none but what it says elsewhere."""
    received, forms = set(content.received_by), set(content.handling_forms)
    here = content.connection == "here"
    says = {
        "online": content.online or "online" in received or bool(forms & {"2", "3"}) or bool(content.online_url),
        "mobile": "3" in forms,
        "window": "window" in received or "1" in forms or bool(content.places) or (here and not received),
        "kiosk": "kiosk" in received,
        "town": bool(received & {"town", "village"}),
        "post": content.by_post or "4" in forms,
        "instant": content.instant,
        "once": (here or bool(content.places)) and content.visits <= 1,
        "here": here,
        "away": content.reach in ("province", "nation"),
    }
    return [way for way, holds in says.items() if holds]


def place(*, connection: str, region_path: str, used: int) -> int:
    """Lower is better: each level down 100, handled here 200 less, each doubling of use 40 less (at most ten)."""
    depth = max(region_path.count("/") - 1, 0)
    here = 200 if connection == "here" else 0
    return MIDDLE + 100 * min(depth, 5) - here - 40 * min(used.bit_length(), 10)
