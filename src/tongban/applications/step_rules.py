"""What each kind of step demands before it is concluded, and who may not do what in it. Pure; raises Refusal."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tongban.catalog.content import Content, Step
from tongban.kernel.refusals import Conflict, Forbidden, Refusal

LEAST_INSPECTORS = 2
"""《行政许可法》第三十四条第三款: two or more officials."""
MOST_INSPECTORS = 6
HEARING_TOLD_DAYS = 7
"""《行政许可法》第四十八条: time and place are told seven days before; days of the procedure are working days (第八十二条)."""
HEARING_WITHIN = timedelta(days=120)
NOTICE_LEAST_DAYS = 3
NOTICE_MOST_DAYS = 60
ANSWER_DAYS = 5
"""Working days a body that is asked has, where the edition says nothing."""
MOST_ANSWER_DAYS = 60


def has_plan(content: Content) -> bool:
    """Whether the edition has more than plain reviews in a row."""
    return any(step.kind != "review" or step.when or step.beside for step in steps_of(content))


def steps_of(content: Content) -> list[Step]:
    """Those before the decision."""
    return [step for step in content.steps if step.role == "reviewer"]


@dataclass(frozen=True)
class Given:
    """What lies on record for a step."""

    answers: Sequence[bool | None] = ()
    """Of the bodies asked; None: still awaited."""
    waived: int = 0
    """Of those, for how many the head no longer waits."""
    inspections: Sequence[bool] = ()
    opinions: Sequence[bool | None] = ()
    """Of the experts that did not stand aside."""
    notice_until: date | None = None
    unanswered: int = 0
    """Objections to the notice."""
    hearing_recorded: bool = False


def lacking(kind: str, given: Given, *, carried: bool | None = None, today: date) -> tuple[str, str] | None:
    """Why a step can't be concluded yet, and what to do; None when it can. `carried`: the outcome of a countersign."""
    match kind:
        case "countersign" if carried is None:
            waiting = sum(answer is None for answer in given.answers)
            return f"会签还没有结果，{waiting} 家没有签", "等各家签完，或已能按规则得出结果时再办"
        case "consultation" if not given.answers:
            return "还没有征求任何部门的意见", "请先发出征求意见函"
        case "consultation" if given.answers.count(None) > given.waived:
            waiting = given.answers.count(None) - given.waived
            return (
                f"还有 {waiting} 个部门没有答复",
                "等对方答复；期限过后按指南写明的规则处理，督办后仍不答复的，由本部门负责人决定不再等待",
            )
        case "inspection" if not given.inspections:
            return "还没有现场核查记录", "请先由两名以上工作人员核查并登记"
        case "expert" if not given.opinions:
            return "还没有专家意见", "请先确定评审专家，回避的专家要另请"
        case "expert" if None in given.opinions:
            return (
                f"还有 {given.opinions.count(None)} 位专家没有提交书面意见",
                "等意见齐了再办；不能参加的，登记回避后另请",
            )
        case "notice" if given.notice_until is None:
            return "还没有公示", "请先登记公示的内容和起止日期"
        case "notice" if given.notice_until and today <= given.notice_until:
            return "公示期还没有结束", "公示期满以后再办"
        case "notice" if given.unanswered:
            return f"公示期间收到的异议还有 {given.unanswered} 件没有处理", "请逐件写明核实处理的情况"
        case "hearing" if not given.hearing_recorded:
            return "还没有听证笔录", "听证结束后登记笔录，再根据笔录办"
    return None


def check_lacking(name: str, found: tuple[str, str] | None) -> None:
    if found:
        raise Conflict("step_unfinished", f"环节“{name}”还不能办结：{found[0]}", found[1])


def check_inspectors(inspectors: Collection[str], *, by: str) -> None:
    """At least two different people, the one who writes the record among them."""
    if by not in inspectors:
        raise Refusal("inspector_absent", "核查记录由参加核查的人登记", "请由到场的同事登记", "inspectors")
    if len(set(inspectors)) < LEAST_INSPECTORS:
        raise Refusal(
            "two_inspectors", "现场核查要有两名以上工作人员，不能一个人核查",
            "请选一起到场的同事（《行政许可法》第三十四条第三款）", "inspectors",
        )  # fmt: skip
    if len(set(inspectors)) > MOST_INSPECTORS:
        raise Refusal("inspectors_many", f"最多登记 {MOST_INSPECTORS} 名核查人员", "", "inspectors")


def check_inspected_at(moment: datetime, *, opened_at: datetime, now: datetime) -> None:
    if moment > now:
        raise Refusal("time_in_future", "核查时间不能晚于现在", "核查完以后再登记", "inspected_at")
    if moment.date() < opened_at.date():
        raise Refusal("inspected_early", "核查时间早于这个环节开始的日子", "请核对日期", "inspected_at")


def check_answer_days(days: int) -> None:
    if not 1 <= days <= MOST_ANSWER_DAYS:
        raise Refusal("answer_days", f"答复期限应为 1 至 {MOST_ANSWER_DAYS} 个工作日", "", "days")


def check_notice_days(from_on: date, until_on: date, *, today: date) -> None:
    """公示: begins today or later, and lasts some days."""
    days = (until_on - from_on).days
    if from_on < today:
        raise Refusal("notice_backdated", "公示不能从过去的日子开始", "请从今天或以后的日子开始", "from_on")
    if not NOTICE_LEAST_DAYS <= days <= NOTICE_MOST_DAYS:
        raise Refusal(
            "notice_days", f"公示期应为 {NOTICE_LEAST_DAYS} 至 {NOTICE_MOST_DAYS} 天", "请核对起止日期", "until_on"
        )


def check_notice_runs(from_on: date, until_on: date, *, today: date) -> None:
    if not from_on <= today <= until_on:
        raise Conflict(
            "notice_not_running", "现在不在公示期内，不能再登记异议", "公示期满后的意见，请按信访或投诉渠道处理"
        )


def check_running(over: bool) -> None:
    if over:
        raise Conflict("notice_over", "这件公示已经办结或者撤回", "有意见的，请联系办理部门")


def check_hearing_near(held_at: datetime, *, now: datetime) -> None:
    if not now < held_at <= now + HEARING_WITHIN:
        raise Refusal("hearing_day", f"听证日期应在以后的 {HEARING_WITHIN.days} 天以内", "请核对日期", "held_at")


def check_told_ahead(days: int) -> None:
    """`days`: working days from today to the hearing."""
    if days < HEARING_TOLD_DAYS:
        raise Refusal(
            "hearing_too_soon", f"听证要提前 {HEARING_TOLD_DAYS} 个工作日通知，现在到听证日只有 {max(days, 0)} 个工作日",
            "请改一个更晚的日子（《行政许可法》第四十八条）", "held_at",
        )  # fmt: skip


def check_chair(chair: str, reviewers: Collection[str]) -> None:
    """《行政许可法》第四十八条第一款第三项: somebody who does not review the application."""
    if chair in reviewers:
        raise Refusal("chair_reviews", "审查这个办件的人不能主持听证", "请指定审查人员以外的同事主持", "chair")


def check_heard_already(held_at: datetime, *, now: datetime) -> None:
    if now < held_at:
        raise Conflict("hearing_ahead", "听证还没有举行，不能登记笔录", "听证结束后再登记")


def check_not_by_inspector(decider: str, inspectors: Collection[str]) -> None:
    """受审分离: who inspected for the review does not decide."""
    if decider in inspectors:
        raise Conflict(
            "same_person_inspects_and_decides", "现场核查人不能对同一办件作出决定", "请由另一位有决定权的同事办理"
        )


def check_complete(names: Sequence[str]) -> None:
    if names:
        raise Conflict(
            "steps_missing", f"还有环节没有办完：{'、'.join(names)}，不能作出决定", "请先办完这些环节，或由经办人员催办"
        )


def check_carried(names: Sequence[str]) -> None:
    """A countersign that was not carried: granted all the same, it would be no countersign."""
    if names:
        raise Conflict(
            "countersign_not_carried",
            f"会签没有通过：{'、'.join(names)}，不能准予",
            "请协商后退回重新会签，或者作出不予的决定",
        )


def check_asked(asked: bool) -> None:
    if not asked:
        raise Forbidden("not_asked", "您的部门没有被要求答复这一环节", "由被征求意见、会签的部门答复")


def check_unanswered(answered: bool) -> None:
    if answered:
        raise Conflict("answered_already", "这个部门已经答复过了", "需要更正的，请联系经办部门退回后重新答复")


OBJECTIONS_OF_ONE = 3
"""By one person to one notice."""


def check_objections(made: int) -> None:
    if made >= OBJECTIONS_OF_ONE:
        raise Conflict(
            "objections_enough", f"您对这件公示已经提出 {made} 次异议，都已收到", "要补充的，请拨打公示上的电话"
        )


def check_may_waive(escalated: bool) -> None:
    if not escalated:
        raise Conflict(
            "answer_not_escalated",
            "这个部门没有逾期未答复、已督办的征求意见",
            "期限没到的，请等对方答复；逾期的先由对方负责人督办",
        )
