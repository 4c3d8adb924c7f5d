"""Credit records about a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tongban.credit.models import Record
from tongban.kernel import forgetting
from tongban.kernel.personal import Fact, Kept, Over, declare, forgets, stays


def _records(person_id: int) -> Iterator[Mapping[str, Fact]]:
    for one in Record.objects.select_related("body").filter(person=person_id).order_by("-pk"):
        yield {
            "事由": one.get_kind_display(), "具体情况": one.ground, "办件编号": one.case_number, "事项": one.title,
            "记入部门": one.body.name, "记入时间": one.from_at, "失效时间": one.until_at, "修复时间": one.repaired_at,
            "修复理由": one.repair_reason,
        }  # fmt: skip


declare(Kept(
    "credit", "信用记录", "告知承诺的事后监管（国办发〔2020〕42号）", ("credit.Record",), _records, order=80
))  # fmt: skip


@stays("credit")
def standing(number: str) -> str:
    """A record that still stands keeps its case."""
    return "信用记录还没有修复" if Record.objects.filter(case_number=number, repaired_at=None).exists() else ""


@forgets("credit")
def forget(over: Over) -> int:
    found = Record.objects.filter(case_number=over.number)
    return forgetting.empty(found.filter(person=None)) + forgetting.empty(
        found.exclude(person=None), also={"person": over.nobody_id}
    )
