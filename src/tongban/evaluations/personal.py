"""What a person said of how their cases were handled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tongban.applications.models import Application
from tongban.evaluations.models import Rating
from tongban.kernel import forgetting
from tongban.kernel.personal import Fact, Kept, Over, declare, forgets, stays
from tongban.tickets.models import Ticket


def _ratings(person_id: int) -> Iterator[Mapping[str, Fact]]:
    numbers = Application.objects.filter(person=person_id, organisation=None).values("number")
    for one in Rating.objects.filter(number__in=numbers).order_by("-pk"):
        yield {"办件编号": one.number, "时间": one.at, "评分": one.level, "意见": one.comment}


def _complaints(person_id: int) -> Iterator[Mapping[str, Fact]]:
    numbers = Application.objects.filter(person=person_id, organisation=None).values("number")
    for one in Ticket.objects.filter(subject__in=numbers).order_by("-pk"):
        yield {
            "办件编号": one.subject, "诉求单编号": one.number, "时间": one.opened_at, "诉求": one.words, "处理情况": one.measures,
            "回访": one.visit_note,
        }  # fmt: skip


_BASIS = "政务服务“好差评”（国办发〔2019〕51号）"
declare(Kept("ratings", "评价", _BASIS, ("evaluations.Rating",), _ratings, order=90))
declare(Kept("complaints", "投诉和诉求", _BASIS, ("tickets.Ticket",), _complaints, order=91))


@stays("evaluations")
def disputed(numbers: Sequence[str]) -> Mapping[str, str]:
    """A ticket about the case that isn't done keeps it."""
    found = Ticket.objects.filter(subject__in=numbers).exclude(state="visited")
    return dict.fromkeys(found.values_list("subject", flat=True), "诉求单还没有办结")


@forgets("evaluations")
def forget(over: Over) -> int:
    rated = forgetting.empty(Rating.objects.filter(number=over.number))
    return rated + forgetting.empty(Ticket.objects.filter(subject=over.number))
