"""The engine: all rules over one document, the score, and what stands in the way of publication."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from tongban.catalog.content import Content
from tongban.catalog.quality.base import RULES, Context, Finding, Weight, is_written
from tongban.catalog.situations import survey
from tongban.kernel.refusals import Invalid, Refusal

FULL = 100
COSTS: dict[Weight, int] = {"severe": 20, "warn": 4, "hint": 1}
"""What one finding costs."""
COUNTED = 3
"""How often the same rule costs at most."""
UNWRITTEN_AT_MOST = 30
"""An item that is only listed, without a guide, scores no more."""
_SAID, _PLACE = 400, 120
_BY_WEIGHT: dict[Weight, int] = {"severe": 0, "warn": 1, "hint": 2}


def _version() -> str:
    """The rules' own text decides: whoever changes a rule has every edition judged again."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    for path in sorted([*here.glob("*.py"), *here.glob("*.csv")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


VERSION = _version()


def judge(content: Content, context: Context) -> list[Finding]:
    """Every finding, severe ones first, then in the order of the rules. Never raises for a valid document."""
    if content.questions or content.materials:
        context = replace(context, survey=survey(content))
    written = is_written(content)
    found = [
        Finding(rule.key, rule.weight, _short(one.place, _PLACE), _short(one.says, _SAID), _short(one.mend, _SAID))
        for rule in RULES.values()
        if written or rule.lists
        for one in rule.check(content, context)
    ]
    return sorted(found, key=lambda one: _BY_WEIGHT[one.weight])


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def score(findings: Iterable[Finding], *, written: bool = True) -> int:
    """质量分, 0 to 100: 100 − Σ over rules of cost(weight) × min(findings of the rule, 3); at most 30 without a guide.

    Costs: severe 20, warn 4, hint 1. A body's score is the mean over its published editions.
    """
    counts = Counter((one.rule, one.weight) for one in findings)
    lost = sum(COSTS[weight] * min(number, COUNTED) for (_, weight), number in counts.items())
    return max(0, min(FULL - lost, FULL if written else UNWRITTEN_AT_MOST))


def check_publishable(content: Content, *, today: date, type_code: str = "") -> None:
    """What no edition may be published with: severe findings. Raises Invalid, one fault each, `field` the place."""
    severe = [one for one in judge(content, Context(today, type_code)) if one.weight == "severe"]
    if severe:
        raise Invalid([Refusal(one.rule, one.says, one.mend, one.place) for one in severe])
