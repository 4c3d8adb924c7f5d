"""导入 regions (区划), bodies (机构) and halls (大厅), and finding a body by what a file says about it."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from pypinyin import lazy_pinyin
from stdnum.cn import uscc as gb32100

from tongban.kernel.imports import one_run
from tongban.kernel.refusals import demand
from tongban.kernel.tables import Column, Progress, Report, Row, Table, read, read_toml, silent
from tongban.kernel.typed import normalise
from tongban.orgs.models import Body, Hall, Region, Window

REGIONS = (
    Column("code", ("区划代码", "代码"), required=True),
    Column("name", ("区划名称", "名称"), required=True),
    Column("level", ("级别", "层级"), required=True),
    Column("parent", ("上级代码", "上级")),
)
BODIES = (
    Column("key", ("标识",)),
    Column("uscc", ("统一社会信用代码", "信用代码")),
    Column("name", ("机构名称", "部门名称", "名称"), required=True),
    Column("short", ("简称",)),
    Column("region", ("区划代码", "区划"), required=True),
    Column("department_code", ("部门代码",)),
    Column("phone", ("电话", "联系电话")),
    Column("address", ("地址",)),
)
LEVELS = {
    "province": 2, "省": 2, "省级": 2, "city": 3, "市": 3, "市级": 3, "county": 4, "县": 4, "县级": 4, "区": 4,
    "town": 5, "镇": 5, "乡镇": 5, "镇级": 5, "street": 5, "街道": 5, "village": 6, "村": 6, "村级": 6, "社区": 6,
} | {str(level): level for level in range(2, 7)}  # fmt: skip
"""行使层级, GB/T 39046-2020 A.2, and what sources call them."""

_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_KEY = re.compile(r"[a-z0-9_]{1,40}")


def import_regions(path: Path, *, now: datetime, dry_run: bool = False, progress: Progress = silent) -> Report:
    """`code,name,level,parent`. A parent that is nowhere makes the region a root, with a warning."""
    table = read(path, REGIONS)
    with one_run("regions", now=now, dry_run=dry_run) as report:
        report.take(table)
        known = {region.code: region for region in Region.objects.select_related("parent")}
        rows = sorted(_good_regions(table, report).values(), key=lambda row: LEVELS[row["level"]])
        for done, row in enumerate(rows, start=1):
            _region(row, known, report)
            progress("区划", done, len(rows))
    return report


def _good_regions(table: Table, report: Report) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for row in table.rows:
        code = normalise(row["code"])
        if not re.fullmatch(r"[0-9]{2,12}", code):
            report.reject(row.line, f"区划代码“{row['code']}”应为 2 至 12 位数字")
        elif code in rows:
            report.reject(row.line, f"区划代码 {code} 与第 {rows[code].line} 行重复")
        elif not 0 < len(row["name"]) <= 60:
            report.reject(row.line, "区划名称应有 1 至 60 个字")
        elif row["level"] not in LEVELS:
            report.reject(row.line, f"级别“{row['level']}”不认识，可以写 county、town、village 或 4、5、6")
        else:
            rows[code] = row
    return rows


def _region(row: Row, known: dict[str, Region], report: Report) -> None:
    code, level, above = normalise(row["code"]), LEVELS[row["level"]], normalise(row["parent"])
    parent, found = known.get(above), known.get(code)
    path = f"{parent.path if parent else ''}{code}/"
    if above and parent is None:
        report.warn(row.line, f"上级 {above} 不在文件中，也不在库中，{row['name']}作为最上级区划")
    if parent and parent.level >= level:
        report.reject(row.line, f"{row['name']}的级别应低于它的上级{parent.name}")
    elif len(path) > 60:
        report.reject(row.line, f"{row['name']}的各级代码合起来太长")
    elif found is None:
        known[code] = Region.objects.create(code=code, name=row["name"], level=level, parent=parent, path=path)
        report.changed += 1
    elif found.path != path:
        report.reject(row.line, f"{found.name}已经在别的上级之下，导入不能改变隶属关系")
    else:
        _update(found, {"name": row["name"], "level": level}, report)


def _update(found: Region | Body | Hall, facts: dict[str, Any], report: Report) -> None:
    if changed := [name for name, value in facts.items() if getattr(found, name) != value]:
        for name in changed:
            setattr(found, name, facts[name])
        found.save(update_fields=changed)
        report.changed += 1
    else:
        report.unchanged += 1


@lru_cache(maxsize=4096)
def shaped_uscc(typed: str) -> tuple[str | None, str]:
    """统一社会信用代码 as far as it may be kept, and what is wrong with it.

    The shape of GB 32100 decides whether it is kept; a wrong check digit is kept as given, because the systems it
    came from use it as it is, and the right one can't be known from here.
    """
    code = normalise(typed)
    if not code:
        return None, "没有统一社会信用代码"
    if not _USCC.fullmatch(code):
        return None, f"统一社会信用代码“{typed}”不是 18 位代码，没有采用"
    if not gb32100.is_valid(code):
        return code, f"统一社会信用代码 {code} 的校验位不对，按原样保留，请向该单位核实"
    return code, ""


def import_bodies(path: Path, *, now: datetime, dry_run: bool = False, progress: Progress = silent) -> Report:
    """`key,uscc,name,short,region,department_code,phone,address`; a body is found by key, else USCC, else name."""
    table = read(path, BODIES)
    with one_run("bodies", now=now, dry_run=dry_run) as report:
        report.take(table)
        register = Register()
        regions = Region.objects.in_bulk(field_name="code")
        seen: dict[int, int] = {}
        for done, row in enumerate(table.rows, start=1):
            _body(row, register, regions, seen, report)
            progress("机构", done, len(table.rows))
    return report


def _body(row: Row, register: Register, regions: dict[str, Region], seen: dict[int, int], report: Report) -> None:
    code, fault = shaped_uscc(row["uscc"])
    if fault:
        report.warn(row.line, f"{row['name']}：{fault}")
    region = regions.get(normalise(row["region"]))
    if reason := _body_fault(row, region):
        report.reject(row.line, reason)
        return
    found = register.by_key.get(row["key"])
    if not row["key"]:
        found = register.find(row["name"], code)
    if found and found.pk in seen:
        report.reject(row.line, f"{row['name']}与第 {seen[found.pk]} 行是同一个机构")
        return
    holder = register.by_uscc.get(code or "")
    if holder and holder != found:
        report.reject(row.line, f"{row['name']}：统一社会信用代码 {code} 已属于{holder.name}")
        return
    facts = {
        "uscc": code, "name": row["name"], "short": row["short"] or row["name"][:40], "region": region,
        "department_code": row["department_code"], "phone": row["phone"], "address": row["address"],
    }  # fmt: skip
    if found is None:
        found = register.add(Body(key=row["key"] or register.new_key(row["name"]), **facts))
        report.changed += 1
    else:
        if code is None:
            del facts["uscc"]  # an empty cell doesn't take away what is known
        _update(found, facts, report)
        register.know(found)
    seen[found.pk] = row.line


def _body_fault(row: Row, region: Region | None) -> str:
    if region is None:
        return f"没有区划“{row['region']}”，请先导入区划"
    if row["key"] and not _KEY.fullmatch(row["key"]):
        return f"标识“{row['key']}”只能用小写字母、数字和下划线，最多 40 个"
    longest = {"name": 100, "short": 40, "department_code": 4, "phone": 30, "address": 200}
    too_long = next((column for column, most in longest.items() if len(row[column]) > most), "")
    if too_long:
        return f"{too_long} 列最多 {longest[too_long]} 个字"
    return "" if row["name"] else "没有机构名称"


class Register:
    """机构名册: the bodies there are, found as files name them."""

    def __init__(self) -> None:
        self.by_key: dict[str, Body] = {}
        self.by_uscc: dict[str, Body] = {}
        self.by_name: dict[str, Body] = {}
        for body in Body.objects.select_related("region").order_by("-pk"):
            self.know(body)

    def know(self, body: Body) -> None:
        self.by_key[body.key] = body
        self.by_name[body.short] = body
        self.by_name[body.name] = body
        if body.uscc:
            self.by_uscc[body.uscc] = body

    def find(self, name: str, uscc: str | None) -> Body | None:
        """By USCC, else by name or short name."""
        return self.by_uscc.get(uscc or "") or self.by_name.get(name)

    def add(self, body: Body) -> Body:
        body.save()
        self.know(body)
        return body

    def new_key(self, name: str) -> str:
        """A key that reads like the name: 区教科体局 → qujiaoketiju."""
        base = re.sub(r"[^a-z0-9]", "", "".join(lazy_pinyin(name, errors="ignore")).lower())[:36] or "body"
        key, number = base, 1
        while key in self.by_key:
            number += 1
            key = f"{base}{number}"
        return key


def import_halls(path: Path, *, now: datetime, dry_run: bool = False, progress: Progress = silent) -> Report:
    """TOML, `[[hall]]` with `key,name,region,address,hours,phone` and `windows = [{number, name, kind}]`."""
    parsed, digest = read_toml(path)
    with one_run("halls", now=now, dry_run=dry_run) as report:
        halls = _halls(path.name, parsed)
        report.source, report.sha256, report.read = path.name, digest, len(halls)
        for done, (key, (facts, windows)) in enumerate(halls.items(), start=1):
            _hall(key, facts, windows, report)
            progress("大厅", done, len(halls))
    return report


def _hall(key: str, facts: dict[str, Any], windows: list[tuple[str, bool]], report: Report) -> None:
    hall = Hall.objects.filter(key=key).first()
    before = dict(hall.windows.values_list("name", "comprehensive")) if hall else {}
    if hall is None:
        hall = Hall.objects.create(key=key, **facts)
        report.changed += 1
    elif before != before | dict(windows):
        _update(hall, facts, Report("", ""))
        report.changed += 1
    else:
        _update(hall, facts, report)
    for name, comprehensive in windows:
        if before.get(name) != comprehensive:
            Window.objects.update_or_create(hall=hall, name=name, defaults={"comprehensive": comprehensive})
    if gone := sorted(set(before) - {name for name, _ in windows}):
        report.warn(0, f"{hall.name}：文件里没有窗口{'、'.join(gone)}，库中保留不动")


def _halls(source: str, parsed: dict[str, Any]) -> dict[str, tuple[dict[str, Any], list[tuple[str, bool]]]]:
    """Raises Refusal naming the hall and the key."""
    regions = Region.objects.in_bulk(field_name="code")
    halls: dict[str, tuple[dict[str, Any], list[tuple[str, bool]]]] = {}
    demand(set(parsed) == {"hall"}, "hall_file", f"{source}：最外层只能有 [[hall]]", "请参照大厅导入模板", "file")
    for at, given in enumerate(parsed["hall"], start=1):
        where = f"{source} 第 {at} 个大厅"
        texts = {
            name: str(given.get(name, "")).strip() for name in ("key", "name", "region", "address", "hours", "phone")
        }
        missing = "、".join(name for name, text in texts.items() if not text)
        demand(not missing, "hall_field_missing", f"{where}：缺少 {missing}", "请补上", "file")
        unknown = "、".join(sorted(set(given) - {*texts, "windows", "body"}))
        demand(not unknown, "hall_field_unknown", f"{where}：不认识 {unknown}", "请检查拼写", "file")
        key = texts.pop("key")
        demand(key not in halls, "hall_twice", f"{where}：标识 {key} 重复", "每个大厅一个标识", "file")
        region = regions.get(texts["region"])
        demand(region is not None, "region_unknown", f"{where}：没有区划 {texts['region']}", "请先导入区划", "file")
        halls[key] = ({**texts, "region": region}, [_window(where, window) for window in given.get("windows", [])])
    return halls


def _window(where: str, given: dict[str, Any]) -> tuple[str, bool]:
    """A01 + 综合窗口 → its name and whether it takes every item."""
    kind = given.get("kind", "comprehensive")
    hint = "窗口写作 { number, name, kind }，kind 是 comprehensive 或 special"
    demand(kind in ("comprehensive", "special"), "window_kind", f"{where}：窗口类型“{kind}”不认识", hint, "file")
    name = " ".join(filter(None, (str(given.get("number", "")), str(given.get("name", "")))))
    demand(0 < len(name) <= 40, "window_name", f"{where}：窗口名称应有 1 至 40 个字", hint, "file")
    return name, kind == "comprehensive"
