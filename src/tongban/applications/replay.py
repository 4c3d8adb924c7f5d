"""指南回放: an edition run over past cases: what would have been different for them. Pure.

A case is replayed with the answers and the form it had. What is counted are facts of the documents: which papers the
applicant had to find then and now, which correction notices asked for papers that nobody would have to bring, which
cases the questions of the edition leave undefined, which required fields nobody was asked for then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tongban.catalog import forming, rules
from tongban.catalog.content import Content, Give
from tongban.kernel.refusals import Invalid

BROUGHT = (Give.UPLOAD, Give.WINDOW)
"""Ways of giving for which the applicant has to find the paper."""
FREE = (Give.LIBRARY, Give.GENERATED)
"""Ways of giving for which nobody has to bring or promise anything."""
EXAMPLES = 20


@dataclass(frozen=True)
class PastCase:
    """A case as it was: the document it was under, the answers and the form, the keys each correction named."""

    number: str
    content: Content
    answers: Mapping[str, str]
    form: Mapping[str, Any]
    corrections: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True)
class Counted:
    """A material, a field or a question, with how many cases it concerns."""

    name: str
    cases: int


@dataclass(frozen=True)
class Replay:
    """What an edition would have changed for the cases it was run over. Counts of cases unless a name says otherwise."""

    cases: int = 0
    undefined: int = 0
    """The answers of the case don't lead to a result: a new question, or an answer that is gone. Counted no further."""
    open_questions: tuple[Counted, ...] = ()
    corrections: int = 0
    """Correction notices that these cases got."""
    corrections_avoided: int = 0
    """Notices of which every paper is no longer asked for, or is fetched now."""
    papers: int = 0
    """Papers that applicants had to find, then."""
    saved: tuple[Counted, ...] = ()
    """Papers that had to be brought and need not be any more."""
    added: tuple[Counted, ...] = ()
    """Papers that had not to be brought and must be now."""
    fields: tuple[Counted, ...] = ()
    """Required fields that the case did not fill, and was not required to."""
    lighter: int = 0
    """Cases with fewer papers to bring."""
    heavier: int = 0
    examples: tuple[str, ...] = ()
    """Numbers of the first undefined cases, for those who may see them."""

    @property
    def papers_saved(self) -> int:
        return sum(one.cases for one in self.saved)

    @property
    def papers_added(self) -> int:
        return sum(one.cases for one in self.added)

    @property
    def differs(self) -> bool:
        """Whether anything at all would have been different."""
        return bool(self.undefined or self.corrections_avoided or self.saved or self.added or self.fields)


def replay(draft: Content, cases: Iterable[PastCase]) -> Replay:
    """Run the document over the cases, one after another; nothing of a case is kept but counts and a few numbers."""
    totals: Counter[str] = Counter()
    names: dict[str, Counter[str]] = {what: Counter() for what in ("questions", "saved", "added", "fields")}
    examples: list[str] = []
    ways: dict[tuple[int, frozenset[tuple[str, str]]], _Way] = {}  # many cases go the same way through the questions
    for case in cases:
        totals["cases"] += 1
        totals["corrections"] += len(case.corrections)
        key = (id(case.content), frozenset(case.answers.items()))
        way = ways.get(key) or ways.setdefault(key, _way(draft, case.content, case.answers))
        totals["papers"] += len(way.then)
        if way.answers is None:
            totals["undefined"] += 1
            names["questions"].update(way.open_questions)
            examples += [case.number] if len(examples) < EXAMPLES else []
            continue
        totals["lighter"] += len(way.now) < len(way.then)
        totals["heavier"] += len(way.now) > len(way.then)
        names["saved"].update(name for key, name in way.then.items() if key not in way.now)
        names["added"].update(name for key, name in way.now.items() if key not in way.then)
        names["fields"].update(_newly_required(draft, way.answers, case))
        totals["avoided"] += sum(bool(gaps) and gaps <= way.freed for gaps in case.corrections)
    return Replay(
        cases=totals["cases"], undefined=totals["undefined"], open_questions=_most(names["questions"]),
        corrections=totals["corrections"], corrections_avoided=totals["avoided"], papers=totals["papers"],
        saved=_most(names["saved"]), added=_most(names["added"]), fields=_most(names["fields"]),
        lighter=totals["lighter"], heavier=totals["heavier"], examples=tuple(examples),
    )  # fmt: skip


@dataclass(frozen=True)
class _Way:
    """What one combination of answers called for under a past document, and calls for under the draft."""

    content: Content
    then: Mapping[str, str]
    """Papers that the applicant had to find: key → name."""
    now: Mapping[str, str]
    answers: Mapping[str, str] | None
    """As they count under the draft; None when they leave it undefined."""
    open_questions: frozenset[str] = frozenset()
    freed: frozenset[str] = frozenset()
    """Keys of materials that stood in the way then and could not now."""


def _way(draft: Content, content: Content, said: Mapping[str, str]) -> _Way:
    then = _papers(content, said)
    known = {question.key for question in draft.questions}
    try:
        answers = rules.check_answers(draft, {key: value for key, value in said.items() if key in known})
    except Invalid as invalid:
        open_questions = frozenset(_question(draft, fault.field) for fault in invalid.faults)
        return _Way(content, then, {}, None, open_questions)
    return _Way(content, then, _papers(draft, answers), answers, freed=_freed(draft, answers, content, said))


def _papers(content: Content, answers: Mapping[str, str]) -> dict[str, str]:
    """The papers that the applicant has to find: key → name."""
    needed = rules.materials_for(content, answers)
    return {one.key: one.name for one in needed if one.required and one.give in BROUGHT}


def _freed(draft: Content, answers: Mapping[str, str], content: Content, said: Mapping[str, str]) -> frozenset[str]:
    """What is no longer called for, or fetched by the platform now."""
    then = {one.key: one for one in rules.materials_for(content, said)}
    now = {one.key: one for one in rules.materials_for(draft, answers)}
    return frozenset(
        key for key, one in then.items()
        if key not in now or (now[key].give in FREE and one.give not in FREE)
    )  # fmt: skip


def _newly_required(draft: Content, answers: Mapping[str, str], case: PastCase) -> set[str]:
    """Labels of required fields that the case left empty or never saw, except where it was required then as well."""
    now = _unfilled(draft, answers, case.form)
    then = set(_unfilled(case.content, case.answers, case.form)) if now else set()
    return {label for key, label in now.items() if key not in then}


def _unfilled(content: Content, answers: Mapping[str, str], form: Mapping[str, Any]) -> dict[str, str]:
    return {
        field.key: field.label
        for sheet in forming.sheets(content, answers, form)
        for block in sheet.blocks
        for field in block.fields
        if field.required and block.given.get(field.key) in (None, "", [])
    }


def _question(draft: Content, place: str) -> str:
    key = place.removeprefix("answers.")
    return next((question.text for question in draft.questions if question.key == key), key)


def _most(counts: Counter[str]) -> tuple[Counted, ...]:
    return tuple(Counted(name, cases) for name, cases in sorted(counts.items(), key=lambda one: (-one[1], one[0])))
