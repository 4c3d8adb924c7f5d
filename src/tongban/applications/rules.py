"""The law of a case beside its procedure: limits, causes, grounds, and who may not do what twice. Pure; raises Refusal."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from tongban.applications.procedure import (
    ACT_LABELS,
    AFTERWARDS,
    FINAL,
    LABELS,
    NEXT,
    WHO,
    Act,
    State,
    may_follow,
    step,
)
from tongban.kernel.refusals import Conflict, Forbidden, Refusal

__all__ = ["ACT_LABELS", "AFTERWARDS", "FINAL", "LABELS", "NEXT", "WHO", "Act", "State", "may_follow", "step"]

NOTICE_DAYS = 5
"""《行政许可法》第三十二条: all gaps are told once within five working days of receipt."""

DELIVERY_DAYS = 10
"""《行政许可法》第四十四条."""

JOINT_DAYS = 45
"""《行政许可法》第四十二条第二款: unified, joint or centralised handling."""

EXTENSION_DAYS = 10
"""《行政许可法》第四十二条第一款: once, approved by the head of the body."""

JOINT_EXTENSION_DAYS = 15
"""《行政许可法》第四十二条第二款: once, approved by the head of the government of that level."""

HEARING_HELD_DAYS = 20
"""《行政许可法》第四十七条: the body holds the hearing within twenty working days of being asked."""

CORRECTION_DAYS = 10
"""Working days an applicant has to supply what is missing, unless the notice says more; the law sets none."""

MOST_CORRECTION_DAYS = 60

ANSWER_DAYS = 2
"""Working days within which a message of the applicant is answered: the platform's promise, no law."""

MESSAGE_LENGTH = 1000
MESSAGES_A_DAY = 20
MESSAGES_OF_A_SIDE = 200
MESSAGES_AFTER = timedelta(days=90)
"""How long after its end a case may still be written about."""

SUSPENSION_CAUSES: Mapping[str, str] = {
    "hearing": "听证",
    "tender": "招标",
    "auction": "拍卖",
    "inspection": "检验",
    "test": "检测",
    "quarantine": "检疫",
    "appraisal": "鉴定",
    "expert_review": "专家评审",
}
"""《行政许可法》第四十五条: a closed list."""

REJECTION_KINDS: Mapping[str, str] = {
    "not_needed": "依法不需要取得许可或办理",
    "wrong_body": "不属于本机关职权范围",
    "missing": "逾期未补正材料",
}
"""《行政许可法》第三十二条."""


TERMINATION_GROUNDS: Mapping[str, str] = {
    "applicant_gone": "申请人死亡、丧失行为能力，或者法人、其他组织依法终止",
    "object_gone": "申请事项因不可抗力或者标的灭失无法实施",
    "law_changed": "依据的法律、法规、规章修改或者废止，不再需要办理",
    "duplicate": "同一事项已由其他办件办理",
}
"""终止办理: no article lists them for the procedure; after 《行政许可法》第七十条, which lists them for the licence."""

REVOCATION_GROUNDS: Mapping[str, str] = {
    "deceit": "被许可人以欺骗、贿赂等不正当手段取得",
    "abuse": "工作人员滥用职权、玩忽职守作出准予决定",
    "beyond_power": "超越法定职权作出准予决定",
    "procedure": "违反法定程序作出准予决定",
    "unqualified": "对不具备申请资格或者不符合法定条件的申请人准予",
    "pledge_broken": "告知承诺不实，限期整改后仍不符合条件",
    "supply_missing": "容缺后补的材料逾期没有补交",
}
"""《行政许可法》第六十九条; the last two by the rules of 告知承诺 and 容缺."""

REOPENING_GROUNDS: Mapping[str, str] = {
    "reconsideration": "行政复议决定",
    "judgment": "人民法院判决、裁定",
    "superior": "上级行政机关责令",
    "own_error": "本机关自行纠正",
}
"""On what a case that has ended is handled again. All but one's own error name the document that orders it."""


def check_version(stored: int, seen: int | None) -> None:
    """A page older than the case must not act on it."""
    if seen is not None and seen != stored:
        raise Conflict("page_stale", "您打开页面后，这个办件有了新的变化", "请刷新页面，看清新的变化后再办")


def check_separation(
    *, instant: bool, alone: bool, reviewed_by: Collection[str], accepted_by: str, decider: str
) -> None:
    """受审分离: unless the edition says 即审即办, a case is reviewed, and neither acceptor nor reviewer decides it. `alone`:
    in 即审即办 a 授权书 lets the decider be who accepted."""
    if instant:
        if decider == accepted_by and not alone:
            raise Conflict(
                "not_authorised_alone",
                "授权书没有授权您即审即办，受理人不能对同一办件作出决定（受审分离）",
                "请由另一位有决定权的同事决定，或请部门负责人在授权书里写明即审即办",
            )
        return
    if not reviewed_by:
        raise Conflict("review_missing", "还没有审查意见，不能作出决定", "请先完成审查环节")
    if decider == accepted_by:
        raise Conflict(
            "same_person_accepts_and_decides",
            "受理人不能对同一办件作出决定（受审分离）",
            "请由另一位有决定权的同事办理",
        )
    if decider in reviewed_by:
        raise Conflict(
            "same_person_reviews_and_decides", "审查人不能对自己审查的办件作出决定", "请由另一位有决定权的同事办理"
        )


def check_reason(text: str, *, field: str, what: str) -> str:
    """A reason that a citizen will read (《行政许可法》第三十八条): some words, not a mark."""
    reason = text.strip()
    if len(reason) < 5:
        raise Refusal("reason_missing", f"请写明{what}", "申请人会看到这段话，至少 5 个字", field)
    if len(reason) > 2000 or "\0" in reason:
        raise Refusal("reason_too_long", f"{what}最多 2000 个字", "", field)
    return reason


def check_gaps(points: Mapping[str, Collection[str]]) -> None:
    """A correction notice names at least one gap."""
    if not any(points.values()):
        raise Refusal(
            "gaps_missing", "补正告知要写明缺什么、哪里不符合要求", "请在材料下勾出不符合的审查要点，或写明说明", "gaps"
        )


def check_correction_days(days: int) -> None:
    if not 1 <= days <= MOST_CORRECTION_DAYS:
        raise Refusal(
            "correction_days", f"补正期限应为 1 至 {MOST_CORRECTION_DAYS} 个工作日", "给申请人合理的时间", "days"
        )


def check_extension(days: int, *, joint: bool) -> None:
    """《行政许可法》第四十二条: at most ten working days, fifteen for joint handling."""
    most = JOINT_EXTENSION_DAYS if joint else EXTENSION_DAYS
    if not 1 <= days <= most:
        raise Refusal("extension_days", f"延长期限应为 1 至 {most} 个工作日", "《行政许可法》第四十二条", "days")


def check_second_person(first: str, by: str, *, act: Act) -> None:
    """What one entered or asked for, another confirms or approves."""
    if first == by:
        raise Forbidden(
            "second_person", f"{act.label}要由另一个人办理，不能自己办自己提出的", "请交给另一位有权限的同事"
        )


def check_true_time(received_at: datetime, *, now: datetime) -> None:
    """补录: the time on the paper receipt, which lies in the past."""
    if received_at > now:
        raise Refusal("time_in_future", "实际收件时间不能晚于现在", "请按纸质收件凭证填写", "received_at")
    if received_at < now - BACK_ENTRY_WITHIN:
        raise Refusal(
            "time_too_early", f"实际收件时间早于 {BACK_ENTRY_WITHIN.days} 天前，不能补录",
            "请核对年份；确有更早的，请作为历史办件导入", "received_at",
        )  # fmt: skip


BACK_ENTRY_WITHIN = timedelta(days=180)


def check_ground(ground: str, grounds: Mapping[str, str], *, what: str) -> None:
    if ground not in grounds:
        raise Refusal("ground_unknown", f"请选择{what}", f"只有：{'；'.join(grounds.values())}", "ground")


def check_order(ground: str, document: str) -> None:
    """A case is reopened on an order that can be named, or on one's own error."""
    if ground != "own_error" and not document.strip():
        raise Refusal(
            "document_missing", "请写明文书的名称和文号", "例如：云江府复〔2026〕12 号行政复议决定", "document"
        )


def check_cause(cause: str, special: Collection[str]) -> str:
    """The article by which a cause stops the clock: the closed list, or a special procedure that the edition names with
    its law. Raises Refusal. 《行政许可法》第四十五条."""
    if cause in SUSPENSION_CAUSES or cause in special:
        return SUSPENSION_CAUSES.get(cause, cause)
    causes = "、".join([*SUSPENSION_CAUSES.values(), *special])
    raise Refusal("suspension_cause", "这不是可以暂停计时的法定情形", f"只有：{causes}", "cause")


def check_supplied(open_commitments: Collection[str]) -> None:
    """容缺受理: what was let off at the acceptance is there before the decision."""
    if open_commitments:
        raise Conflict(
            "provision_open", f"容缺受理的材料还没有补齐：{'、'.join(open_commitments)}",
            "补齐后才能完成审查或作出决定；逾期不补的，按承诺的后果处理",
        )  # fmt: skip


def check_not_running(cause: str, running: Collection[str]) -> None:
    if cause in running:
        raise Conflict(
            "cause_running", f"已经因“{SUSPENSION_CAUSES.get(cause, cause)}”暂停计时", "这一情形结束后再登记新的"
        )


def check_running(cause: str, running: Collection[str]) -> None:
    if cause not in running:
        raise Conflict("cause_not_running", "没有正在进行的这一暂停情形", "请刷新页面查看正在进行的情形")


def check_asked_once(asked: bool) -> None:
    if asked:
        raise Conflict("hearing_asked", "已经申请过听证，行政机关正在安排", "时间和地点会书面通知您")


def check_heard(waiting: bool) -> None:
    if waiting:
        raise Conflict(
            "hearing_not_held",
            "申请人申请的听证还没有举行，不能作出决定",
            "请先组织听证（登记为暂停计时），根据听证笔录决定",
        )


def check_words(text: str, *, field: str, what: str) -> str:
    """Something, and not too much."""
    words = text.strip()
    if not words or "\0" in words:
        raise Refusal("words_missing", f"请写明{what}", "", field)
    if len(words) > 2000:
        raise Refusal("words_too_long", f"{what}最多 2000 个字", "", field)
    return words


def check_granted(granted: bool) -> None:
    if not granted:
        raise Conflict("nothing_to_revoke", "这个办件没有生效的准予决定，不用撤销", "不予的决定有错的，请重新办理")


def check_message(text: str) -> str:
    words = text.strip()
    if not words or "\0" in words:
        raise Refusal("message_empty", "请写下要说的话", "", "text")
    if len(words) > MESSAGE_LENGTH:
        raise Refusal("message_too_long", f"一条留言最多 {MESSAGE_LENGTH} 个字", "长的内容请作为附件上传", "text")
    return words


def check_may_write(state: State, *, closed_at: datetime | None, now: datetime) -> None:
    if state in (State.RECORDED, State.VOID):
        raise Conflict("messages_closed", "补录还没有复核，暂不能留言", "有事请联系收件的窗口")
    if closed_at and now > closed_at + MESSAGES_AFTER:
        raise Conflict("messages_closed", "办件结束已超过 90 天，不能再留言", "有新的问题请拨打办事指南上的电话")


def check_message_number(*, today: int, ever: int) -> None:
    if today >= MESSAGES_A_DAY or ever >= MESSAGES_OF_A_SIDE:
        most = f"一天最多 {MESSAGES_A_DAY} 条" if today >= MESSAGES_A_DAY else f"一个办件最多 {MESSAGES_OF_A_SIDE} 条"
        raise Conflict("messages_many", f"留言太多了：{most}", "请明天再写，急事请打电话")
