"""材料 as the applicant sees them: each with its versions, how far it is trusted in plain words, and what was asked for and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tongban.applications import material_states
from tongban.applications.material_rules import Source, Trust
from tongban.applications.material_states import State
from tongban.applications.models import Application, Correction, CorrectionRequest
from tongban.applications.rules import State as CaseState
from tongban.files.models import StoredFile


@dataclass(frozen=True)
class Notice:
    """What one notice said of this material; `why`: the head's reason, where it said so before."""

    at: datetime
    what: str
    why: str


@dataclass(frozen=True)
class Line:
    state: State
    trust: Trust | None
    notices: list[Notice]
    wanted: bool
    """Something has to be brought now."""

    @property
    def file(self) -> StoredFile | None:
        return self.state.row.file

    @property
    def older(self) -> bool:
        return len(self.state.versions) > 1

    @property
    def words(self) -> str:
        """What the level means, for this material."""
        current = self.state.current
        if current and current.source == Source.PLEDGE:
            return "由您的承诺代替，真实性由您负责"
        if current and current.source == Source.GENERATED:
            return "按您填写的内容生成，真实性由您负责"
        return self.trust.words if self.trust else ""


def lines(one: Application, *, own: bool) -> list[Line]:
    told = list(Correction.objects.filter(application=one).order_by("id")) if one.version > 1 else []
    reasons = {
        request.correction_id: request.answer
        for request in CorrectionRequest.objects.filter(correction__in=told).order_by("id")
    } if len(told) > 1 else {}  # fmt: skip
    return [
        Line(
            state,
            state.trust,
            [
                Notice(notice.at, _what(gap), reasons.get(notice.pk, ""))
                for notice in told for gap in notice.gaps
                if gap["key"] == state.row.key and (notice.answered_at or notice.pk in reasons)  # else it heads the page
            ],
            wanted=own and one.status == CaseState.CORRECTING and state.row.checked is False,
        )
        for state in material_states.states_of(one)
    ]  # fmt: skip


def _what(gap: dict[str, object]) -> str:
    points = gap["points"]
    listed = [f"没有达到“{point}”" for point in points] if isinstance(points, list) else []
    return "；".join([*listed, *filter(None, [str(gap["note"])])])
