"""导入代码集: a TOML file of `[[set]]` and `[[mapping]]`. A set that is there already is the editors' and is left alone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tongban.catalog.codes.actions import LONGEST_CODE, LONGEST_NAME
from tongban.catalog.models import CodeMapping, CodeSet, CodeValue
from tongban.kernel.actors import Actor
from tongban.kernel.imports import one_run
from tongban.kernel.refusals import Refusal
from tongban.kernel.tables import Report, read_toml

SHIPPED = Path(__file__).with_name("shipped.toml")
BY = Actor(who="system:import", channel="import")


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class GivenSet(_Given):
    system: str = Field(pattern=r"^[a-z0-9_]{1,20}$")
    key: str = Field(pattern=r"^[a-z0-9_]{1,40}$")
    name: str = Field(min_length=1, max_length=60)
    source: str = Field(max_length=200)
    values: list[tuple[str, str]] = Field(min_length=1)


class GivenMapping(_Given):
    key: str
    source: str = Field(alias="from")
    target: str = Field(alias="to")
    pairs: list[tuple[str, str] | tuple[str, str, str]]
    """What a code becomes, and why where it isn't plain."""


class Given(_Given):
    sets: list[GivenSet] = Field(default=[], alias="set")
    mappings: list[GivenMapping] = Field(default=[], alias="mapping")


def import_codes(path: Path = SHIPPED, *, now: datetime, dry_run: bool = False, again: bool = False) -> Report:
    """Bring in the sets that aren't there yet, and the mappings from or to them.

    With `again` also what is missing in sets that are there; what editors named or mapped otherwise stays. Raises
    Refusal naming the place in the file.
    """
    parsed, sha256 = read_toml(path)
    given = _given(path.name, parsed)
    with one_run("codes", now=now, dry_run=dry_run) as report:
        report.source, report.sha256 = path.name, sha256
        report.read = sum(len(one.values) for one in given.sets) + sum(len(one.pairs) for one in given.mappings)
        fresh = {_set(one, again, report) for one in given.sets}
        known = {(v.set.system, v.set.key, v.code): v for v in CodeValue.objects.select_related("set")}
        for mapping in given.mappings:
            if {(mapping.source, mapping.key), (mapping.target, mapping.key)} & fresh:
                _map(path.name, mapping, known, report, now)
        report.unchanged = report.read - report.changed
    return report


def _given(name: str, parsed: dict[str, Any]) -> Given:
    try:
        return Given.model_validate(parsed)
    except ValidationError as error:
        first = error.errors()[0]
        place = " → ".join(f"第 {step + 1} 项" if isinstance(step, int) else step for step in first["loc"])
        raise Refusal("codes_file", f"{name}：{place}：{first['msg']}", "请参照随平台的代码集文件", "file") from error


def _set(given: GivenSet, again: bool, report: Report) -> tuple[str, str]:
    """Its place when its codes were looked at; else a place that nothing has."""
    facts = {"name": given.name, "source": given.source}
    of, new = CodeSet.objects.get_or_create(system=given.system, key=given.key, defaults=facts)
    if not new and not again:
        return "", ""
    known = set(of.values.values_list("code", flat=True))
    made: dict[str, CodeValue] = {}
    for position, (code, name) in enumerate(given.values, start=1):
        if code in made:
            report.reject(0, f"{given.system}/{given.key}：代码“{code}”写了两次")
        elif not (0 < len(code) <= LONGEST_CODE and 0 < len(name) <= LONGEST_NAME):
            report.reject(0, f"{given.system}/{given.key}：“{code}”“{name}”太长或是空的")
        elif code not in known:
            made[code] = CodeValue(set=of, code=code, name=name, position=position)
    CodeValue.objects.bulk_create(made.values())
    report.changed += len(made)
    return given.system, given.key


def _map(
    name: str, given: GivenMapping, known: dict[tuple[str, str, str], CodeValue], report: Report, now: datetime
) -> None:
    made = []
    for ours, theirs, *why in given.pairs:
        source, target = known.get((given.source, given.key, ours)), known.get((given.target, given.key, theirs))
        if source is None or target is None:
            missing = f"{given.source} {ours}" if source is None else f"{given.target} {theirs}"
            report.reject(0, f"{name}：{given.key} 的对照 {ours} → {theirs}：没有代码 {missing}")
            continue
        made.append(CodeMapping(source=source, target=target, note="".join(why), by=BY.who, at=now))
    before = CodeMapping.objects.count()
    CodeMapping.objects.bulk_create(made, ignore_conflicts=True)
    report.changed += CodeMapping.objects.count() - before
