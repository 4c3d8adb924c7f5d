"""What sheets, columns and choices are called: the words of `content.labels`, and the sheets' own names."""

from __future__ import annotations

from tongban.catalog.content.labels import ENTRIES

SHEETS = {
    "joint_bodies": "共同实施部门", "basis": "设定依据", "special_procedures": "特别程序", "questions": "情形问题",
    "materials": "材料", "materials.attachments": "材料附件", "form": "表单页", "form.fields": "表单字段",
    "steps": "环节", "decision_table": "秒批规则", "decision_table.conditions": "秒批条件", "intermediaries": "中介服务", "fees": "收费", "result.samples": "结果样本", "places": "办理地点",
    "faq": "常见问题",
}  # fmt: skip
"""By where the rows stand in the document; a new list goes by its place."""

HEADINGS = {f"{part.__name__}.{entry.key}": entry.label for part, entries in ENTRIES.items() for entry in entries} | {
    "Fee.amount_fen": "金额（分）",
    "Content.result": "结果：",
    "Content.handled_by": "承办机构：",
    "FormPage.repeat": "重复填写：",
}
"""By class and key. What stands before the keys of a part within the part ends with a colon."""

CHOICES: dict[str, dict[str, str]] = {
    f"{part.__name__}.{entry.key}": dict(entry.choices)
    for part, entries in ENTRIES.items()
    for entry in entries
    if entry.choices
}
"""By class and key: the stored value and how a cell says it. An empty value is an empty cell."""
