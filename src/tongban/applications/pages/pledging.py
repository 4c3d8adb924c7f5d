"""告知承诺 as the applicant meets it: the whole text, the choice between it and the ordinary way, and what bars from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tongban.applications import pledges
from tongban.applications.models import Draft
from tongban.applications.pages import steps
from tongban.credit.models import Record
from tongban.credit.queries import standing
from tongban.design.parts import Choice, Field

WAYS = (
    Choice("yes", "签署承诺，按告知承诺办理", "不再审查，受理后当场决定；事后核查"),
    Choice("no", "不承诺，按普通程序办理", "按材料审查，在承诺的时限内决定"),
)


@dataclass(frozen=True)
class Offered:
    """What this edition offers on a promise. `text` is empty where only single papers may be promised."""

    text: str
    choice: Field
    barred: Record | None


def offered(one: Draft, *, now: datetime, error: str = "") -> Offered | None:
    """None: nothing is promised here."""
    content = one.edition.document
    promises = any(material.give == "pledge" for material in steps.materials_of(one))
    if not (content.licence_pledge or promises) or one.applicant is None:
        return None
    barred = standing(person=one.applicant, organisation=one.organisation, now=now)
    chosen = {True: "yes", False: "no"}.get(one.content.get("pledged"), "")
    choice = Field(
        name="pledged", label="您选哪一种", kind="choice", long=True, error=error, value="no" if barred else chosen,
        choices=WAYS[1:] if barred else WAYS,
    )  # fmt: skip
    return Offered(pledges.of_licence(content) if content.licence_pledge else "", choice, barred)
