"""涉企经营许可告知承诺 at the window: read out, printed, signed by hand; then the clerk notes which way the applicant chose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tongban.applications import pledges
from tongban.applications.models import Draft
from tongban.catalog.content import Give, Material
from tongban.credit.models import Record
from tongban.credit.queries import standing
from tongban.design.parts import Choice, Field
from tongban.kernel.refusals import Refusal

WAYS = (
    Choice("yes", "已当面签字，按告知承诺办理", "签字的承诺书随档保存；不再审查，受理后当场决定，事后核查"),
    Choice("no", "不承诺，按普通程序办理", "按材料审查，在承诺的时限内决定"),
)


@dataclass(frozen=True)
class Offered:
    text: str
    choice: Field
    barred: Record | None


def offered(one: Draft, *, now: datetime, error: str = "") -> Offered | None:
    """None where the guide offers no such pledge."""
    content = one.edition.document
    if not content.licence_pledge or one.applicant is None:
        return None
    barred = standing(person=one.applicant, organisation=one.organisation, now=now)
    chosen = {True: "yes", False: "no"}.get(one.content.get("pledged"), "")
    choice = Field(
        name="pledged", label="申请人选哪一种", kind="choice", long=True, error=error, value="no" if barred else chosen,
        choices=WAYS[1:] if barred else WAYS,
    )  # fmt: skip
    return Offered(pledges.of_licence(content), choice, barred)


def unchosen(one: Draft, *, now: datetime) -> Refusal | None:
    """What to say where the applicant has yet to choose."""
    pledging = offered(one, now=now)
    if pledging is None or pledging.barred or one.content.get("pledged") is not None:
        return None
    return Refusal("pledge_choice", "请选择按告知承诺办理，还是按普通程序办理", "先把承诺的内容读给申请人听", "pledged")


def replaces(one: Draft, material: Material) -> bool:
    """Whether the pledge that was signed stands for this proof."""
    signed = one.edition.document.licence_pledge and one.content.get("pledged") is True
    return bool(signed) and material.give == Give.PLEDGE
