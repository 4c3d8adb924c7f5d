"""The keeper's verbs: add a code, rename it, take it away; map a code to another system's, and undo that."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongban.catalog.actions.powers import governs
from tongban.catalog.events import CodeChanged, CodeMapped, CodeUnmapped
from tongban.catalog.models import CodeMapping, CodeSet, CodeValue
from tongban.kernel import journal
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Conflict, NotFound, demand

LONGEST_CODE = 20
LONGEST_NAME = 100


@transaction.atomic
def add_code(of: CodeSet, *, code: str, name: str, by: Actor, now: datetime) -> CodeValue:
    """A code at the end of its set. Raises Refusal or Conflict naming the field."""
    governs(by)
    code, name = code.strip(), _name(name)
    demand(0 < len(code) <= LONGEST_CODE, "code_length", f"代码应有 1 至 {LONGEST_CODE} 个字", "", "code")
    CodeSet.objects.select_for_update().get(pk=of.pk)
    if of.values.filter(code=code).exists():
        raise Conflict("code_taken", f"代码“{code}”已经有了", "请换一个，或修改原来那个的名称", "code")
    last = of.values.order_by("-position").values_list("position", flat=True).first()
    made = CodeValue.objects.create(set=of, code=code, name=name, position=(last or 0) + 1)
    _changed(made, "added", by=by, now=now)
    return made


@transaction.atomic
def rename_code(value: CodeValue, *, name: str, by: Actor, now: datetime) -> None:
    """The code stays, what it is called changes; the same name again is nothing."""
    governs(by)
    name = _name(name)
    if name == value.name:
        return
    value.name = name
    value.save(update_fields=["name"])
    _changed(value, "renamed", by=by, now=now)


@transaction.atomic
def remove_code(value: CodeValue, *, by: Actor, now: datetime) -> None:
    """Only a code that no mapping names. Raises Conflict."""
    governs(by)
    named = CodeMapping.objects.filter(source=value) | CodeMapping.objects.filter(target=value)
    if named.exists():
        raise Conflict("code_mapped", f"代码“{value.code} {value.name}”还有对照", "请先取消它的对照", "code")
    _changed(value, "removed", by=by, now=now)
    value.delete()


@transaction.atomic
def map_code(*, source: CodeValue, target: CodeValue, note: str = "", by: Actor, now: datetime) -> CodeMapping:
    """From now on `source` becomes `target`, also beside others. Raises Refusal or Conflict."""
    governs(by)
    ours, theirs = source.set, target.set
    demand(
        ours.key == theirs.key and ours.system != theirs.system,
        "mapping_sets", "只能对照另一体系的同一种代码", "请从列出的代码中选", "target",
    )  # fmt: skip
    demand(len(note) <= 200, "note_length", "说明最多 200 个字", "", "note")
    made, new = CodeMapping.objects.get_or_create(
        source=source, target=target, defaults={"note": note.strip(), "by": by.who, "at": now}
    )
    if not new:
        raise Conflict("mapping_twice", "这条对照已经有了", "", "target")
    journal.record(CodeMapped(**_facts(made)), by=by, now=now)
    return made


@transaction.atomic
def unmap_code(mapping: CodeMapping, *, by: Actor, now: datetime) -> None:
    governs(by)
    journal.record(CodeUnmapped(**_facts(mapping)), by=by, now=now)
    mapping.delete()


def value_of(of: CodeSet, code: str, *, field: str = "code") -> CodeValue:
    """Raises NotFound."""
    found = of.values.select_related("set").filter(code=code.replace("\0", "")).first()
    if found is None:
        raise NotFound("code_unknown", f"{of.name}没有代码“{code[:20]}”", "请从列出的代码中选", field)
    return found


def _name(name: str) -> str:
    name = name.strip()
    demand(0 < len(name) <= LONGEST_NAME, "code_name_length", f"名称应有 1 至 {LONGEST_NAME} 个字", "", "name")
    return name


def _changed(value: CodeValue, what: str, *, by: Actor, now: datetime) -> None:
    place = f"{value.set.system}/{value.set.key}"
    journal.record(CodeChanged(set=place, code=value.code, name=value.name, what=what), by=by, now=now)


def _facts(mapping: CodeMapping) -> dict[str, str]:
    ours, theirs = mapping.source.set, mapping.target.set
    return {
        "set": f"{ours.system}/{ours.key}", "code": mapping.source.code,
        "target_set": f"{theirs.system}/{theirs.key}", "target": mapping.target.code,
    }  # fmt: skip
