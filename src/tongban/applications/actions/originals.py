"""原件已核: somebody of the window or the body compares a version with its original; a mark may be withdrawn with a reason."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from tongban.applications import material_rules as law
from tongban.applications import material_states, rules
from tongban.applications.actions import common, versions
from tongban.applications.events import OriginalChecked
from tongban.applications.material_states import State
from tongban.applications.models import Application, OriginalSeen
from tongban.identity.actors import Actor
from tongban.kernel import journal
from tongban.kernel.clock import date_of
from tongban.kernel.refusals import Conflict, NotFound, Refusal

POWER = "application.see_original"


@transaction.atomic
def see_original(
    number: str, key: str, *, grounds: str, version: int | None = None, valid_until: date | None = None, by: Actor,
    now: datetime, seen: int | None = None,
) -> OriginalSeen:  # fmt: skip
    """The last version, or that one, is as its original. `grounds`: how it was compared; `valid_until`: when the original ends."""
    application, state, version = _version(number, key, version, by=by, now=now, seen=seen)
    grounds = rules.check_words(grounds, field="grounds", what="怎么核对的")[:200]
    one = next(each for each in state.versions if each.number == version)
    law.check_has_original(one.source, given=True)
    if one.seen:
        raise Conflict("original_seen", "这一版已经标记过原件已核", "有误的，先撤销并写明理由")
    if valid_until and valid_until < date_of(now):
        raise Refusal(
            "original_expired", "原件已经过了有效期，不能作为核对的依据", "请申请人提供有效的原件", "valid_until"
        )
    made = OriginalSeen.objects.create(
        material=state.row, version=version, grounds=grounds, hall_id=versions.hall_of(application, by=by),
        valid_until=valid_until, by=by.who, by_post=by.post, at=now,
    )  # fmt: skip
    journal.record(OriginalChecked(number=application.number, key=key, version=version), by=by, now=now)
    return made


@transaction.atomic
def withdraw_original(
    number: str, key: str, *, reason: str, version: int | None = None, by: Actor, now: datetime, seen: int | None = None
) -> OriginalSeen:
    """The mark was wrong; what it said stays readable."""
    application, state, version = _version(number, key, version, by=by, now=now, seen=seen)
    reason = rules.check_reason(reason, field="reason", what="撤销的理由")
    mark = next((each.seen for each in state.versions if each.number == version), None)
    if mark is None:
        raise Conflict("original_not_seen", "这一版没有原件已核的标记", "请刷新页面查看")
    mark.withdrawn_by, mark.withdrawn_at, mark.withdrawal_reason = by.who, now, reason
    mark.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawal_reason"])
    told = OriginalChecked(number=application.number, key=key, version=version, withdrawn=True)
    journal.record(told, by=by, now=now)
    return mark


def _version(
    number: str, key: str, version: int | None, *, by: Actor, now: datetime, seen: int | None
) -> tuple[Application, State, int]:
    application = common.locked(number, by=by, seen=seen)
    by = common.must(application, "application.see_original", by=by, now=now)
    if application.status in rules.FINAL:
        raise Conflict("case_ended", f"办件现在是“{application.status.label}”，不再核对原件", "")
    state = material_states.state_of(application, key.replace("\0", ""))
    if state is None:
        raise NotFound("material_unknown", "这个办件没有这份材料", "请刷新页面")
    if state.current is None:
        law.check_has_original(law.Source.UPLOAD, given=False)
    found = state.row.version if version is None else version
    if found not in {each.number for each in state.versions}:
        raise NotFound("version_unknown", f"这份材料没有第 {found} 版", "请刷新页面查看有哪些版本")
    return application, state, found
