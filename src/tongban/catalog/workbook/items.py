"""The sheets of base items: 事项, 事项依据, 事项别名; and those that stand before each edition's rows."""

from __future__ import annotations

from collections.abc import Mapping

from tongban.catalog.content.labels import AUDIENCES, HANDLING, TYPES
from tongban.catalog.levels import KIND_NAMES
from tongban.catalog.workbook import cells
from tongban.catalog.workbook.cells import Leaf
from tongban.catalog.workbook.shape import Column, Sheet, document
from tongban.kernel.books import Head

ITEMS, BASES, ALIASES, HELP = "事项", "事项依据", "事项别名", "说明"
ITEM, BODY, CODE, EXTERNAL = "事项编码", "机构", "实施编码", "来源编码"
EDITION = (Head(ITEM, 18), Head(BODY, 18))
"""What names the edition that a row belongs to."""
OWN = (*EDITION, Head(CODE, 34), Head(EXTERNAL, 18))
"""The edition's own row has its codes too. A new one's 实施编码 may be left empty: the platform gives it."""

COLUMNS = (
    Column(("name",), "事项名称", Leaf("text", usual=...), True),
    Column(("type_code",), "事项类型", Leaf("choice", TYPES, usual=...), True),
    Column(("kind",), "层次", Leaf("choice", KIND_NAMES, usual="item")),
    Column(("parent",), "上级事项编码", Leaf("text", usual="")),
    Column(("main_name",), "主项名称", Leaf("text", usual="")),
    Column(("exercise",), "行使内容", Leaf("text", usual="")),
    Column(("bodies",), "实施机构", Leaf("text", usual="")),
    Column(("audience",), "服务对象", Leaf("choices", dict(AUDIENCES), open=True, usual=())),
    Column(("themes",), "服务主题", Leaf("lines", usual=())),
    Column(("handling_forms",), "办理形式", Leaf("choices", dict(HANDLING), open=True, usual=())),
    Column(("is_public",), "是否公开", Leaf("yes_no", usual=True)),
    Column(("state",), "状态", Leaf("choice", {"active": "有效", "abolished": "已取消"}, usual="active")),
)
ALIAS = Column(("words",), "别名", Leaf("text", usual=...), True)
ORIGIN = Column(("origin",), "来源", Leaf("choice", {"shipped": "随平台", "editor": "编目人员"}, usual="editor"))


def basis_sheet() -> Sheet:
    """设定依据, as the document has it."""
    return next(child for child in document().children if child.place == ("basis",))


def item_heads() -> dict[str, list[Head]]:
    return {
        ITEMS: [Head(ITEM, 18), *(_head(one) for one in COLUMNS)],
        BASES: [Head(ITEM, 18), *(_head(one) for one in basis_sheet().columns)],
        ALIASES: [Head(ITEM, 18), _head(ALIAS), _head(ORIGIN)],
    }


def _head(column: Column) -> Head:
    return Head(column.heading, 24, column.leaf.offered)


def item_cells(facts: Mapping[str, object]) -> list[str]:
    return [cells.write(column.leaf, facts[column.path[0]]) for column in COLUMNS]


_SAYS = {
    "text": "文字", "number": "整数", "yes_no": "是 或 否", "date": "日期，例如 2026-03-05", "lines": "一行一条",
    "choice": "选一个", "choices": "可选几个，用分号隔开", "options": "一行一个：标识=名称",
    "limit": "例如 20个工作日、30日、3个月、即办",
    "condition": "问题=选项|选项；另一问题=选项。几种情况有一种就行的，中间写“或者”。空着表示总是",
}  # fmt: skip


def explanations() -> list[tuple[str, str, str, str]]:
    """For the sheet 说明: sheet, column, whether it must be filled, and what may stand there."""
    edition = "这份实施清单是哪个事项、哪个机构的：事项的编码、机构的标识"
    found = [
        (
            "",
            "",
            "",
            "每个工作表第一行是列名，不要改。没有的工作表和列保持原样；空着的格按通常情况。编辑后保存为 .xlsx 上传。",
        ),
        ("", "", "", f"没有内容的文字写{cells.EMPTY}；以 = + - @ 开头的格前面有一个英文单引号，请保留。"),
    ]
    found += [(ITEMS, ITEM, "必填", "按本平台的编码方案"), *_explained(ITEMS, COLUMNS)]
    found += [(BASES, ITEM, "必填", ""), *_explained(BASES, basis_sheet().columns)]
    found += [(ALIASES, ITEM, "必填", ""), *_explained(ALIASES, (ALIAS, ORIGIN))]
    for sheet in document().walk():
        found.append((sheet.name, f"{ITEM}、{BODY}", "必填", edition))
        if sheet.parent:
            found.append((sheet.name, sheet.parent, "必填", f"属于工作表“{sheet.parent}”的哪一行：它的标识或序号"))
        if sheet.numbered:
            found.append((sheet.name, "序号", "必填", "从 1 起，供下级工作表引用"))
        found += _explained(sheet.name, sheet.columns)
    return found


def _explained(sheet: str, columns: tuple[Column, ...]) -> list[tuple[str, str, str, str]]:
    return [
        (sheet, one.heading, "必填" if one.required else "",
         _SAYS[one.leaf.kind] + (f"：{'、'.join(one.leaf.offered)}" if one.leaf.choices else ""))
        for one in columns
    ]  # fmt: skip
