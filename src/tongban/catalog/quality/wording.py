"""表达: no vague clauses, no sentence that has to be read twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tongban.catalog.content import Content
from tongban.catalog.quality.base import LICENSING, OPTIMISING, USAGE, Context, Found, rule
from tongban.catalog.quality.papers import VAGUE_MATERIAL

LONGEST_SENTENCE = 70
"""Characters. Longer ones are read twice."""
LONGEST_TEXT = 400

VAGUE = re.compile(
    "(其他|其它)(相关|有关|必要|需要|应当具备)?的?(申请|证明)?(材料|资料|证明|文件|手续|条件|要求|情形|事项)"
    "|等(其他|相关|有关)?的?(证明)?(材料|资料|手续)(?!清单)"
    "|视(具体|实际)?(情况|情形)|酌情|酌定"
    "|(按|按照|依|依照|根据|符合)(国家|省|市|区)?(相关|有关)(规定|要求|政策)"
    "|(相关|有关|所需|必要的?)(申请|证明|佐证)?(材料|资料|证明|手续)"
    "|(?<!不)必要时|必要情况下|原则上|特殊情况(下|除外)|一般情况下|适当(提供|补充|延长)|尽快|另行通知|以窗口(答复|解释|要求)为准"
)
"""没有边界的说法."""
ALLOWED = re.compile("(其他|其它)(组织|经济组织|法人|人|单位|机构|股东|成员|家庭成员|权利人|部门|地区)")
"""What 其他 legitimately means: someone or something else, not an open list."""


@rule(
    "warn", "表达", "不用含糊和兜底的说法",
    why="“其他材料”“视情况”“按有关规定”没有边界，申请人猜不到，窗口可以随意解释。",
    source=f"{LICENSING}第三十条；{OPTIMISING}第四十条：不得有兜底条款", lists=True,
)  # fmt: skip
def vague_wording(content: Content, context: Context) -> Iterator[Found]:
    for place, text in texts(content):
        if place.endswith(".name") and VAGUE_MATERIAL.search(text):
            continue  # said by material_vague, more strictly
        if found := VAGUE.search(ALLOWED.sub("", text)):
            yield Found(place, f"“{found[0]}”没有说清：{_around(text, found[0])}", "请写明是哪些、什么情况、多少")


def _around(text: str, words: str) -> str:
    at = max(text.find(words) - 12, 0)
    return f"{'…' if at else ''}{text[at : at + 40]}{'…' if len(text) > at + 40 else ''}"


@rule(
    "hint", "表达", "句子不要太长",
    why=f"一句超过 {LONGEST_SENTENCE} 个字，多数人要读两遍。",
    source=USAGE,
)  # fmt: skip
def long_sentence(content: Content, context: Context) -> Iterator[Found]:
    for place, text in texts(content):
        longest = max(re.split("[。！？；;!?\n]", text), key=len)
        if len(longest) > LONGEST_SENTENCE:
            words = f"有一句 {len(longest)} 个字：{longest[:30]}…"
            yield Found(place, words, "请拆成两三句，一句只说一件事")


@rule(
    "hint", "表达", "说明不要太长",
    why=f"一段超过 {LONGEST_TEXT} 个字，手机上要翻好几屏。",
    source=USAGE,
)  # fmt: skip
def long_text(content: Content, context: Context) -> Iterator[Found]:
    for place, text in texts(content):
        if len(text) > LONGEST_TEXT and not place.endswith("pledge_text"):
            yield Found(place, f"这一段有 {len(text)} 个字", "请分条写，或把细节放到常见问题里")


def texts(content: Content) -> Iterator[tuple[str, str]]:
    """Every text that applicants and reviewers read, with its place; the words of laws are not ours to judge."""
    for name in ("subtitle", "exercise", "visit_reason", "personal_basis", "quantity_limit", "remedies"):
        yield name, getattr(content, name)
    yield from ((f"conditions.{number}", line) for number, line in enumerate(content.conditions))
    for question in content.questions:
        yield f"questions.{question.key}.text", question.text
        yield f"questions.{question.key}.help", question.help
        yield from ((f"questions.{question.key}.options.{one.value}", one.label) for one in question.options)
    for material in content.materials:
        for name in ("name", "requirement", "use", "where", "fill_notes", "issued_within", "pledge_text"):
            yield f"materials.{material.key}.{name}", getattr(material, name)
        yield from ((f"materials.{material.key}.check_points.{n}", one) for n, one in enumerate(material.check_points))
    for page in content.form:
        for field in page.fields:
            yield f"form.{field.key}.label", field.label
            yield f"form.{field.key}.help", field.help
    for step in content.steps:
        yield f"steps.{step.key}.standard", step.standard
    for number, answered in enumerate(content.faq):
        yield f"faq.{number}.question", answered.question
        yield f"faq.{number}.answer", answered.answer
