"""Which systems a person lets read what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tongban.kernel.personal import Fact, Kept, declare
from tongban.single_sign_on.models import Consent


def _consents(person_id: int) -> Iterator[Mapping[str, Fact]]:
    found = Consent.objects.select_related("client").filter(account__person=person_id).order_by("-pk")
    for one in found:
        yield {
            "系统": one.client.name, "可以读": " ".join(one.scopes), "同意时间": one.at, "到": one.until_at,
            "收回时间": one.withdrawn_at,
        }  # fmt: skip


declare(Kept(
    "consents", "授权登录的系统", "经您同意（《个人信息保护法》第十三条第一款第一项）", ("single_sign_on.Consent",), _consents,
    order=50,
))  # fmt: skip
