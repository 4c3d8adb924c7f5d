"""Credit records about a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

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
def standing(numbers: Sequence[str]) -> Mapping[str, str]:
    """A record that still stands keeps its case."""
    found = Record.objects.filter(case_number__in=numbers, repaired_at=None)
    return dict.fromkeys(found.values_list("case_number", flat=True), "信用记录还没有修复")


@forgets("credit")
def forget(over: Over) -> int:
    found = Record.objects.filter(case_number=over.number)
    return forgetting.empty(found.filter(person=None)) + forgetting.empty(
        found.exclude(person=None), also={"person": over.nobody_id}
    )
