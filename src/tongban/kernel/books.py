"""工作簿: tables written for people with a spreadsheet, and read back from what they saved.

XLSX, or a ZIP with a CSV for each sheet. Rows may come in any order of sheets and wait in temporary files, so memory
stays flat; the same rows always give the same bytes. A cell that a spreadsheet would take for a formula gets an
apostrophe before it, and loses it again when read.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Literal
from xml.sax.saxutils import escape, quoteattr

from tongban.kernel.refusals import Refusal, demand
from tongban.kernel.tables import MOST_ROWS, MOST_UNPACKED, Line, csv_lines, sheets_of

Form = Literal["xlsx", "zip"]
IN_MEMORY = 1 << 20
LONGEST_CELL = 32_767
"""What Excel keeps in a cell."""
_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")


def guarded(text: str) -> str:
    """The text as a cell that no spreadsheet computes."""
    return "'" + text if _FORMULA.match(text) else text


def unguarded(cell: str) -> str:
    """What was guarded, as it was."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


@dataclass(frozen=True)
class Head:
    """A column's heading; `choices` become a drop-down in XLSX."""

    name: str
    width: int = 16
    choices: tuple[str, ...] = ()


class Book:
    """A workbook being written: `add` rows to any sheet, then `save`."""

    def __init__(self, form: Form, sheets: Sequence[tuple[str, Sequence[Head]]]) -> None:
        self.form = form
        self.heads = dict(sheets)
        self.rows = dict.fromkeys(self.heads, 0)
        self.parts: dict[str, IO[bytes]] = {name: SpooledTemporaryFile(IN_MEMORY) for name in self.heads}  # noqa: SIM115 - closed when saved
        for name, heads in sheets:
            self.add(name, [head.name for head in heads])

    def add(self, sheet: str, cells: Iterable[str]) -> None:
        self.rows[sheet] += 1
        texts = [guarded(_UNWRITABLE.sub("\ufffd", text)) for text in cells]
        if self.form == "xlsx":
            line = _xml_row(self.rows[sheet], texts)
        else:
            kept = io.StringIO(newline="")
            csv.writer(kept, lineterminator="\r\n").writerow(texts)
            line = ("\ufeff" if self.rows[sheet] == 1 else "") + kept.getvalue()
        self.parts[sheet].write(line.encode())

    def save(self, out: IO[bytes]) -> None:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            if self.form == "zip":
                for name, part in self.parts.items():
                    _store(archive, f"{name}.csv", b"", part, b"")
                return
            for path, text in _frame(list(self.heads)).items():
                archive.writestr(_info(path), text.encode())
            for number, (name, heads) in enumerate(self.heads.items(), start=1):
                before, after = _sheet(heads)
                _store(archive, f"xl/worksheets/sheet{number}.xml", before.encode(), self.parts[name], after.encode())


def _info(path: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(path, _EPOCH)
    info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
    return info


def _store(archive: zipfile.ZipFile, path: str, before: bytes, part: IO[bytes], after: bytes) -> None:
    part.seek(0)
    with archive.open(_info(path), "w", force_zip64=True) as out:
        out.write(before)
        shutil.copyfileobj(part, out, 1 << 16)
        out.write(after)
    part.close()


def _xml_row(number: int, texts: list[str]) -> str:
    style = ' s="2"' if number == 1 else ' s="1"'
    cells = "".join(
        f'<c r="{_letter(at)}{number}"{style} t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
        for at, text in enumerate(texts)
        if text
    )
    return f'<row r="{number}">{cells}</row>'


def _letter(at: int) -> str:
    """0 → A, 26 → AA."""
    return (_letter(at // 26 - 1) if at >= 26 else "") + chr(65 + at % 26)


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def _frame(names: list[str]) -> dict[str, str]:
    """The parts of an XLSX beside its sheets: text cells stay text when people type into them (format @)."""
    numbers = range(1, len(names) + 1)
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in zip(numbers, names, strict=True)
    )
    targets = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>' for n in numbers
    )
    return {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{parts}</Types>',
        "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{targets}'
        f'<Relationship Id="rId{len(names) + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/></font>'
        '<font><b/><sz val="11"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
        '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf xfId="0"/>'
        '<xf xfId="0" numFmtId="49" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'
        '<xf xfId="0" numFmtId="49" fontId="1" applyFont="1" applyNumberFormat="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
    }


def _sheet(heads: Sequence[Head]) -> tuple[str, str]:
    """What stands before and after the rows: the header stays in sight, columns are text, choices drop down."""
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{head.width}" customWidth="1" style="1"/>'
        for at, head in enumerate(heads, start=1)
    )
    before = (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>"
    )
    offered = []
    for at, head in enumerate(heads):
        listed = ",".join(head.choices)
        if listed and len(listed) <= 250 and '"' not in listed:
            place = f"{_letter(at)}2:{_letter(at)}{MOST_ROWS}"
            formula = escape(f'"{listed}"')
            offered.append(
                f'<dataValidation type="list" allowBlank="1" showErrorMessage="0" sqref="{place}">'
                f"<formula1>{formula}</formula1></dataValidation>"
            )
    lists = f'<dataValidations count="{len(offered)}">{"".join(offered)}</dataValidations>' if offered else ""
    return before, f"</sheetData>{lists}</worksheet>"


def read_book(data: bytes, name: str) -> dict[str, list[Line]]:
    """Every sheet by its name: numbered lines of stripped cells, guards taken away. Raises Refusal."""
    demand(
        data.startswith(b"PK\x03\x04"),
        "book_form", f"{name} 不是工作簿", "请上传从本平台下载的 .xlsx，或装有各表 CSV 的 .zip", "file",
    )  # fmt: skip
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            unpacked = sum(part.file_size for part in archive.infolist())
            demand(unpacked <= MOST_UNPACKED, "file_too_large", "文件解压后过大", "请分成几个文件导入", "file")
            if "[Content_Types].xml" in names:
                found = sheets_of(data)
            else:
                found = {
                    _sheet_name(one): csv_lines(archive.read(one)) for one in names if one.lower().endswith(".csv")
                }
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        raise Refusal("book_broken", f"{name} 打不开，可能已损坏", "请重新下载或另存后再上传", "file") from error
    return {
        sheet: [(line, [unguarded(cell) for cell in cells]) for line, cells in lines] for sheet, lines in found.items()
    }


def _sheet_name(path: str) -> str:
    """`folder/材料.csv` → 材料. Names written by Windows in GBK come out of a ZIP as if they were code page 437."""
    stem = path.rpartition("/")[2][: -len(".csv")]
    try:
        return stem.encode("cp437").decode("gb18030")
    except UnicodeError:
        return stem
