"""Texts with named variables, `{办件编号}`: which they use, what is wrong with them and where, and how they are filled. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from tongban.kernel.refusals import Refusal

_VARIABLE = re.compile(r"\{([^{}\n]*)\}")


@dataclass(frozen=True)
class Slip:
    """One mistake: a name that nobody knows, or a brace without its other half. `line` counts from 1."""

    line: int
    kind: Literal["unknown", "brace"]
    name: str = ""


def variables_in(text: str) -> list[str]:
    """Each once, in the order of the text."""
    return list(dict.fromkeys(_VARIABLE.findall(text)))


def slips(text: str, known: Collection[str]) -> list[Slip]:
    found: list[Slip] = []
    for at, line in enumerate(text.split("\n"), start=1):
        found += [Slip(at, "unknown", name) for name in variables_in(line) if name not in known]
        if set("{}") & set(_VARIABLE.sub("", line)):
            found.append(Slip(at, "brace"))
    return found


def faults(text: str, known: Collection[str], *, what: str, field: str) -> list[Refusal]:
    """The slips as a writer reads them: where, what, and which variables there are. `what`: the name of the text."""
    allowed = "、".join(f"{{{name}}}" for name in known)
    several = "\n" in text
    said = []
    for slip in slips(text, known):
        where = f"{what}第 {slip.line} 行" if several else what
        if slip.kind == "unknown":
            said.append(("template_variable_unknown", f"{where}里没有“{{{slip.name}}}”这个变量", f"可以用：{allowed}"))
        else:
            hint = f"变量写成 {{{next(iter(known), '名称')}}} 这样；可以用：{allowed}"
            said.append(("template_brace", f"{where}里有一个花括号没有成对", hint))
    return [Refusal(code, reason, hint, field) for code, reason, hint in said]


def fill(text: str, values: Mapping[str, str]) -> str:
    """A variable without a value stays empty. What a value holds is never taken for a variable."""
    return _VARIABLE.sub(lambda found: values.get(found[1], ""), text)


def filled_lines(text: str, values: Mapping[str, str]) -> list[str]:
    """The lines filled: without those that were blank, and without those of which only what stands outside any variable
    would be left, where none of their variables has a value."""
    lines = []
    for line in text.split("\n"):
        names = variables_in(line)
        if line.strip() and (not names or any(values.get(name, "").strip() for name in names)):
            lines.append(fill(line, values).strip())
    return [line for line in lines if line]
