"""环节: which step's turn it is, as pure functions over an edition's steps and what was concluded so far.

Steps run in order; one that is `beside` runs together with the step before it. A step whose condition doesn't hold for the
case is left out. What several are asked together (会签) is concluded by all, any or most of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Kind = Literal["review", "countersign", "consultation", "inspection", "expert", "notice", "hearing"]
KINDS: Mapping[Kind, str] = {
    "review": "审查",
    "countersign": "会签",
    "consultation": "征求意见",
    "inspection": "现场核查",
    "expert": "专家评审",
    "notice": "公示",
    "hearing": "听证",
}
Mode = Literal["all", "any", "majority"]
MODES: Mapping[Mode, str] = {"all": "全部同意", "any": "一家同意即可", "majority": "过半数同意"}
Silence = Literal["agreed", "escalated"]
SILENCES: Mapping[Silence, str] = {"agreed": "逾期视为没有意见", "escalated": "逾期报对方负责人督办"}


@dataclass(frozen=True)
class Step:
    """One step as the plan of a case has it. `applies`: its condition holds for this case."""

    key: str
    kind: Kind = "review"
    applies: bool = True
    beside: bool = False


class Standing(StrEnum):
    """Where a step stands in a case."""

    PASSED = "passed"
    OBJECTED = "objected"
    OPEN = "open"
    AHEAD = "ahead"
    SKIPPED = "skipped"


Concluded = Mapping[str, bool]
"""By key of the step: whether it passed, or ended with an objection. What isn't there isn't concluded."""


def groups(steps: Sequence[Step]) -> list[tuple[Step, ...]]:
    """The steps that apply, those that run side by side together."""
    found: list[list[Step]] = []
    for at, step in enumerate(steps):
        if not step.beside or at == 0:
            found.append([])
        if step.applies:
            found[-1].append(step)
    return [tuple(group) for group in found if group]


def open_now(steps: Sequence[Step], concluded: Concluded) -> tuple[Step, ...]:
    """Whose turn it is: what isn't concluded of the first group that isn't finished."""
    for group in groups(steps):
        if waiting := tuple(step for step in group if step.key not in concluded):
            return waiting
    return ()


def missing(steps: Sequence[Step], concluded: Concluded) -> tuple[Step, ...]:
    """What must still be done before the decision may be taken."""
    return tuple(step for step in steps if step.applies and step.key not in concluded)


def standing(steps: Sequence[Step], concluded: Concluded) -> dict[str, Standing]:
    """Every step of the edition, in its order."""
    turn = {step.key for step in open_now(steps, concluded)}
    return {step.key: _standing(step, concluded, turn) for step in steps}


def _standing(step: Step, concluded: Concluded, turn: Collection[str]) -> Standing:
    if not step.applies:
        return Standing.SKIPPED
    if step.key in concluded:
        return Standing.PASSED if concluded[step.key] else Standing.OBJECTED
    return Standing.OPEN if step.key in turn else Standing.AHEAD


def undone_by_return(steps: Sequence[Step], to: str) -> list[str]:
    """退回: the step that is returned to, and everything behind its group, are to be done again; what ran beside it stands."""
    found = groups(steps)
    at = next((place for place, group in enumerate(found) if any(step.key == to for step in group)), None)
    if at is None:
        return []
    return [to, *(step.key for group in found[at + 1 :] for step in group)]


def tally(mode: Mode, asked: int, answers: Collection[bool]) -> bool | None:
    """会签: whether it is carried (True) or not (False) by the answers so far; None while that is open."""
    agreed, objected = sum(answers), len(answers) - sum(answers)
    needed = {"all": asked, "any": 1, "majority": asked // 2 + 1}[mode]
    if agreed >= needed:
        return True
    return False if objected > asked - needed else None
