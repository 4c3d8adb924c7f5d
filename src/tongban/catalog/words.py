"""Words for search: Chinese by segments and pairs, pinyin and initials by prefix. Pure functions of text.

Index and query go through the same cutting, so a two-character query meets its pair on the index.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations

import rjieba
from pypinyin import Style, lazy_pinyin

from tongban.catalog.everyday import GENERIC, LONGEST, SAME, STOP

HAN = re.compile(r"[\u3400-\u9fff]+")
LATIN = re.compile(r"[a-z0-9]+")
RUNS = re.compile(f"{HAN.pattern}|{LATIN.pattern}")
_NUMERAL = re.compile("[一二两三四五六七八九十百千万零多几半来余第]+[年岁个月天头只条元块次号周]*|第.")
_DO_A = re.compile(
    "(?:(?<=[办开改换补领搞弄买租建盖查])(?:个(?![体人税性案])|一[个张本份家]|一下)|(?<=[办换补领])张)(?=[\u3400-\u9fff])"
)
"""改个名字 is 改名字, 补张身份证 is 补身份证: what is counted is said without the counting."""
MOST_TYPED = 60
MOST_TERMS = 7
MINIMUM, BARE_MINIMUM = 0.55, 0.38
"""The share of what a sentence says that an item must meet to be found at all."""


def tidy(typed: str) -> str:
    """What was typed, in half width and small letters, without what can't be stored; at most 60 characters."""
    text = unicodedata.normalize("NFKC", typed[: MOST_TYPED * 2]).replace("\0", "").lower()
    return " ".join(text.split())[:MOST_TYPED]


def index_words(text: str) -> list[str]:
    """Every word under which a text is found: segments, pairs, single characters, Latin words."""
    words: dict[str, None] = {}
    for run in HAN.findall(text):
        words.update(dict.fromkeys(word for word in rjieba.cut_for_search(run) if word))
        words.update(dict.fromkeys(_pairs(run)))
        words.update(dict.fromkeys(run))
    words.update(dict.fromkeys(LATIN.findall(text.lower())))
    return list(words)


def index_sounds(text: str) -> list[str]:
    """Pinyin and initials of every tail of the text, for prefix search: `shipin…`, `pin…`, `spjyxk`, `pjyxk`."""
    sounds: dict[str, None] = {}
    for run in HAN.findall(text):
        said = syllables(run[:24])
        initials = [syllable[0] for syllable in said]
        for start in range(len(said)):
            sounds["".join(said[start : start + 8])] = None
            if len(initials) - start >= 2:
                sounds["".join(initials[start : start + 12])] = None
    return list(sounds)


@lru_cache(maxsize=4096)
def syllables(run: str) -> list[str]:
    """Pinyin without tones, one for each character that has one."""
    return [one for one in lazy_pinyin(run, style=Style.NORMAL, errors="ignore") if one]


def strict_query(typed: str) -> str:
    """A tsquery that asks for every pair of Chinese characters and every Latin prefix; empty when nothing is left.

    One letter is no prefix: half the catalogue begins with it.
    """
    terms: list[str] = []
    for run in HAN.findall(typed):
        terms.append(_all_of(run))
    terms += [f"'{word}':*" for word in LATIN.findall(typed) if len(word) > 1]
    return " & ".join(dict.fromkeys(terms))


@dataclass(frozen=True)
class Term:
    """One thing a sentence says: its forms, a tsquery that any of them meets, and how much it counts."""

    forms: tuple[str, ...]
    query: str
    weight: float
    telling: bool
    """Whether it says what is wanted; an item must meet at least one such term."""


@dataclass(frozen=True)
class Loose:
    """A sentence as a tsquery that enough of its terms meet; `terms` are for counting how much."""

    query: str
    terms: tuple[Term, ...]


def meanings(typed: str) -> list[str]:
    """The words of a sentence that carry meaning, once each, in order."""
    found = [
        said
        for run in RUNS.findall(typed)
        for said in ([run] if LATIN.fullmatch(run) else spoken(run))
        if HAN.match(said) or len(said) > 2 or said in SAME
    ]
    return list(dict.fromkeys(found))


def loose_query(said: Iterable[str], known: Container[str], minimum: float = MINIMUM) -> Loose:
    """A sentence by its meanings; `known` are the words that the catalogue uses. Empty when it says nothing known.

    The query is the or of every smallest set of terms that weighs at least `minimum` of all and has one that tells,
    so an item that meets it meets enough of the sentence, and the index alone decides that.
    """
    terms = sorted((_term(one, known) for one in said), key=lambda term: -term.weight)[:MOST_TERMS]
    terms = _with_something_to_tell(terms)
    enough = minimum * sum(term.weight for term in terms)
    chosen: list[frozenset[int]] = []
    for size in range(1, len(terms) + 1):
        for found in combinations(range(len(terms)), size):
            among = frozenset(found)
            weighs = sum(terms[at].weight for at in among)
            tells = any(terms[at].telling for at in among)
            if weighs >= enough and tells and not any(less <= among for less in chosen):
                chosen.append(among)
    sets = (" & ".join(terms[at].query for at in sorted(among)) for among in chosen)
    return Loose(" | ".join(f"({one})" for one in sets), tuple(terms))


def _term(said: str, known: Container[str]) -> Term:
    """Weights: two characters 2, three 2.5, more 3; one character 0.7; a word that hundreds of items share 0.5, an
    everyday word for such a one 1; a word that the catalogue doesn't use a quarter of its own: it neither finds anything nor forbids much."""
    forms = SAME.get(said, (said,))
    query = " | ".join(_all_of(form) for form in forms)
    if LATIN.fullmatch(said) and said not in SAME:
        return Term(forms, f"'{said}':*", 2.5, telling=True)
    if said in GENERIC:
        weight, telling = 0.5, False
    elif not GENERIC.isdisjoint(forms):  # 丢了 is 补办: it says how, not what
        weight, telling = 1.0, False
    elif len(said) == 1 and len(forms) == 1:
        weight, telling = 0.7, False
    else:
        weight, telling = {1: 1.5, 2: 2.0, 3: 2.5}.get(len(said), 3.0), len(forms) > 1 or said in known
        weight *= 1.0 if telling else 0.25
    return Term(forms, f"({query})" if len(forms) > 1 else query, weight, telling)


def _with_something_to_tell(terms: list[Term]) -> list[Term]:
    """Where no term tells, single characters do, else the shared words, all of them together; unknown words never."""
    if any(term.telling for term in terms):
        return terms
    singles = [term for term in terms if len(term.forms[0]) == 1 and term.forms[0] not in GENERIC]
    shared = [term for term in terms if term.forms[0] in GENERIC]
    if singles and len(singles) + len(shared) < len(terms) and len(singles) < 2:
        return []
    if not singles and len(shared) < len(terms):
        return []
    return [replace(term, telling=True) for term in singles or shared]


def spoken(run: str) -> list[str]:
    """A run of Chinese as the words that carry meaning: everyday words whole, the rest by segments, without stop words."""
    run = _DO_A.sub("", run)
    found: list[str] = []
    rest = ""
    at = 0
    while at < len(run):
        size = next((n for n in range(min(LONGEST, len(run) - at), 1, -1) if run[at : at + n] in SAME), 0)
        if size and not _inside_a_word(run, at):
            found += [*_segments(rest), run[at : at + size]]
            rest, at = "", at + size
        else:
            rest, at = rest + run[at], at + 1
    return [*found, *_segments(rest)]


def _inside_a_word(run: str, at: int) -> bool:
    """Whether a word of the run, as it is usually cut, goes on over this place."""
    place = 0
    for word in rjieba.cut(run, False):
        if place >= at:
            break
        place += len(word)
    return place > at


def _segments(text: str) -> list[str]:
    return (
        [word for word in rjieba.cut(text, False) if word not in STOP and not _NUMERAL.fullmatch(word)] if text else []
    )


def _all_of(run: str) -> str:
    """A run as the and of its pairs; a single character, or a Latin word, as itself."""
    pairs = dict.fromkeys(_pairs(run)) if HAN.fullmatch(run) else {}
    return " & ".join(f"'{pair}'" for pair in pairs) if len(pairs) > 1 else f"'{next(iter(pairs), run)}'"


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]
