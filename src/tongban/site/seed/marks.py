"""Where in a text a case says its number, its people and its days: marked, so that a clone says its own.

A mark is `\\ue000name\\ue001`, of characters that no text has. Days and moments carry what they were: they are moved first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from tongban.kernel.clock import SHANGHAI, date_of
from tongban.site.seed.shifting import moved_moment

OPEN, SHUT = "\ue000", "\ue001"
_MOMENT = r"(?P<moment>(?<![\w-])\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?(?:[+-]\d\d(?::\d\d)?|Z))"
_ISO = r"(?P<iso>(?<![\w-])\d{4}-\d\d-\d\d(?![\w-]))"
_WORDS = r"(?P<words>(?:\d{4}年)?\d{1,2}月\d{1,2}日)"
_DATED = re.compile(f"{OPEN}([mdw]):([^{SHUT}]*){SHUT}")
_MARK = re.compile(f"{OPEN}(\\w+){SHUT}")


def mark(name: str) -> str:
    return f"{OPEN}{name}{SHUT}"


def marker(names: Mapping[str, str], days: Iterable[date]) -> Callable[[str], str]:
    """A function that marks a text. `names`: what is said → the name of its mark. `days`: those that "3月9日" may mean."""
    said = "|".join(re.escape(one) for one in sorted(names, key=len, reverse=True) if one)
    pattern = re.compile("|".join(filter(None, [f"(?P<name>{said})" if said else "", _MOMENT, _ISO, _WORDS])))
    by_words = {f"{day.month}月{day.day}日": day for day in days}

    def one(found: re.Match[str]) -> str:
        text = found[0]
        match found.lastgroup:
            case "name":
                return mark(names[text])
            case "moment":
                return mark(f"m:{text}")
            case "iso":
                return mark(f"d:{text}")
        year, _, rest = text.rpartition("年")
        day = by_words.get(rest)
        return mark(f"w:{'y' if year else ''}{day.isoformat()}") if day else text

    return lambda text: pattern.sub(one, text)


def moved(text: str, day_of: Callable[[date], date]) -> str:
    """Days and moments moved; of a moment the seconds become the mark `s<second>`, so that clones differ in them."""

    def one(found: re.Match[str]) -> str:
        kind, said = found[1], found[2]
        if kind == "m":
            return _moment(said, day_of)
        if kind == "d":
            return day_of(date.fromisoformat(said)).isoformat()
        day = day_of(date.fromisoformat(said.removeprefix("y")))
        return (f"{day.year}年" if said.startswith("y") else "") + f"{day.month}月{day.day}日"

    return _DATED.sub(one, text)


def _moment(said: str, day_of: Callable[[date], date]) -> str:
    """Written as it was: the same separator, the same zone."""
    moment = datetime.fromisoformat(said)
    if moment.microsecond:
        raise ValueError(f"a moment of the seed has parts of a second: {said}")
    zone = said[19:]
    at = moved_moment(moment, day_of)
    return f"{at:%Y-%m-%d}{said[10]}{at:%H:%M}:{mark(f's{at.second}')}{zone}"


def format_of(text: str, escape: Callable[[str], str] = lambda text: text) -> str:
    """The text as a %-format over the names of its marks."""
    return _MARK.sub(r"%(\1)s", escape(text).replace("%", "%%"))


def names_in(text: str) -> set[str]:
    return set(_MARK.findall(text))


def is_marked(text: str) -> bool:
    return OPEN in text


def day_of_moment(said: str) -> date:
    """The Shanghai date of a moment as PostgreSQL writes it."""
    return date_of(datetime.fromisoformat(said).astimezone(SHANGHAI))
