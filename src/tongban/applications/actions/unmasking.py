"""查看完整号码: a number that pages show in part is shown whole, once, for a reason that its owner reads."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from tongban.accesses import actions as accesses
from tongban.applications import queries
from tongban.applications.events import Unmasked
from tongban.applications.models import Application
from tongban.catalog import forming
from tongban.identity import limits
from tongban.identity.actors import Actor
from tongban.kernel import journal
from tongban.kernel.refusals import Refusal, demand

MOST = 30
"""By one account in a quarter of an hour."""
WHAT = {"phone": "联系电话", "id_number": "证件号码", "form": "申请表里的号码"}


@transaction.atomic
def unmask(number: str, *, what: str, reason: str, by: Actor, now: datetime) -> list[tuple[str, str]]:
    """Label and whole value. Raises NotFound, Forbidden without the power, Refusal without a reason or too often."""
    case = queries.case(number, by=by)
    by = by.must("person.unmask", body_id=case.body_id, region_path=case.region_path)
    demand(what in WHAT, "number_unknown", "请选择要看哪个号码", "", "what")
    counted = f"unmask:{by.account_id}"
    if limits.reached(counted, most=MOST, now=now):
        raise Refusal(
            "unmasked_too_often", f"15 分钟内已看过 {MOST} 个完整号码", "请稍后再看；成批需要的，由部门负责人导出"
        )
    accesses.unmasked(
        by, person_id=case.person_id, subject=case.number, what=what, reason=reason, body_id=case.body_id,
        region_path=case.region_path, now=now,
    )  # fmt: skip
    limits.note(counted, now=now)
    journal.record(Unmasked(number=case.number, what=what), by=by, now=now)
    return _shown(case, what)


def _shown(case: Application, what: str) -> list[tuple[str, str]]:
    if what == "phone":
        return [(WHAT[what], case.person.phone or "未留")]
    if what == "id_number":
        return [(WHAT[what], case.person.id_number)]
    content, answers = case.edition.document, case.answers
    whole, veiled = (forming.lines(content, answers, case.form, masked=masked) for masked in (False, True))
    return [(line.label, line.text) for line, part in zip(whole, veiled, strict=True) if line.text != part.text]
