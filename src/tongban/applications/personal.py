"""The cases, drafts, materials and words of a person. An organisation's are the organisation's, whoever handled them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.db.models import F

from tongban.applications.models import (
    AddressOfService,
    Application,
    ApplicationMaterial,
    CaseMessage,
    Draft,
    MaterialVersion,
)
from tongban.catalog import forming
from tongban.catalog.queries import edition_by_id
from tongban.design.parts import WAYS
from tongban.files import actions as files
from tongban.files.models import StoredFile
from tongban.kernel.clock import date_of
from tongban.kernel.personal import Fact, Kept, Paper, declare

_BASIS = "办理您的申请（《个人信息保护法》第十三条第一款第三项、第三十四条）"


def _cases(person_id: int) -> Iterator[Mapping[str, Fact]]:
    for one in (
        Application.objects.select_related("body")
        .filter(person=person_id, organisation=None)
        .order_by("-pk")
        .iterator()
    ):
        content = edition_by_id(one.edition_id).document
        yield {
            "办件编号": one.number, "查询码": one.query_code, "事项": one.title, "部门": one.body.name,
            "状态": one.status.label, "收件时间": one.submitted_at, "办结时间": one.closed_at,
            **{f"填写：{line.label}": line.text for line in forming.lines(content, one.answers, one.form)},
        }  # fmt: skip


def _handled(person_id: int) -> Iterator[Mapping[str, Fact]]:
    """That one handled it; what is in it the organisation has."""
    found = Application.objects.filter(person=person_id, organisation__isnull=False).order_by("-pk")
    for number, title, at in found.values_list("number", "title", "submitted_at").iterator():
        yield {"办件编号": number, "事项": title, "收件日期": date_of(at)}


def _materials(person_id: int) -> Iterator[Mapping[str, Fact]]:
    found = ApplicationMaterial.objects.select_related("application", "file").filter(**_own("application__", person_id))
    for one in found.order_by("-application_id", "pk").iterator():
        yield {
            "办件编号": one.application.number, "材料": one.name, "怎么给的": WAYS[one.give].label if one.give in WAYS else one.give,
            "第几版": one.version, "文件": _name(one.application.number, one.key, one.version, one.file) if one.file else "",
        }  # fmt: skip


def _papers(person_id: int) -> Iterator[Paper]:
    """The files that stand, and those of earlier versions."""
    standing = ApplicationMaterial.objects.select_related("application", "file").filter(
        **_own("application__", person_id)
    )
    for one in standing.filter(file__isnull=False).order_by("pk").iterator():
        yield from _paper(_name(one.application.number, one.key, one.version, one.file), one.file)
    earlier = MaterialVersion.objects.select_related("material__application", "file").filter(
        **_own("material__application__", person_id), file__isnull=False
    )
    for version in earlier.exclude(number=F("material__version")).order_by("pk").iterator():
        name = _name(version.material.application.number, version.material.key, version.number, version.file)
        yield from _paper(name, version.file)


def _paper(name: str, file: StoredFile | None) -> Iterator[Paper]:
    if file and file.is_clean:
        yield Paper(f"materials/{name}", lambda: files.read(file))


def _name(number: str, key: str, version: int, file: StoredFile | None) -> str:
    return f"{number}/{key}-{version}.{file.extension if file else ''}"


def _words(person_id: int) -> Iterator[Mapping[str, Fact]]:
    for one in (
        CaseMessage.objects.select_related("application")
        .filter(**_own("application__", person_id))
        .order_by("-pk")
        .iterator()
    ):
        yield {
            "办件编号": one.application.number, "时间": one.at, "谁": "工作人员" if one.from_staff else "申请人", "留言": one.text
        }  # fmt: skip
    for place in (
        AddressOfService.objects.select_related("application")
        .filter(**_own("application__", person_id))
        .order_by("-pk")
    ):
        yield {
            "办件编号": place.application.number,
            "送达地址确认": "；".join(f"{v}" for v in place.facts.values() if v),
        }


def _drafts(person_id: int) -> Iterator[Mapping[str, Fact]]:
    for one in Draft.objects.filter(
        account__person=person_id, applicant=person_id, organisation=None, submitted_number=""
    ).order_by("-updated_at"):
        form = one.content.get("form", {})
        yield {
            "事项": edition_by_id(one.edition_id).name,
            "保存时间": one.updated_at,
            "已填": "；".join(f"{v}" for v in form.values()),
        }


def _own(way: str, person_id: int) -> dict[str, int | None]:
    return {f"{way}person": person_id, f"{way}organisation": None}


declare(Kept("handled", "替单位经办的办件", _BASIS, ("applications.Application",), _handled, order=54))
declare(Kept("cases", "办件", _BASIS, ("applications.Application",), _cases, order=50))
declare(Kept(
    "materials", "材料", _BASIS, ("applications.ApplicationMaterial", "applications.MaterialVersion"), _materials, _papers,
    order=51,
))  # fmt: skip
declare(
    Kept(
        "words",
        "留言和送达地址",
        _BASIS,
        ("applications.CaseMessage", "applications.AddressOfService"),
        _words,
        order=52,
    )
)
declare(Kept("drafts", "草稿", _BASIS, ("applications.Draft",), _drafts, order=53))
