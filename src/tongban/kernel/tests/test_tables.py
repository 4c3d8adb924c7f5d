import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tongban.kernel import tables
from tongban.kernel.refusals import Refusal
from tongban.kernel.tables import Column, read, read_toml

COLUMNS = (Column("code", ("编码",)), Column("name", ("事项名称", "名称"), required=True))


@pytest.fixture
def file(tmp_path: Path):
    def write(content: bytes | str, name: str = "list.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def workbook(tmp_path: Path):
    def write(*rows: list[object]) -> Path:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        path = tmp_path / "list.xlsx"
        book.save(path)
        return path

    return write


def refused(path: Path) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read(path, COLUMNS)
    return caught.value


def test_columns_are_found_by_their_aliases_and_others_are_left_out(file):
    table = read(file("编码,备注,事项名称\n01,x,食品经营许可\n"), COLUMNS)

    assert table.columns == {"code", "name"}
    assert table.rows[0].cells == {"code": "01", "name": "食品经营许可"}


def test_a_row_knows_its_line_past_blank_lines_and_quoted_line_breaks(file):
    table = read(file('编码,名称\n\n1,"第一行\n第二行"\n2,乙\n'), COLUMNS)

    assert [(row.line, row["code"]) for row in table.rows] == [(3, "1"), (5, "2")]


def test_a_column_the_file_lacks_reads_as_empty(file):
    assert read(file("名称\n甲\n"), COLUMNS).rows[0]["code"] == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf8_is_read_with_or_without_a_bom(file, encoding):
    table = read(file("名称\n食品经营许可\n".encode(encoding)), COLUMNS)

    assert (table.rows[0]["name"], table.warned) == ("食品经营许可", ())


def test_gb18030_is_read_with_a_warning(file):
    table = read(file("编码,名称\n1,㐀食品经营许可\n".encode("gb18030")), COLUMNS)

    assert table.rows[0]["name"] == "㐀食品经营许可"
    assert table.warned == ((1, "文件不是 UTF-8 编码，已按 GB18030 读取，请核对有无乱码"),)


def test_a_damaged_utf8_file_is_not_taken_for_gb18030(file):
    whole = "编码,名称\n1,食品经营许可\n2,公共场所卫生许可\n".encode()

    refusal = refused(file(whole[:-6] + whole[-5:]))

    assert (refusal.code, refusal.reason[:5]) == ("file_encoding", "第 3 行")


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"", "file_empty", ""),
        ("编码\n1\n", "column_missing", "第 1 行"),
        ("名称,编码,事项名称\n甲,1,乙\n", "column_twice", "第 1 行"),
        ("编码,名称\n1,甲\n2\n", "row_ragged", "第 3 行"),
        ("编码,名称\n1,甲,多出来\n", "row_ragged", "第 2 行"),
        ('编码,名称\n1,甲\n2,"乙\n3,丙\n', "csv_broken", "第 3 行"),
        (b"\x81\x20,\xff\n", "file_encoding", "第 1 行"),
        ("编码,名称\n1,甲\0\n", "file_binary", "第 2 行"),
        ("名称\n甲\n".encode("utf-16"), "file_utf16", ""),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file_old_excel", ""),
        (b"PK\x03\x04 and then nothing", "workbook_broken", ""),
    ],
)
def test_a_broken_file_is_refused_with_its_line(file, content, code, line):
    refusal = refused(file(content))

    assert refusal.code == code
    assert line in refusal.reason
    assert refusal.hint


def test_trailing_empty_cells_are_not_ragged(file):
    assert read(file("编码,名称\n1,甲,,\n"), COLUMNS).rows[0]["name"] == "甲"


def test_a_file_that_is_not_there_is_refused():
    assert refused(Path("nowhere.csv")).code == "file_missing"


def test_a_file_larger_than_the_limit_is_refused(file, monkeypatch):
    monkeypatch.setattr(tables, "MOST_BYTES", 10)

    assert refused(file("编码,名称\n1,甲\n")).code == "file_too_large"


def test_more_rows_than_the_limit_are_refused_with_the_line(file, monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 2)

    refusal = refused(file("名称\n甲\n乙\n丙\n"))

    assert (refusal.code, refusal.reason[:5]) == ("file_too_long", "第 4 行")


def test_a_workbook_is_read_like_a_csv(workbook):
    table = read(workbook(["编码", "事项名称"], [511602000000, "甲"], [None, None], [7.0, "乙"]), COLUMNS)

    assert [(row.line, row["code"], row["name"]) for row in table.rows] == [(2, "511602000000", "甲"), (4, "7", "乙")]


def test_a_number_too_long_for_excel_is_warned_about(workbook):
    table = read(workbook(["编码", "名称"], [115113010833722043, "甲"]), COLUMNS)

    assert [line for line, _ in table.warned] == [2]


def test_a_workbook_that_unpacks_too_large_is_refused(workbook, monkeypatch):
    monkeypatch.setattr(tables, "MOST_UNPACKED", 1000)

    assert refused(workbook(["名称"], ["甲"])).code == "file_too_large"


def test_a_workbook_with_xml_entities_is_refused(workbook):
    path = workbook(["名称"], ["甲"])
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
    packed = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(packed, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            new.writestr(name, bomb + text.split("?>")[-1] if name.endswith("sheet1.xml") else text)
    path.write_bytes(packed.getvalue())

    assert refused(path).code == "workbook_broken"


def test_a_broken_toml_file_is_refused_with_line_and_column(file):
    with pytest.raises(Refusal, match=r"guide.toml 第 2 行第 \d+ 列") as caught:
        read_toml(file('code = "1"\nname = \n', "guide.toml"))

    assert caught.value.code == "toml_broken"
