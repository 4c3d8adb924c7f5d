"""Powers that a person gave, and those given to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.db.models import Q

from tongban.delegation.models import PowerOfAttorney
from tongban.delegation.rules import ACTS
from tongban.kernel.personal import Fact, Kept, declare


def _powers(person_id: int) -> Iterator[Mapping[str, Fact]]:
    mine = PowerOfAttorney.objects.parties().filter(Q(principal=person_id) | Q(agent=person_id))
    for one in mine.order_by("-pk"):
        yield {
            "种类": one.get_kind_display(), "委托人": one.principal_name, "代办人": one.agent_name, "关系": one.relation,
            "可以办": "、".join(ACTS[act] for act in one.acts), "从": one.from_on, "到": one.last_on,
            "状态": one.get_state_display(), "结束时间": one.ended_at,
        }  # fmt: skip


declare(Kept(
    "powers", "委托和代办", "证明谁可以替谁办（《民法典》第一百六十五条）", ("delegation.PowerOfAttorney",), _powers, order=45
))  # fmt: skip
