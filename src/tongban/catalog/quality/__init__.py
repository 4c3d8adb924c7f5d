"""质量: named, explained rules over an edition's document, pure. `judge` runs them all, `score` counts, and
`check_publishable` refuses what no edition may be published with. `RULES` is the page that explains them."""

from tongban.catalog.quality import channels, deciding, limits, money, papers, situation, wording
from tongban.catalog.quality.base import RULES, WEIGHTS, Context, Finding, Found, Rule, Weight, is_written
from tongban.catalog.quality.engine import (
    COSTS,
    COUNTED,
    FULL,
    UNWRITTEN_AT_MOST,
    VERSION,
    check_publishable,
    judge,
    score,
)
from tongban.catalog.quality.places import place_words

__all__ = [
    "COSTS",
    "COUNTED",
    "FULL",
    "RULES",
    "UNWRITTEN_AT_MOST",
    "VERSION",
    "WEIGHTS",
    "Context",
    "Finding",
    "Found",
    "Rule",
    "Weight",
    "channels",
    "check_publishable",
    "deciding",
    "is_written",
    "judge",
    "limits",
    "money",
    "papers",
    "place_words",
    "score",
    "situation",
    "wording",
]
