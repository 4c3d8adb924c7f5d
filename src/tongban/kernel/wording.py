"""Texts with {变量}: which they name, and what becomes of them when each has its value. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

_VARIABLE = re.compile(r"\{([^{}]*)\}")


def unknown(text: str, allowed: Collection[str]) -> list[str]:
    """Variables that the text names and that don't exist, each once."""
    return [name for name in dict.fromkeys(_VARIABLE.findall(text)) if name not in allowed]


def unpaired(text: str) -> bool:
    """Whether a brace stands alone."""
    rest = _VARIABLE.sub("", text)
    return "{" in rest or "}" in rest


def listed(allowed: Collection[str]) -> str:
    """The variables that there are, as they are written."""
    return "、".join(f"{{{name}}}" for name in allowed)


def filled(text: str, values: Mapping[str, str]) -> str:
    """A variable without a value stays empty."""
    return _VARIABLE.sub(lambda found: values.get(found[1], ""), text)
