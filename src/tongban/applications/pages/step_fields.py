"""The fields of the forms on a step's page: with what was typed and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.http import HttpRequest

from tongban.applications import step_rules
from tongban.applications.models import Application, CaseStep
from tongban.design.parts import Choice, Field
from tongban.files.doors import INLINE
from tongban.identity.models import StaffPost
from tongban.kernel import clock
from tongban.kernel.refusals import Refusal

PHOTOS = ".jpg,.jpeg,.png,.pdf"
assert {"image/jpeg", "image/png", "application/pdf"} == INLINE  # noqa: S101 - what is taken here opens in the browser
YES_NO = {"passes": ("通过", "不通过"), "agrees": ("同意", "不同意")}


def _either(name: str, label: str, *, of: str = "passes", value: str = "yes") -> Field:
    yes, no = YES_NO[of]
    return Field(name=name, label=label, kind="choice", value=value, choices=[Choice("yes", yes), Choice("no", no)])


def _words(name: str, label: str, help: str = "", *, rows: int = 3, required: bool = True) -> Field:
    return Field(name=name, label=label, kind="long_text", rows=rows, help=help, required=required)


def _files(name: str, label: str) -> Field:
    return Field(
        name=name, label=label, kind="file", required=False, help="JPG、PNG、PDF，可一次选多个，每个不超过 20 MB",
        attrs={"accept": PHOTOS, "multiple": True},
    )  # fmt: skip


def of_step(
    one: Application, row: CaseStep, colleagues: Sequence[StaffPost], chairs: Sequence[StaffPost], *, who: str
) -> list[Field]:
    """Every form that the page of this kind of step shows. `who`: who opens it, who is there at the inspection anyway."""
    now = clock.now()
    made = [
        *([] if row.kind in ("inspection", "countersign") else [_either("passes", "结论")]),
        _words("opinion", "办理意见", _HELP.get(row.kind, "")),
        _words("return_reason", "退回的理由", "这个环节和它后面的环节要重新办", rows=2),
    ]
    match row.kind:
        case "consultation" | "countersign":
            silent = [Choice(each.body_name, each.body_name) for each in row.answers.unwaited()]
            made += [
                Field(name="body", label="再征求哪个部门", help="写部门全称", attrs={"maxlength": "100"}),
                _words("question", "请对方就什么提出意见"),
                Field(name="days", label="答复期限", kind="number", value=str(step_rules.ANSWER_DAYS), unit="个工作日"),
                Field(name="paper_body", label="哪个部门的纸质答复", kind="select",
                      choices=[Choice(each.body_name, each.body_name) for each in row.answers.filter(body=None, at=None)]),
                _either("agrees", "对方的意见", of="agrees"),
                _words("paper_opinion", "答复的内容和文号"),
                Field(name="waived_body", label="不再等待哪个部门", kind="select", choices=silent,
                      value=silent[0].value if len(silent) == 1 else ""),
                _words("waiver_reason", "不再等待的理由", rows=2),
            ]  # fmt: skip
        case "inspection":
            there = {post.account_id: post.account.display_name for post in colleagues}
            made += [
                Field(name="place", label="核查地点", attrs={"maxlength": "200"}),
                Field(name="inspected_on", label="核查日期", kind="date", value=date.isoformat(clock.today())),
                Field(name="inspected_time", label="核查时间", value=f"{now.astimezone(clock.SHANGHAI):%H:%M}",
                      help="24 小时制，例如 14:30", attrs={"maxlength": "5"}),
                Field(name="inspectors", label="一起到场的同事", kind="checks", value=[],
                      choices=[Choice(str(pk), name) for pk, name in there.items() if f"staff:{pk}" != who],
                      help="核查要有两名以上工作人员：您和至少一位同事"),
                Field(name="present", label="申请人一方到场的人", required=False, attrs={"maxlength": "100"}),
                _words("record", "核查到的情况", "写看到的事实，不只写结论", rows=4),
                _either("found", "核查结果"),
                _files("photos", "现场照片和记录"),
            ]  # fmt: skip
        case "expert":
            standing = [each for each in row.experts.order_by("pk") if not each.recused and each.passes is None]
            names = [Choice(str(each.pk), each.name) for each in standing]
            made += [
                Field(name="name", label="专家姓名", attrs={"maxlength": "60"}),
                Field(name="unit", label="单位和职称", attrs={"maxlength": "100"}),
                Field(name="expert", label="哪位专家", kind="select", choices=names),
                _either("expert_passes", "专家结论"),
                _words("expert_opinion", "书面意见"),
                _files("papers", "签名的意见书"),
                Field(name="recused", label="哪位专家回避", kind="select", choices=names),
                _words("recusal_reason", "回避的原因", rows=2),
            ]
        case "notice":
            open_ones = row.objections.filter(answered_at=None).order_by("pk")
            made += [
                _words("notice_text", "公示的内容", "公众会看到；不写身份证号、电话、住址", rows=5),
                Field(name="from_on", label="从哪天起", kind="date", value=clock.today().isoformat()),
                Field(name="until_on", label="到哪天止（含）", kind="date",
                      value=(clock.today() + timedelta(days=7)).isoformat()),
                Field(name="objector", label="谁提出的异议", attrs={"maxlength": "200"}),
                _words("objection_text", "异议的内容"),
                Field(name="objection", label="哪件异议", kind="select",
                      choices=[Choice(str(each.pk), f"{at}. {each.text[:30]}") for at, each in enumerate(open_ones, 1)]),
                _words("objection_answer", "核实处理的情况"),
            ]  # fmt: skip
        case "hearing":
            made += [
                Field(name="held_on", label="听证日期", kind="date",
                      help=f"至少提前 {step_rules.HEARING_TOLD_DAYS} 个工作日通知"),
                Field(name="held_time", label="听证时间", value="09:30", help="24 小时制", attrs={"maxlength": "5"}),
                Field(name="hearing_place", label="听证地点", attrs={"maxlength": "200"}),
                Field(name="chair", label="主持人", kind="select", help="审查这个办件的人不能主持",
                      choices=[Choice(str(p.account_id), p.account.display_name) for p in chairs if f"staff:{p.account_id}" != who]),
                _words("hearing_record", "笔录要点", "听证参加人的意见和证据，决定要根据笔录作出", rows=6),
                _either("hearing_passes", "听证后的意见"),
                _files("hearing_papers", "签字的笔录"),
            ]  # fmt: skip
    return made


_HELP = {
    "countersign": "结果由各家的会签意见按规则得出，这里写汇总情况",
    "consultation": "写明各部门的意见和采纳情况；不采纳的，写明理由",
    "inspection": "结果以最后一次核查记录为准，这里写汇总意见",
    "expert": "写明专家意见的采纳情况",
    "hearing": "根据笔录写明意见",
}


def filled(request: HttpRequest, made: Sequence[Field], errors: Sequence[Refusal]) -> dict[str, Field]:
    wrong: Mapping[str, str] = {fault.field: fault.reason for fault in errors}
    sent = request.POST
    return {
        field.name: Field.of(
            field,
            value=sent.getlist(field.name) if field.kind == "checks" else sent.get(field.name, field.value),
            error=wrong.get(field.name, ""),
        )
        for field in made
    }


def moment(day: str, time: str, *, field: str, what: str) -> datetime:
    """A day and a time as typed. Raises Refusal beside the day's field."""
    try:
        return datetime.fromisoformat(f"{day.strip()}T{time.strip():0>5}:00").replace(tzinfo=clock.SHANGHAI)
    except ValueError:
        raise Refusal("moment_form", f"请填写{what}的日期和时间", "例如 2026-03-05 和 14:30", field) from None


def day(text: str, *, field: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refusal("day_form", "请填写日期", "例如 2026-03-05", field) from None
