"""What a guide asks for, given the answers: pure functions over an edition's content."""

from __future__ import annotations

from collections.abc import Mapping

from tongban.catalog.content import Condition, Content, Limit, Material, Question, Unit
from tongban.kernel.refusals import Invalid, Refusal

Answers = Mapping[str, str]
Said = Mapping[str, str | tuple[str, ...]]
"""Answers, and what choices of the form say; a choice of several says each of them."""


def holds(condition: Condition, said: Said) -> bool:
    """One clause holds: every question it names has one of the answers listed. No condition at all always holds."""
    clauses = (condition,) if isinstance(condition, dict) else condition
    return not clauses or any(
        all(_among(said.get(question, ""), wanted) for question, wanted in clause.items()) for clause in clauses
    )


def _among(says: str | tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return says in wanted if isinstance(says, str) else any(one in wanted for one in says)


def asked(content: Content, answers: Answers) -> list[Question]:
    """The situation questions that these answers leave to be asked, in order."""
    found: list[Question] = []
    counted: dict[str, str] = {}  # an answer to a question that is no longer asked counts for nothing
    for question in content.questions:
        if holds(question.when, counted):
            found.append(question)
            if question.key in answers:
                counted[question.key] = answers[question.key]
    return found


def check_answers(content: Content, given: Answers) -> dict[str, str]:
    """The answers that count, complete. Raises Invalid naming each question that is open or answered wrongly."""
    answers: dict[str, str] = {}
    faults: list[Refusal] = []
    for question in content.questions:
        if not holds(question.when, answers):
            continue
        value = given.get(question.key, "")
        if value in {option.value for option in question.options}:
            answers[question.key] = value
        elif value:
            faults.append(
                Refusal(
                    "answer_unknown", f"“{question.text}”没有这个选项", "请从列出的选项中选", f"answers.{question.key}"
                )
            )
        else:
            faults.append(Refusal("answer_missing", f"请回答：{question.text}", "", f"answers.{question.key}"))
    if unknown := set(given) - {question.key for question in content.questions}:
        names = "、".join(sorted(unknown))
        faults.append(
            Refusal("question_unknown", f"这个事项没有情形问题：{names}", "请以办事指南列出的问题为准", "answers")
        )
    if faults:
        raise Invalid(faults)
    return answers


def materials_for(content: Content, answers: Answers) -> list[Material]:
    """The materials these answers call for, in the guide's order: exactly these, nothing more may be asked for."""
    return [material for material in content.materials if holds(material.when, answers)]


def needs_preparing(material: Material) -> bool:
    """The applicant must bring or upload it; what is generated, fetched or pledged costs no preparation."""
    return material.give in ("upload", "window")


def must_be_prepared(material: Material) -> bool:
    """The case can't be handed in without the applicant's preparing it."""
    return material.required and needs_preparing(material)


def limit_words(limit: Limit | None) -> str:
    """The limit as people read it: 20 个工作日, 30 日, 3 个月, 当场办结."""
    if limit is None:
        return "无"
    if limit.amount == 0:
        return "当场办结"
    return (
        f"{limit.amount} "
        + {Unit.WORKING_DAY: "个工作日", Unit.DAY: "日", Unit.MONTH: "个月", Unit.HOUR: "小时"}[limit.unit]
    )


def roughly_working_days(limit: Limit) -> int:
    """A limit in working days for comparing limits of different units (a month is 21, seven days are five)."""
    if limit.unit == Unit.MONTH:
        return limit.amount * 21
    return limit.amount if limit.unit == Unit.WORKING_DAY else -(-limit.amount * 5 // 7)
