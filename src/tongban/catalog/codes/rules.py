"""What a code becomes in another system: pure functions over a book of sets and mappings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tongban.kernel.refusals import NotFound, Refusal

SYSTEMS = {"gb": "国家标准", "chongqing": "渝快办", "guangdong": "广东政务服务网", "tongban": "本平台"}
"""What the systems that come with us are called; others by their key."""

Place = tuple[str, str]
"""A set, by system and key."""


class Gap(Refusal):
    """缺口: a code that has no counterpart in the other system; nobody may guess one."""


@dataclass(frozen=True)
class Set:
    """代码集: its codes with their names, in order."""

    system: str
    key: str
    name: str
    source: str
    codes: Mapping[str, str]

    @property
    def system_name(self) -> str:
        return SYSTEMS.get(self.system, self.system)


@dataclass(frozen=True)
class Book:
    """Every set, and for two sets what each code of the first becomes: one code or several of the second."""

    sets: Mapping[Place, Set]
    mapped: Mapping[tuple[Place, Place], Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    def set(self, system: str, key: str) -> Set:
        """Raises NotFound."""
        if (system, key) not in self.sets:
            raise NotFound("code_set_unknown", f"没有代码集 {system}/{key}", "请从代码与对照页选择")
        return self.sets[system, key]

    def translate(self, key: str, code: str, *, source: str, target: str) -> tuple[str, ...]:
        """The code of `source` as `target` writes it, in the target's order. Raises NotFound for a set that isn't
        there, Gap for a code that isn't in the source or has no counterpart."""
        ours = self.set(source, key)
        if code not in ours.codes:
            raise Gap("code_unknown", f"{ours.system_name}的{ours.name}没有代码“{code}”", "请对照代码集修改", key)
        if source == target:
            return (code,)
        theirs = self.set(target, key)
        found = self.mapped.get(((source, key), (target, key)), {}).get(code, ())
        if not found:
            said = f"{ours.name}“{code} {ours.codes[code]}”在{theirs.system_name}没有对应的代码"
            raise Gap("code_gap", said, "请在代码与对照页补上对照", key)
        return tuple(one for one in theirs.codes if one in found)

    def gaps(self, source: Place, target: Place) -> list[str]:
        """The codes of the first set that become nothing in the second."""
        return [code for code in self.sets[source].codes if not self.mapped.get((source, target), {}).get(code)]

    def counterparts(self, place: Place) -> list[Set]:
        """The sets of the same key in other systems."""
        return [one for (system, key), one in self.sets.items() if key == place[1] and system != place[0]]
