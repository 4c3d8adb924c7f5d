"""Who looked: kept for the person, and told to the person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tongban.accesses import queries
from tongban.accesses.models import Access
from tongban.kernel import forgetting
from tongban.kernel.personal import Fact, Kept, Over, declare, forgets, goes_along
from tongban.kernel.pointing import also

PIECE = 500


def _looks(person_id: int) -> Iterator[Mapping[str, Fact]]:
    after = None
    while found := queries.looks(person_id, limit=PIECE, after=after):
        for one in found:
            yield {
                "时间": one.at, "部门": one.body, "岗位": one.role, "姓名": one.name, "看了什么": one.what, "编号": one.subject,
                "为什么": one.why,
            }  # fmt: skip
        after = found[-1].id


declare(Kept(
    "accesses", "谁看过我的数据", "让您知道谁看过（《个人信息保护法》第四十四条）", ("accesses.Access",), _looks, order=200
))  # fmt: skip


also("identity.Person", Access, "person_id")  # of two registrations that are merged, the one kept reads both logs


@goes_along("accesses.Access")
def forget_reasons(person_id: int) -> int:
    """With the person go the typed reasons that are about no case."""
    return forgetting.empty(Access.objects.filter(person_id=person_id, reason__isnull=False))


@forgets("accesses")
def forget(over: Over) -> int:
    """That somebody looked stays; a typed reason may name people."""
    found = Access.objects.filter(person_id=over.person_id, subject=over.number, reason__isnull=False)
    return forgetting.empty(found)
