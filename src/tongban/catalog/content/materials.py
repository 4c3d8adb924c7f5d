"""材料: what the applicant must show, and how it reaches the body."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from tongban.catalog.content.common import Attachment, Condition, Key, Part


class Give(StrEnum):
    """怎么给: how a material reaches the body."""

    GENERATED = "generated"  # 系统生成: printed from the form
    LIBRARY = "library"  # 免提交: fetched from the licence library or a data share
    PLEDGE = "pledge"  # 告知承诺
    UPLOAD = "upload"  # 上传
    WINDOW = "window"  # 窗口交原件


class Origin(StrEnum):
    """材料来源."""

    APPLICANT = "applicant"  # 申请人自备
    GOVERNMENT = "government"  # 政府部门核发
    OTHER = "other"


class Material(Part):
    """材料 (GB/T 39046-2020 table 4, items 56–64, and DOMAIN: form, sample, acceptance standard)."""

    key: Key
    name: str = Field(max_length=200)
    give: Give
    required: bool = True
    origin: Origin = Origin.APPLICANT
    issuer: str = Field(default="", max_length=100)
    """出具机构 (item 57)."""
    issued_within: str = Field(default="", max_length=150)
    """出具时间要求 (item 58)."""
    kind: Literal["", "original", "copy", "both"] = ""
    """材料类型: 原件, 复印件, 原件和复印件."""
    form: Literal["", "paper", "electronic", "both"] = ""
    """材料形式."""
    copies: int = Field(default=1, ge=0, le=20)
    """复印件份数 (item 63)."""
    originals: int = Field(default=0, ge=0, le=20)
    """原件份数 (item 62)."""
    requirement: str = ""
    """材料办理说明 (item 59): what it must look like."""
    use: str = ""
    """材料使用说明 (item 61): what it is needed for."""
    where: str = ""
    """材料办理地点 (item 60): where the applicant gets it."""
    fill_notes: str = ""
    """填报须知."""
    check_points: tuple[str, ...] = ()
    """受理标准: what the one-time notice and the reviewer tick."""
    basis: str = ""
    may_follow: bool = False
    """可容缺: may be supplied after acceptance."""
    pledge_text: str = ""
    fetched_from: str = Field(default="", max_length=80)
    """The licence type or data share it is, or could be, fetched from."""
    attachments: tuple[Attachment, ...] = ()
    """空白表格, 样表."""
    when: Condition = {}
