"""Words for search: Chinese by segments and pairs, pinyin and initials by prefix. Pure functions of text.

Index and query go through the same cutting, so a two-character query meets its pair on the index.
"""

from __future__ import annotations

import re
from functools import lru_cache

import rjieba
from pypinyin import Style, lazy_pinyin

_HAN = re.compile(r"[\u3400-\u9fff]+")
_LATIN = re.compile(r"[a-z0-9]+")
_STOP = frozenset(
    [
        "的",
        "了",
        "我",
        "要",
        "想",
        "怎么",
        "如何",
        "哪里",
        "什么",
        "需要",
        "办理",
        "办",
        "吗",
        "呢",
        "在",
        "去",
        "和",
        "与",
        "及",
        "或",
        "个",
        "一个",
        "请问",
        "可以",
        "能",
    ]
)


def index_words(text: str) -> list[str]:
    """Every word under which a text is found."""
    words: dict[str, None] = {}
    for run in _HAN.findall(text):
        words.update(dict.fromkeys(word for word in rjieba.cut_for_search(run) if word))
        words.update(dict.fromkeys(_pairs(run)))
        words.update(dict.fromkeys(run))
    words.update(dict.fromkeys(_LATIN.findall(text.lower())))
    return list(words)


def index_sounds(text: str) -> list[str]:
    """Pinyin and initials of every tail of the text, for prefix search: `shipin…`, `pin…`, `spjyxk`, `pjyxk`."""
    sounds: dict[str, None] = {}
    for run in _HAN.findall(text):
        syllables = _syllables(run[:24])
        initials = [syllable[0] for syllable in syllables if syllable]
        for start in range(len(syllables)):
            sounds["".join(syllables[start : start + 8])] = None
            if len(initials) - start >= 2:
                sounds["".join(initials[start : start + 12])] = None
    return list(sounds)


@lru_cache(maxsize=4096)
def _syllables(run: str) -> list[str]:
    return lazy_pinyin(run, style=Style.NORMAL, errors="ignore")


def strict_query(typed: str) -> str:
    """A tsquery that asks for every pair of Chinese characters and every Latin prefix; empty when nothing is left."""
    terms: list[str] = []
    for run in _HAN.findall(typed):
        terms += _pairs(run) or [run]
    terms += [f"{word}:*" for word in _LATIN.findall(typed.lower())]
    return " & ".join(_quoted(term) for term in dict.fromkeys(terms))


def loose_query(typed: str) -> str:
    """A tsquery that is content with any word that carries meaning."""
    terms: list[str] = []
    for run in _HAN.findall(typed):
        terms += [word for word in rjieba.cut_for_search(run) if word not in _STOP and len(word) > 1]
    terms += [f"{word}:*" for word in _LATIN.findall(typed.lower()) if len(word) > 2]
    return " | ".join(_quoted(term) for term in dict.fromkeys(terms))


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def _quoted(term: str) -> str:
    """Terms hold only Han, latin letters and digits, so quoting is all the escaping there is."""
    return f"'{term[:-2]}':*" if term.endswith(":*") else f"'{term}'"
