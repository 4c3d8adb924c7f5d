"""What a person took along to another system."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tongban.kernel import forgetting
from tongban.kernel.personal import Fact, Kept, Over, declare, forgets, goes_along
from tongban.reporting.models import Handover, ReportRow


def _handovers(person_id: int) -> Iterator[Mapping[str, Fact]]:
    for one in Handover.objects.select_related("system").filter(person=person_id).order_by("-pk"):
        yield {"系统": one.system.name, "带去的内容": "；".join(f"{k}：{v}" for k, v in one.answers.items())}


declare(Kept(
    "handovers", "带到别的系统的信息", "按您的同意带去（《个人信息保护法》第二十三条）", ("reporting.Handover",), _handovers, order=95
))  # fmt: skip


@forgets("reporting")
def forget(over: Over) -> int:
    """What was typed to explain a report about the case."""
    return forgetting.empty(ReportRow.objects.filter(subject=over.number))


@goes_along("reporting.Handover")
def forget_handovers(person_id: int) -> int:
    return forgetting.empty(Handover.objects.filter(person=person_id))
