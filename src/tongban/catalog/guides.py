"""导入办事指南: one TOML file an item: `code`, `name`, `type`, `body`, then the keys of `Content`.

A guide written by hand has mistakes; each is told by file and key, with what to write instead.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tongban.catalog import quality
from tongban.catalog.bulk import Wanted, publish_all
from tongban.catalog.content import Content, Part
from tongban.catalog.models import Item
from tongban.kernel.actors import Actor
from tongban.kernel.clock import date_of
from tongban.kernel.imports import one_run
from tongban.kernel.refusals import Invalid, Refusal, demand
from tongban.kernel.tables import Progress, Report, read_toml, silent
from tongban.kernel.typed import normalise
from tongban.orgs.imports import Register

BY = Actor(who="system:import", channel="import")
HEAD = ("code", "name", "type", "body")
_PARTS: list[type[Part]] = [Content, *Part.__subclasses__()]
_KEYS = {*HEAD, "main_item"}.union(*(part.model_fields for part in _PARTS))


@dataclass(frozen=True)
class Guide:
    """A guide file, checked against itself; whether its item and body fit is not yet known."""

    file: str
    code: str
    name: str
    type_code: str
    body: str
    main_name: str
    content: Content


def import_guides(path: Path, *, now: datetime, dry_run: bool = False, progress: Progress = silent) -> Report:
    """A guide or a folder of guides. A broken file is refused; in a folder it is rejected and the others go on.

    A guide fits an item of the catalogue: it may not give it another name or type. Unknown codes make new items.
    """
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    demand(bool(files), "guides_missing", f"{path} 里没有 .toml 文件", "办事指南每个事项一个 .toml 文件", "file")
    faults: list[Refusal] = []
    digest = hashlib.sha256()
    wanted: list[Wanted] = []
    with one_run("guides", now=now, dry_run=dry_run) as report:
        report.source, report.read = path.name, len(files)
        register, items = Register(), Item.objects.in_bulk(field_name="code")
        for done, file in enumerate(files, start=1):
            try:
                guide, sha256 = _guide(file, today=date_of(now))
                digest.update(sha256.encode())
                wanted.append(_fitted(guide, register, items, wanted))
            except Refusal as refusal:
                faults.extend(refusal.faults if isinstance(refusal, Invalid) else [refusal])
            progress("办事指南", done, len(files))
        if faults and len(files) == 1:
            raise Invalid(faults)
        for fault in faults:
            report.reject(0, f"{fault.reason}；{fault.hint}" if fault.hint else fault.reason)
        report.sha256 = digest.hexdigest()
        outcomes = publish_all(wanted, by=BY, now=now)
        report.changed = sum(outcome in ("new", "changed") for outcome in outcomes)
        report.unchanged = len(outcomes) - report.changed
        for one, outcome in zip(wanted, outcomes, strict=True):
            if outcome == "withdrawn":
                report.warn(0, f"{one.item.name}已经下线，导入不会让它重新发布")
    return report


def _guide(file: Path, *, today: date) -> tuple[Guide, str]:
    """The file read and checked. Raises Refusal or Invalid, each fault with file and key."""
    given, sha256 = read_toml(file)
    head = {key: given.pop(key, "") for key in (*HEAD, "main_item")}
    for key in (*HEAD, "main_item"):
        if not isinstance(head[key], str) or not (head[key].strip() or key == "main_item"):
            raise Refusal("guide_head", f"{file.name}：{key}：缺少，或不是文字", f'请在开头写 {key} = "…"', key)
    try:
        content = Content.model_validate(given)
        quality.check_publishable(content, today=today, type_code=head["type"])
    except ValidationError as error:
        raise Invalid([_fault(file.name, given, one) for one in error.errors()]) from error
    except Invalid as invalid:
        raise Invalid(
            [
                Refusal(one.code, f"{file.name}：{one.field}：{one.reason}", one.hint, one.field)
                for one in invalid.faults
            ]
        ) from invalid
    code = normalise(head["code"])
    return Guide(file.name, code, head["name"].strip(), head["type"], head["body"], head["main_item"], content), sha256


def _fitted(guide: Guide, register: Register, items: dict[str, Item], before: list[Wanted]) -> Wanted:
    """The guide on its item and body. Raises Refusal."""
    file, item = guide.file, items.get(guide.code)
    body = register.by_key.get(guide.body) or register.find(guide.body, None)
    if body is None:
        raise Refusal("body_unknown", f"{file}：body：没有标识为“{guide.body}”的机构", "请改成已导入的机构标识", "body")
    if item and (item.name, item.type_code) != (guide.name, guide.type_code):
        raise Refusal(
            "item_differs",
            f"{file}：name/type：编码 {guide.code} 在事项目录中是“{item.name}”（{item.type_code}）",
            "指南的名称和类型要与目录相同；要改名请导入事项清单",
            "name",
        )
    if any((one.item.code, one.body) == (guide.code, body) for one in before):
        raise Refusal(
            "guide_twice", f"{file}：code：{guide.code} 在另一个文件里已有指南", "一个事项只能有一份指南", "code"
        )
    if item is None:
        item = items[guide.code] = Item.objects.create(
            code=guide.code, name=guide.name, type_code=guide.type_code, main_name=guide.main_name
        )
    return Wanted(item, body, guide.content)


def _fault(file: str, given: object, error: Mapping[str, Any]) -> Refusal:
    """One pydantic error in words: file, key path, what is wrong; the hint says what to write."""
    place = tuple(error["loc"])
    reason, hint = _words(error)
    field = ".".join(map(str, place))
    return Refusal("guide_content", f"{file}：{_path(given, place) or '整个文件'}：{reason}", hint, field)


def _path(given: object, place: tuple[int | str, ...]) -> str:
    """materials → 第 3 项“营业执照” → give: places counted from one and named, as people find them in the file."""
    parts: list[str] = []
    for step in place:
        if isinstance(step, int):
            given = given[step] if isinstance(given, list) and step < len(given) else None
            named = given if isinstance(given, dict) else {}
            name = next((str(named[key]) for key in ("name", "label", "text", "title", "key") if named.get(key)), "")
            parts.append(f"第 {step + 1} 项" + (f"“{name[:20]}”" if name else ""))
        else:
            given = given.get(step) if isinstance(given, dict) else None
            parts.append(step)
    return " → ".join(parts)


def _words(error: Mapping[str, Any]) -> tuple[str, str]:
    context, value = error.get("ctx", {}), error.get("input")
    said = f"“{value}”" if isinstance(value, str | int | float) else "写法"
    match error["type"]:
        case "extra_forbidden":
            like = difflib.get_close_matches(str(error["loc"][-1]), _KEYS, n=1)
            return "没有这个键", f"是不是 {like[0]}？" if like else "请检查拼写，或删去"
        case "missing":
            return "缺少这个键", "请补上"
        case "enum" | "literal_error":
            choices = "、".join(re.findall(r"'([^']*)'", str(context.get("expected", ""))))
            return f"{said}不是可选的值", f"可以写：{choices}"
        case "string_pattern_mismatch":
            return f"{said}不能作标识", "标识以小写字母开头，只用小写字母、数字和下划线，最多 40 个字符"
        case "string_type":
            return "应当是文字", "请用英文双引号括起来"
        case "int_type" | "int_parsing" | "int_from_float":
            return f"{said}不是整数", "请写整数，不加引号"
        case "bool_type" | "bool_parsing":
            return f"{said}不是是非值", "请写 true 或 false，不加引号"
        case "tuple_type" | "list_type":
            return "应当是列表", "请写成 [ …, … ]，或重复的 [[…]] 节"
        case "dict_type" | "model_type":
            return "应当是一组键值", "请写成 { 键 = 值 }"
        case "too_short":
            return f"至少要有 {context.get('min_length')} 项", "请补充"
        case "greater_than_equal":
            return f"{said}太小", f"不能小于 {context.get('ge')}"
        case "less_than_equal":
            return f"{said}太大", f"不能大于 {context.get('le')}"
        case "value_error":
            return str(context.get("error", error["msg"])), "请按所说的修改"
    return f"{said}不能用（{error['msg']}）", "请对照其他指南的写法修改"
