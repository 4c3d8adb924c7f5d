"""错字: a wrong, missing or mixed-up character, and wrong letters in pinyin, by a neighbourhood of deletions.

Every word of the catalogue is kept under keys: itself, itself without one character, and how it sounds. A window of
what was typed that shares a key with a word is at most one mistake away from it. Pure; the keys live in SearchWord.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

import rjieba

from tongban.catalog.everyday import STOP
from tongban.catalog.words import HAN, LATIN, syllables

SHORTEST, LONGEST = 2, 6
"""Characters of a Chinese word that is worth correcting; names and aliases up to eight are words whole."""
WHOLE = 8
SHORTEST_SOUND, LONGEST_SOUND = 4, 16
MOST_LETTERS = 28
MOST_CHARACTERS = 14
_CONFUSED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"), ("l", "n"), ("h", "f"))
"""What the southern tongue does not tell apart: a spelling with the one is looked up as the other."""


def words_of(texts: Iterable[str]) -> set[str]:
    """The words to keep keys for: Chinese words of names and aliases, and how they sound."""
    found: set[str] = set()
    heard: set[str] = set()
    for text in texts:
        for run in HAN.findall(text):
            if SHORTEST <= len(run) <= WHOLE:
                found.add(run)
            found.update(word for word in rjieba.cut(run, False) if SHORTEST <= len(word) <= LONGEST)
            within = [word for word in rjieba.cut_for_search(run, False) if SHORTEST <= len(word) <= LONGEST]
            found.update(word for word in within if len(word) > SHORTEST)  # 不动 of 不动产 is no word to keep
            heard.update(within)
    sounds = {"".join(syllables(word)) for word in found | heard}
    return found | {sound for sound in sounds if SHORTEST_SOUND <= len(sound) <= LONGEST_SOUND}


def keys_of(word: str) -> set[str]:
    """The keys of a word: itself, itself less one character where enough is left, and its blurred sound."""
    if LATIN.fullmatch(word):
        return {word, f"~{blurred(word)}", *(_deletions(word) if len(word) > SHORTEST_SOUND else ())}
    return {word, *(_deletions(word) if len(word) > SHORTEST else ()), f"~{blurred(word)}"}


@lru_cache(maxsize=8192)
def blurred(word: str) -> str:
    """How a word sounds, without what many people don't tell apart."""
    sound = "".join(syllables(word)) if HAN.match(word) else word
    for said, heard in _CONFUSED:
        sound = sound.replace(said, heard)
    return sound


def windows(typed: str) -> dict[tuple[int, int], set[str]]:
    """The pieces of one run (Chinese, or letters) that may be words, by place, with the keys to look up."""
    if HAN.fullmatch(typed):
        sizes, most = range(SHORTEST, WHOLE + 1), MOST_CHARACTERS
    else:
        sizes, most = range(SHORTEST_SOUND, LONGEST_SOUND + 2), MOST_LETTERS
    run = typed[:most]
    return {
        (at, at + size): keys_of(run[at : at + size])
        for at in range(len(run))
        for size in sizes
        if at + size <= len(run)
    }


def corrected(typed: str, words: Mapping[str, Iterable[str]]) -> str:
    """One run as it was probably meant; empty when nothing like it is known, or nothing needs correcting.

    `words` gives the words for every key that is known. Every character must belong to a known word or to a stop word,
    and at most one character in four may change (a change that keeps the sound counts half).
    """
    latin = bool(LATIN.fullmatch(typed))
    most = MOST_LETTERS if latin else MOST_CHARACTERS
    if len(typed) > most:
        return ""
    best: dict[int, tuple[float, int, str]] = {0: (0.0, 0, "")}
    pieces = windows(typed)
    for end in range(1, len(typed) + 1):
        for at in range(end):
            if at not in best:
                continue
            cost, parts, text = best[at]
            piece = typed[at:end]
            options: list[tuple[float, str]] = [(0.0, piece)] if piece in STOP and not latin else []
            for key in pieces.get((at, end), ()):
                options += [(_cost(piece, word), word) for word in words.get(key, ()) if _same_kind(piece, word)]
            for price, word in options:
                candidate = (cost + price, parts + 1, text + word)
                if price < _FAR and (end not in best or candidate < best[end]):
                    best[end] = candidate
    if len(typed) not in best:
        return ""
    cost, _, text = best[len(typed)]
    allowed = 1 + len(typed) // 10 if latin else max(1.0, len(typed) / 4)
    return text if 0 < cost <= allowed else ""


_FAR = 9.0


def _cost(piece: str, word: str) -> float:
    """0 for the word itself; what the change costs otherwise; far when they are more than one mistake apart."""
    if piece == word:
        return 0.0
    if HAN.match(piece) and len(piece) == len(word) and blurred(piece) == blurred(word):
        return 0.5 * sum(one != other for one, other in zip(piece, word, strict=True))
    if LATIN.match(piece) and blurred(piece) == blurred(word):
        return 0.5
    if min(len(piece), len(word)) < (SHORTEST_SOUND if LATIN.match(piece) else SHORTEST + 1) and piece not in word:
        return _FAR
    return 1.0 if one_mistake(piece, word) else _FAR


def one_mistake(typed: str, word: str) -> bool:
    """Whether one character is wrong, missing or too many, or two neighbours changed places."""
    if len(typed) == len(word):
        differ = [at for at, (one, other) in enumerate(zip(typed, word, strict=True)) if one != other]
        swapped = len(differ) == 2 and differ[1] == differ[0] + 1 and typed[differ[0]] == word[differ[1]]
        return len(differ) == 1 or (swapped and typed[differ[1]] == word[differ[0]])
    if abs(len(typed) - len(word)) > 1:
        return False
    longer, shorter = (typed, word) if len(typed) > len(word) else (word, typed)
    return shorter in _deletions(longer)


def _deletions(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


def _same_kind(piece: str, word: str) -> bool:
    return bool(HAN.match(piece)) == bool(HAN.match(word))
