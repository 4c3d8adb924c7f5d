"""Licences that a person holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.db.models import Q, QuerySet

from tongban.kernel import clock, forgetting
from tongban.kernel.personal import Fact, Kept, Over, Paper, declare, forgets, stays
from tongban.licences.documents import licence_pdf
from tongban.licences.models import Licence


def _licences(person_id: int) -> Iterator[Mapping[str, Fact]]:
    for one in _own(person_id):
        yield {
            "名称": one.title, "证照编号": one.number, "持有人": one.holder_name, "发证机关": one.body.name, "发证日期": one.issued_on,
            "有效期至": one.valid_until, "办件编号": one.case_number, **{str(k): str(v) for k, v in one.particulars.items()},
        }  # fmt: skip


def _own(person_id: int) -> QuerySet[Licence]:
    """What an organisation holds is the organisation's, whoever handled it."""
    return Licence.objects.select_related("body").filter(person=person_id, organisation=None).order_by("-pk")


def _papers(person_id: int) -> Iterator[Paper]:
    for one in _own(person_id):
        yield Paper(f"licences/{one.number}.pdf", lambda one=one: licence_pdf(one, now=clock.now()))  # type: ignore[misc]


declare(Kept(
    "licences", "证照", "发证、查验和免提交（《国务院关于在线政务服务的若干规定》第十条）", ("licences.Licence",), _licences, _papers,
    order=60,
))  # fmt: skip


@stays("licences")
def in_force(numbers: Sequence[str]) -> Mapping[str, str]:
    """A licence that can still be shown and verified keeps its case."""
    running = Q(valid_until=None) | Q(valid_until__gte=clock.today())
    found = Licence.objects.filter(running, case_number__in=numbers, state="valid")
    return dict.fromkeys(found.values_list("case_number", flat=True), "证照仍然有效")


@forgets("licences")
def forget(over: Over) -> int:
    return forgetting.empty(Licence.objects.filter(case_number=over.number), also={"person": over.nobody_id})
