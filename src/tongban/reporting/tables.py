"""The tables in which cases are reported: each field with its name, its words, its type, and whether it may be empty.

Sources: GB/T 39046-2020 tables 5 to 8 (the names of fields are ours, since the standard has Chinese ones only; the numbers
are its own) and the tables of the national platform as a vendor defines them (up_pro_*). Where the standard repeats
fields within a record (materials in table 5, special procedures in table 7), they are a table of their own, by the number
of the case. The copy of the standard at hand doesn't mark what must be filled: the marks ! in its tables are our choice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import le
from typing import Literal

Kind = Literal["text", "number", "time", "stamp"]
"""`time`: 2026-03-02 09:30:00. `stamp`: 20260302T093000. All in Shanghai."""
Row = tuple[str, ...]
"""A row's texts in the order of its table's fields; empty: nothing to say."""

_FORMS: dict[Kind, re.Pattern[str]] = {
    "number": re.compile(r"[0-9]+"),
    "time": re.compile(r"\d{4}-[01]\d-[0-3]\d [0-2]\d:[0-5]\d:[0-5]\d"),
    "stamp": re.compile(r"\d{4}[01]\d[0-3]\dT[0-2]\d[0-5]\d[0-5]\d"),
}


@dataclass(frozen=True)
class Field:
    name: str
    label: str
    kind: Kind
    most: int
    """Characters it holds; 0: without limit."""
    needed: bool


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field of a row. Never says what the field holds."""

    table: str
    field: str
    code: str
    says: str


@dataclass(frozen=True)
class Table:
    name: str
    label: str
    source: str
    fields: tuple[Field, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

    @cached_property
    def _fewest(self) -> tuple[int, ...]:
        """Characters, field by field."""
        return tuple(1 if field.needed else 0 for field in self.fields)

    @cached_property
    def _most(self) -> tuple[int, ...]:
        return tuple(field.most or 1_000_000 for field in self.fields)

    @cached_property
    def _formed(self) -> tuple[tuple[int, re.Pattern[str]], ...]:
        return tuple((at, _FORMS[field.kind]) for at, field in enumerate(self.fields) if field.kind in _FORMS)

    def holds(self, row: Row, *, forms: bool = True) -> bool:
        """Whether the row is as the table wants it: quick, for the many that are. Without `forms` numbers and times are
        taken as written: by `rules`, which writes them in one way only."""
        lengths = tuple(map(len, row))
        if len(lengths) != len(self.fields):
            raise ValueError(f"{self.name}: {len(lengths)} texts for {len(self.fields)} fields")
        if not (all(map(le, self._fewest, lengths)) and all(map(le, lengths, self._most))):
            return False
        return not forms or all(not row[at] or form.fullmatch(row[at]) for at, form in self._formed)

    def faults(self, row: Row) -> list[Fault]:
        """Everything that is in the row's way, field by field."""
        return [] if self.holds(row) else [
            fault for field, text in zip(self.fields, row, strict=True) if (fault := self._fault(field, text))
        ]  # fmt: skip

    def _fault(self, field: Field, text: str) -> Fault | None:
        if not text:
            code, says = ("missing", "必填，没有内容") if field.needed else ("", "")
        elif field.most and len(text) > field.most:
            code, says = "too_long", f"有 {len(text)} 个字，最多 {field.most} 个"
        elif field.kind in _FORMS and not _FORMS[field.kind].fullmatch(text):
            code, says = "form", {"number": "应为数字"}.get(field.kind, "时间写法不对")
        else:
            code, says = "", ""
        return Fault(self.name, field.name, code, f"{self.label}·{field.label}：{says}") if code else None

    def cut(self, field: str, text: str) -> str:
        """A free text as long as the field holds."""
        most = next(one.most for one in self.fields if one.name == field)
        return text if not most or len(text) <= most else text[: most - 1] + "…"


def _fields(lines: str, times: Kind) -> tuple[Field, ...]:
    """`name type label` a line; types: v50, n1, int, dt, text; a mark ! is NOT NULL."""
    made = []
    for line in filter(None, lines.splitlines()):
        name, type_, label = line.split(maxsplit=2)
        needed, type_ = type_.endswith("!"), type_.rstrip("!")
        kind: Kind = times if type_ == "dt" else "number" if type_ == "int" or type_[0] == "n" else "text"
        most = int(type_[1:]) if type_[0] in "vn" else 0
        made.append(Field(name, label, kind, most, needed))
    return tuple(made)


def _standard(name: str, label: str, lines: str) -> Table:
    return Table(name, label, "GB/T 39046-2020", _fields(lines, "stamp"))


def _national(name: str, label: str, lines: str) -> Table:
    return Table(name, label, "国家平台上报表（厂商表定义）", _fields(lines + _SYNCHRONISED, "time"))


_SYNCHRONISED = """
row_guid v50! 记录唯一标识
data_source v3! 数据来源
cd_operation v2! 同步类型
cd_time dt! 同步时间
cd_batch v32! 批次号
"""
"""At the end of every national table."""

APPLICATION = _standard("gb_application", "表5 办事申请", """
case_number v50! 办件编号
task_code v50! 实施编码
task_name v200! 事项名称
case_kind v20! 办件类型
case_kind_code n1! 办件类型代码
applicant_name v100! 申请者名称
applicant_id_type n3! 申请者证件类型代码
applicant_id v18! 申请者证件号码
contact_name v30 联系人/代理人姓名
contact_id_type n3 联系人/代理人证件类型代码
contact_id v18 联系人/代理人证件号码
contact_phone v18 联系人手机号码
postcode n6 邮政编码
address v100 通讯地址
legal_representative v30 法定代表人
source_code n1! 申报来源代码
applied_at dt! 申请时间
project_code v24 投资项目编号
region n9! 行政区划
""")  # fmt: skip
APPLICATION_MATERIAL = _standard("gb_application_material", "表5 办事申请（材料）", """
case_number v50! 办件编号
material_number v20! 办件编号（材料）
material_name v200! 材料名称
received n1! 是否收取
way v20 收取方式
count n2 收取数量
received_at dt 收取时间
attachment v200 附件实体
""")  # fmt: skip
ACCEPTANCE = _standard("gb_acceptance", "表6 事项受理", """
case_number v50! 办件编号
catalog_code v50! 基本编码
task_code v50! 实施编码
task_name v200! 事项名称
body_name v100! 受理单位名称
body_uscc v18! 受理单位统一社会信用代码
accepted_by v30! 受理人员
accepted_at dt! 受理时间
document_number v30 受理文书编号
promised v20 承诺办结时间
case_kind v20! 办件类型
case_kind_code n1! 办件类型代码
region n9! 行政区划
""")  # fmt: skip
HANDLING = _standard("gb_handling", "表7 事项办理", """
case_number v50! 办件编号
action v20! 业务动作
step v100! 环节名称
handler v30! 环节处理人
opinion v1000! 环节处理意见
began_at dt! 环节开始时间
ended_at dt! 环节结束时间
body_name v100! 处理单位名称
body_uscc v18! 处理单位统一社会信用代码
state_code n1! 环节办理状态代码
""")  # fmt: skip
HANDLING_SPECIAL = _standard("gb_handling_special", "表7 事项办理（特别程序）", """
case_number v50! 办件编号
special_name v100! 特别程序种类名称
special_code n1! 特别程序种类代码
special_began_at dt! 特别程序开始时间
special_reason text! 特别程序启动理由或依据
special_applicant v30! 申请人（特别程序）
special_ended_at dt 特别程序结束时间
special_result text 特别程序结果
special_opinion text 特别程序办理意见
body_name v100! 办理单位名称
body_uscc v18! 办理单位统一社会信用代码
handler v30! 办理人
""")  # fmt: skip
ENDING = _standard("gb_ending", "表8 事项办结", """
case_number v50! 办件编号
handler v30! 办理人姓名
ended_at dt! 办结时间
licence_name v200 结果证照名称
licence_number v50 结果证照编号
description v1000! 办件结果描述
valid v30 证照有效期限
issuer v100! 发证/盖章单位
region n9! 行政区划
by_post n1! 是否快递寄送结果
charged n1! 是否收费
""")  # fmt: skip

ACCEPT = _national("up_pro_accept", "办件受理", """
project_no v50! 办件编号
catalog_code v12! 基本编码
task_code v36! 实施编码
task_handle_item v50 业务办理项编码
local_catalog_code v50 地方基本编码
local_task_code v50 地方实施编码
task_name v1000! 事项名称
task_version int! 事项版本
project_name v1000 办理摘要
project_type v2! 办理类型
apply_type v2! 申请类型
applyer_name v100! 申请人名称
applyer_type v2! 申请人类型
applyer_page_type v70! 申请人证件类型
applyer_page_code v500! 申请人证件号码
contact_name v100 联系人/代理人姓名
contact_type v6 联系人/代理人证件类型
contact_code v50 联系人/代理人证件号码
contact_mobile v11 联系人手机号码
legal v100 法定代表人
address v1000 通讯地址
zip_code v6 邮编
apply_date dt! 申请时间
accept_date dt! 受理时间
accept_doc_no v50 受理文书编号
org_code v64! 受理部门编码
org_name v100! 受理部门
handle_user_name v100 受理人员
promise_date dt 承诺办结时间
""")  # fmt: skip
PROCESS = _national("up_pro_process", "办件过程", """
project_no v50! 办件编号
process_name v1000! 办理环节名称
event_name v2! 业务动作
handle_explain v2000! 办理意见
handle_user_name v100! 人员
event_start_time dt! 环节开始时间
event_end_time dt! 环节结束时间
remark v256 备注
""")  # fmt: skip
RESULT = _national("up_pro_result", "办件结果", """
project_no v50! 办件编号
result_type v2! 办结结果
result_date dt! 办结时间
result_explain v2000 办件结果描述
result_cetr_name v256 结果证照名称
result_cetr_no v2000 结果证照编号
is_delivery_results v2! 是否快递递送结果
satisfaction v2 满意度
handle_user_name v100 人员
""")  # fmt: skip
SPECIAL = _national("up_pro_special_procedure", "特别程序", """
project_no v50! 办件编号
special_type v2! 特别程序种类
special_name v1000! 特别程序种类名称
special_reason v2000! 特别程序启动理由或依据
applyer_user_name v100 申请人
special_time dt! 特别程序开始时间
end_time dt! 特别程序结束时间
result v2000 特别程序结果
special_explain v2000 特别程序办理意见
handle_user v100 办理人
""")  # fmt: skip
MATERIAL = _national("up_pro_material", "办件材料", """
project_no v50! 办件编号
material_name v200! 材料名称
get_type v2! 收取方式
get_num v5 收取数量
material_attach_name v200 附件名称
""")  # fmt: skip

Format = Literal["national", "gbt39046"]
FORMATS: dict[Format, Sequence[Table]] = {
    "national": (ACCEPT, PROCESS, RESULT, SPECIAL, MATERIAL),
    "gbt39046": (APPLICATION, APPLICATION_MATERIAL, ACCEPTANCE, HANDLING, HANDLING_SPECIAL, ENDING),
}
FORMAT_NAMES: dict[Format, str] = {"national": "国家平台上报表", "gbt39046": "GB/T 39046 表5至表8"}
TABLES: dict[str, Table] = {table.name: table for tables in FORMATS.values() for table in tables}
