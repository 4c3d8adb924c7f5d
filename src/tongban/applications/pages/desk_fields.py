"""The fields of every act's form on the desk: with what was typed, what is wrong, and which of them were touched."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.http import HttpRequest

from tongban.applications import pledges
from tongban.applications.models import Application, Commitment
from tongban.applications.rules import (
    CORRECTION_DAYS,
    EXTENSION_DAYS,
    JOINT_EXTENSION_DAYS,
    MOST_CORRECTION_DAYS,
    REJECTION_KINDS,
    REOPENING_GROUNDS,
    REVOCATION_GROUNDS,
    SUSPENSION_CAUSES,
    TERMINATION_GROUNDS,
)
from tongban.design.parts import Choice, Field
from tongban.kernel.refusals import Refusal, demand

OPINIONS = {
    "complete": "申请材料齐全，符合法定形式。",
    "meets": "申请材料齐全，符合法定条件和标准，建议准予。",
    "fails": "经审查不符合法定条件，建议不予：",
}


def opinion_of(template: str, typed: str, *, passes: str) -> str:
    """The template's words, then those typed. Raises Refusal when they contradict the conclusion."""
    contradicts = (template, passes) in (("meets", "no"), ("fails", "yes"))
    demand(not contradicts, "opinion_contradicts", "审查结论和所选的常用意见相反", "请改其中一个", "passes")
    return OPINIONS.get(template, "") + typed


def fields(request: HttpRequest, one: Application, running: Sequence[str], errors: list[Refusal]) -> dict[str, Field]:
    """By name. `running`: the causes that stop the clock now, which are not offered again."""
    made = [*_of_acceptance(), *_of_review(one, running), *_of_outcome(), *_afterwards()]
    return _filled(request, made, errors)


def _of_acceptance() -> list[Field]:
    return [
        Field(name="precheck_note", label="预审说明", required=False, help="只给内部看，预审不是受理", attrs={"maxlength": "500"}),
        Field(name="correction_days", label="补正期限", kind="number", value=str(CORRECTION_DAYS), unit="个工作日",
              help=f"从告知之日起算，1 至 {MOST_CORRECTION_DAYS} 个"),
        Field(name="again_reason", label="再次要求补正的情况", kind="long_text", rows=2, required=False,
              help="上次已经告知过的，这次仍不符合时写：申请人补了什么，为什么还不行", attrs={"maxlength": "2000"}),
        Field(name="again_answer", label="负责人的理由", kind="long_text", rows=2,
              help="批准的，申请人会看到这段话；不批准的，提出的同事会看到", attrs={"maxlength": "2000"}),
        Field(name="kind", label="情形", kind="select", choices=_choices(REJECTION_KINDS.items())),
        Field(name="rejection_reason", label="理由", kind="long_text", rows=3, help="申请人会看到这段话"),
        Field(name="right_body", label="应当向哪个机关申请", required=False, help="不属于本机关职权范围的，必须写明"),
    ]  # fmt: skip


def _of_review(one: Application, running: Sequence[str]) -> list[Field]:
    content = one.edition.document
    most = JOINT_EXTENSION_DAYS if content.joint else EXTENSION_DAYS
    causes = [
        *SUSPENSION_CAUSES.items(),
        *((each.name, f"{each.name}（{each.basis}）") for each in content.special_procedures if each.basis),
    ]
    return [
        Field(name="passes", label="审查结论", kind="choice", value="yes",
              choices=_choices([("yes", "通过"), ("no", "不通过")])),
        Field(name="template", label="常用意见", kind="choice", required=False, long=True,
              choices=_choices([(key, text.rstrip("：")) for key, text in OPINIONS.items()])),
        Field(name="opinion", label="审查意见", kind="long_text", rows=3,
              help="选了常用意见的，接在它后面；没选的，请写明"),
        Field(name="cause", label="法定情形", kind="select",
              choices=_choices((key, name) for key, name in causes if key not in running)),
        Field(name="suspension_reason", label="原因和所需时间", kind="long_text", rows=3, help="书面告知申请人"),
        Field(name="extension_days", label="延长", kind="number", value=str(most), unit="个工作日",
              help=f"最多 {most} 个，只能延长一次"),
        Field(name="extension_reason", label="延长的理由", kind="long_text", rows=3, help="批准后书面告知申请人"),
        Field(name="extension_answer", label="不批准的理由", kind="long_text", rows=2, required=False,
              help="批准的不用写；不批准的，提出申请的同事会看到"),
    ]  # fmt: skip


def _of_outcome() -> list[Field]:
    return [
        Field(name="decision_reason", label="决定的理由", kind="long_text", rows=3, required=False,
              help="准予的可不写；不予的必须写明理由，申请人会在决定书上看到"),
        Field(name="decision_document", label="上级决定书的文号", help="例如：渝市监许〔2026〕18 号", attrs={"maxlength": "100"}),
        Field(name="forwarding_opinion", label="转报意见", kind="long_text", rows=3, help="连同全部材料报送上级"),
        Field(name="termination_ground", label="终止的情形", kind="select", choices=_choices(TERMINATION_GROUNDS.items())),
        Field(name="termination_reason", label="终止的理由", kind="long_text", rows=3, help="书面告知申请人"),
        Field(name="making_note", label="证件上的编号", required=False, help="印在空白证件上的流水号，没有可不写",
              attrs={"maxlength": "100"}),
    ]  # fmt: skip


def _afterwards() -> list[Field]:
    return [
        Field(name="amend_was", label="原来的文字", kind="long_text", rows=2),
        Field(name="amend_becomes", label="更正为", kind="long_text", rows=2),
        Field(name="amend_reason", label="更正的理由", kind="long_text", rows=2, help="申请人会收到更正的告知"),
        Field(name="revocation_ground", label="撤销的情形", kind="select", choices=_choices(REVOCATION_GROUNDS.items())),
        Field(name="revocation_document", label="文书名称和文号", required=False, help="有撤销决定书的，写文号",
              attrs={"maxlength": "200"}),
        Field(name="revocation_reason", label="撤销的理由", kind="long_text", rows=3, help="申请人会看到这段话"),
        Field(name="reopening_ground", label="重新办理的依据", kind="select", choices=_choices(REOPENING_GROUNDS.items())),
        Field(name="reopening_document", label="文书名称和文号", required=False,
              help="本机关自行纠正的可不写；其他必须写明，例如：云江府复〔2026〕12 号", attrs={"maxlength": "200"}),
        Field(name="reopening_reason", label="重新办理的理由", kind="long_text", rows=3, help="申请人会看到这段话"),
    ]  # fmt: skip


_SHOWN_WITH: Mapping[str, tuple[str, ...]] = {
    "correct": ("correction_days",),
    "ask_again": ("again_reason",),
    "correct_again": ("again_answer",),
    "review": ("opinion",),
    "extend": ("extension_answer",),
    "forward": ("forwarding_opinion",),
    "grant": ("decision_reason", "decision_document"),
}
"""Fields outside the folded panels, by the act they are shown for."""


def left_over(
    request: HttpRequest, made: Mapping[str, Field], acts: Collection[str], papers: Mapping[str, str]
) -> list[tuple[str, str]]:
    """What was typed into fields that the page doesn't show any more, because the act can't be done now. `papers`: the
    names of the materials by key, for the notes of a correction."""
    gone = [name for act, names in {**_SHOWN_WITH, **PANELS}.items() if act not in acts for name in names]
    texts = [(made[name].label, made[name].text) for name in gone if made[name].kind in ("text", "long_text")]
    if "correct" not in acts:
        texts += [(f"补正说明：{name}", request.POST.get(f"note.{key}", "")) for key, name in papers.items()]
    return [(label, text) for label, text in texts if text.strip()]


PANELS: Mapping[str, tuple[str, ...]] = {
    "precheck": ("precheck_note",),
    "reject": ("kind", "rejection_reason", "right_body"),
    "suspend": ("cause", "suspension_reason"),
    "ask_extension": ("extension_days", "extension_reason"),
    "terminate": ("termination_ground", "termination_reason"),
    "make": ("making_note",),
    "amend": ("amend_was", "amend_becomes", "amend_reason"),
    "revoke": ("revocation_ground", "revocation_reason", "revocation_document"),
    "reopen": ("reopening_ground", "reopening_document", "reopening_reason"),
}
"""The folded panels by their act, with the fields that lie in them."""
_AS_GIVEN = {str(CORRECTION_DAYS), str(EXTENSION_DAYS), str(JOINT_EXTENSION_DAYS), ""}


def unfolded(made: Mapping[str, Field]) -> set[str]:
    """The panels in which something was typed, or is wrong: they stand open."""
    return {
        act
        for act, names in PANELS.items()
        if any(made[name].error or made[name].value not in _AS_GIVEN for name in names)
    }


VERIFICATIONS = {"holds": "承诺属实", "order": "不符合，责令限期整改", "broken": "不符合，认定承诺不实"}


def verification(request: HttpRequest, one: Commitment, errors: list[Refusal]) -> list[Field]:
    """What is asked to verify that commitment; the order to put it right is given once."""
    offered = [(key, label) for key, label in VERIFICATIONS.items() if key != "order" or one.state == "open"]
    made = [
        Field(name=f"verify-{one.number}-result", label="核查结果", kind="choice", long=True, choices=_choices(offered)),
        Field(name=f"verify-{one.number}-days", label="整改期限", kind="number", required=False, unit="个工作日",
              help=f"责令整改的填，1 至 {pledges.MOST_RECTIFY_DAYS} 个"),
        Field(name=f"verify-{one.number}-note", label="核查情况", kind="long_text", rows=3, help="怎么核查的，查到什么"),
    ]  # fmt: skip
    if one.state != "open":
        del made[1]
    return list(_filled(request, made, errors).values())


def _filled(request: HttpRequest, made: Sequence[Field], errors: list[Refusal]) -> dict[str, Field]:
    wrong = {fault.field: fault.reason for fault in errors}
    return {
        field.name: Field.of(
            field, value=request.POST.get(field.name, field.value), error=wrong.get(field.name, ""), form="case"
        )
        for field in made
    }


def _choices(pairs: Iterable[tuple[str, str]]) -> tuple[Choice, ...]:
    return tuple(Choice(value, label) for value, label in pairs)
