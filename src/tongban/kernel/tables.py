"""表格: a CSV or XLSX file as named columns and numbered rows, and the report of what an import did with them.

A file that can't be read whole is refused with the line that is wrong; a row that can't be used is the importer's
business. Users' files come from Excel, so what Excel does to them (BOM, GB18030, numbers for codes) is expected.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import tomllib
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl

from tongban.kernel.refusals import Refusal, demand

MOST_BYTES = 50 * 1024 * 1024
MOST_UNPACKED = 400 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 200
EXACT_IN_EXCEL = 10**15
"""From here on Excel keeps only the first fifteen digits of a number."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many are done, of how many."""


def silent(what: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True)
class Column:
    """A column by the name the importer uses and the headers files give it."""

    name: str
    aliases: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class Row:
    """Cells as text by column name; `line` is where the row begins in the file."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        """The cell, stripped; empty when the file has no such column."""
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Table:
    source: str
    sha256: str
    columns: frozenset[str]
    rows: tuple[Row, ...]
    warned: tuple[tuple[int, str], ...] = ()


@dataclass
class Report:
    """What an import did: counts, and for each row warned about or rejected its line and why."""

    kind: str
    source: str
    sha256: str = ""
    read: int = 0
    changed: int = 0
    unchanged: int = 0
    warned: list[tuple[int, str]] = field(default_factory=list)
    rejected: list[tuple[int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    taken: bool = True
    """Whether what could be used was kept: not after a dry run, nor where one bad row stops all."""

    def warn(self, line: int, message: str) -> None:
        self.warned.append((line, message))

    def reject(self, line: int, message: str) -> None:
        self.rejected.append((line, message))

    def take(self, table: Table) -> None:
        """Note which file is read, and what was odd about it."""
        self.source, self.sha256, self.read = table.source, table.sha256, len(table.rows)
        self.warned.extend(table.warned)


def read(path: Path, columns: Sequence[Column]) -> Table:
    """The whole table. Raises Refusal naming the line when the file is broken or a required column is missing."""
    data = read_bytes(path)
    if data.startswith(b"PK\x03\x04"):
        lines, warned = _workbook(data)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refusal(
            "file_old_excel", f"{path.name} 是旧版 Excel（.xls）文件，读不了", "请另存为 .xlsx 或 CSV 再导入", "file"
        )
    else:
        lines, warned = _csv(data)
    header = next(lines, None)
    if header is None:
        raise Refusal("file_empty", f"{path.name} 是空的，没有表头", "第一行应写明各列的名称", "file")
    names = _names(header[0], header[1], columns)
    rows = tuple(_rows(lines, names, header[0]))
    return Table(path.name, hashlib.sha256(data).hexdigest(), frozenset(filter(None, names)), rows, tuple(warned))


def read_bytes(path: Path) -> bytes:
    """The file, within limits. Raises Refusal."""
    try:
        size = path.stat().st_size
        demand(
            size <= MOST_BYTES,
            "file_too_large",
            f"{path.name} 超过 {MOST_BYTES >> 20} MB",
            "请分成几个文件导入",
            "file",
        )
        return path.read_bytes()
    except OSError as error:
        raise Refusal("file_missing", f"打不开文件 {path}", "请检查路径和读取权限", "file") from error


def read_toml(path: Path) -> tuple[dict[str, Any], str]:
    """A TOML file and its SHA-256. Raises Refusal naming file, line and column."""
    data = read_bytes(path)
    try:
        return tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n")), hashlib.sha256(data).hexdigest()
    except UnicodeDecodeError as error:
        at = f"{path.name} 第 {_line_of(data, error.start)} 行"
        raise Refusal("file_encoding", f"{at}：不是 UTF-8 编码", "请用 UTF-8 编码保存", "file") from error
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+), column (\d+)", str(error))
        at = f"{path.name} 第 {place[1]} 行第 {place[2]} 列" if place else f"{path.name} 末尾"
        hint = f"请检查引号、括号和等号（{str(error).split(' (at ')[0]}）"
        raise Refusal("toml_broken", f"{at}：TOML 写法不对", hint, "file") from error


Line = tuple[int, list[str]]


def _names(line: int, header: list[str], columns: Sequence[Column]) -> list[str]:
    """The column name for each place of the header; columns that nobody asked for are named empty."""
    known = {_plain(alias): column.name for column in columns for alias in (column.name, *column.aliases)}
    names = [known.get(_plain(cell), "") for cell in header]
    for name in filter(None, names):
        if names.count(name) > 1:
            twice = "、".join(cell for cell, found in zip(header, names, strict=True) if found == name)
            raise Refusal(
                "column_twice", f"第 {line} 行（表头）：“{twice}”是同一列，出现了多次", "请只保留一列", "file"
            )
    if missing := [column for column in columns if column.required and column.name not in names]:
        wanted = "、".join("/".join((column.name, *column.aliases[:2])) for column in missing)
        found = "、".join(filter(None, header))[:200] or "空"
        raise Refusal(
            "column_missing", f"第 {line} 行（表头）：缺少列 {wanted}；现有的列：{found}", "请补上缺少的列", "file"
        )
    return names


def _plain(header: str) -> str:
    return re.sub(r"[\s*＊_]", "", header).lower()


def _rows(lines: Iterator[Line], names: list[str], header_line: int) -> Iterator[Row]:
    for at, (line, cells) in enumerate(lines):
        demand(at < MOST_ROWS, "file_too_long", f"第 {line} 行：超过 {MOST_ROWS} 行", "请分成几个文件导入", "file")
        if len(cells) < len(names) or any(cells[len(names) :]):
            raise Refusal(
                "row_ragged",
                f"第 {line} 行：有 {len(cells)} 列，表头（第 {header_line} 行）有 {len(names)} 列",
                "请检查这一行是否多了或少了逗号；内容里有逗号的，要用英文双引号括起来",
                "file",
            )
        yield Row(line, {name: cell for name, cell in zip(names, cells, strict=False) if name})


def _csv(data: bytes) -> tuple[Iterator[Line], list[tuple[int, str]]]:
    text, warned = _decode(data)
    return _csv_lines(text), warned


def _csv_lines(text: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            hint = "常见原因：英文双引号没有成对"
            raise Refusal("csv_broken", f"第 {begins} 行：CSV 格式不对，读不下去", hint, "file") from error
        if cells is None:
            return
        line, begins = begins, reader.line_num + 1
        cells = [cell.strip() for cell in cells]
        if any(cells):
            demand(
                len(cells) <= MOST_COLUMNS,
                "row_too_wide",
                f"第 {line} 行：超过 {MOST_COLUMNS} 列",
                "请检查文件",
                "file",
            )
            yield line, cells


def _decode(data: bytes) -> tuple[str, list[tuple[int, str]]]:
    """UTF-8, else GB18030 with a warning. Raises Refusal naming the line of the first byte that is neither."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refusal(
            "file_utf16", "文件是 UTF-16 编码（Excel 的“Unicode 文本”）", "请另存为“CSV UTF-8”或 .xlsx", "file"
        )
    if (zero := data.find(b"\0")) >= 0:
        raise Refusal(
            "file_binary",
            f"第 {_line_of(data, zero)} 行：有不可见的控制字符，不是表格文件",
            "请导入 CSV 或 .xlsx",
            "file",
        )
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        if data.startswith(b"\xef\xbb\xbf") or _almost_utf8(data):
            line = _line_of(data, error.start)
            raise Refusal(
                "file_encoding", f"第 {line} 行：有无法识别的字符，文件可能已损坏", "请从原系统重新导出", "file"
            ) from error
    try:
        return data.decode("gb18030"), [(1, "文件不是 UTF-8 编码，已按 GB18030 读取，请核对有无乱码")]
    except UnicodeDecodeError as error:
        line = _line_of(data, error.start)
        hint = "请另存为“CSV UTF-8”或 .xlsx 再导入"
        raise Refusal("file_encoding", f"第 {line} 行：不是 UTF-8 也不是 GB18030，无法识别", hint, "file") from error


def csv_lines(data: bytes) -> list[Line]:
    """The lines of a CSV, whatever their columns mean. Raises Refusal."""
    return list(_csv_lines(_decode(data)[0]))


def _almost_utf8(data: bytes) -> bool:
    """Whether most of what is not ASCII reads as UTF-8: then it is a damaged UTF-8 file, not one in GB18030."""
    strange = [char for char in data.decode("utf-8", errors="replace") if ord(char) > 127]
    return strange.count("\ufffd") * 5 < len(strange)


def _line_of(data: bytes, place: int) -> int:
    return data.count(b"\n", 0, place) + 1


def _workbook(data: bytes) -> tuple[Iterator[Line], list[tuple[int, str]]]:
    """The first visible sheet. Read to the end here, so that a workbook broken half-way is refused as a whole."""
    warned: list[tuple[int, str]] = []
    found = _read_sheets(data, warned, first=True)
    return iter(next(iter(found.values()))), warned


def sheets_of(data: bytes) -> dict[str, list[Line]]:
    """Every visible sheet of an XLSX by its name. Raises Refusal."""
    return _read_sheets(data, [], first=False)


def _read_sheets(data: bytes, warned: list[tuple[int, str]], *, first: bool) -> dict[str, list[Line]]:
    demand(
        openpyxl.DEFUSEDXML is True, "defusedxml_missing", "没有安装 defusedxml，不能安全地读取 XLSX", "请安装后再试"
    )
    found: dict[str, list[Line]] = {}
    lines: list[Line] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
        demand(unpacked <= MOST_UNPACKED, "file_too_large", "XLSX 解压后过大", "请分成几个文件导入", "file")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns about styles and extensions that don't matter here
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            for sheet in visible[:1] if first else visible:
                lines = found[sheet.title] = []
                _read_sheet(sheet, lines, warned)
    except Refusal:
        raise
    except Exception as error:  # a damaged workbook fails in many ways inside openpyxl, and means one thing
        at = f"读到第 {lines[-1][0]} 行之后出错" if lines else "打不开"
        raise Refusal(
            "workbook_broken", f"不是有效的 XLSX 文件：{at}", "请用 Excel 打开后另存为 .xlsx 或 CSV", "file"
        ) from error
    if not found:
        raise Refusal("workbook_broken", "不是有效的 XLSX 文件：打不开", "请用 Excel 打开后另存为 .xlsx 或 CSV", "file")
    return found


def _read_sheet(sheet: Any, lines: list[Line], warned: list[tuple[int, str]]) -> None:
    """Its lines that aren't empty, each as wide as the header."""
    sheet.reset_dimensions()
    for line, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        demand(line <= MOST_ROWS, "file_too_long", f"第 {line} 行：超过 {MOST_ROWS} 行", "请分成几个文件导入", "file")
        cells = [_text(value) for value in values[:MOST_COLUMNS]]
        if any(cells):
            lines.append((line, cells + [""] * (len(lines[0][1]) - len(cells)) if lines else cells))
        if any(_too_long_for_excel(value) for value in values):
            warned.append((line, "有超过 15 位的数字，Excel 已丢掉末几位，请把该列设为文本后重新填写"))


def _text(value: object) -> str:
    """A cell as people see it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()


def _too_long_for_excel(value: object) -> bool:
    return isinstance(value, int | float) and abs(value) >= EXACT_IN_EXCEL
