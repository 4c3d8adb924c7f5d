"""情形: every combination of answers calls for a defined set of materials, and every question has an effect."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.catalog import situations
from tongban.catalog.content import Content
from tongban.catalog.quality.base import USAGE, Context, Found, rule

_SHOWN = 60


@rule(
    "warn", "情形", "问题都问得到",
    why="出现条件永远不成立的问题，没有人会看到；常见原因是条件引用了排在后面的问题。",
    source=USAGE,
)  # fmt: skip
def question_never_asked(content: Content, context: Context) -> Iterator[Found]:
    never = context.survey.never_asked
    for question in content.questions:
        if question.key in never:
            words = f"问题“{question.text[:_SHOWN]}”在任何情形下都不会出现"
            yield Found(f"questions.{question.key}.when", words, "请改出现条件，把它引用的问题排在前面；不用的请删去")


@rule(
    "warn", "情形", "材料和字段的条件要可能成立",
    why="条件互相矛盾的材料永远不会要，留着只会误导后来的编辑。",
    source=USAGE,
)  # fmt: skip
def never_needed(content: Content, context: Context) -> Iterator[Found]:
    for material in content.materials:
        if material.key in context.survey.never_needed:
            words = f"材料“{material.name[:_SHOWN]}”的条件在任何情形下都不成立"
            yield Found(f"materials.{material.key}.when", words, "请改条件，或删去这份材料")
    for page in content.form:
        for one in page.fields:
            if one.key in context.survey.never_shown:
                words = f"字段“{one.label[:_SHOWN]}”的条件在任何情形下都不成立"
                yield Found(f"form.{one.key}.when", words, "请改条件，或删去这个字段")


@rule(
    "warn", "情形", "回答要有作用",
    why="不管怎么答，材料、表单、收费都一样，这个问题就不该问。",
    source=USAGE,
)  # fmt: skip
def question_idle(content: Content, context: Context) -> Iterator[Found]:
    for question in content.questions:
        if question.key in context.survey.idle:
            words = f"问题“{question.text[:_SHOWN]}”怎么回答都一样"
            yield Found(f"questions.{question.key}", words, "请删去这个问题，或为材料、字段设置条件")


@rule(
    "hint", "情形", "作用相同的选项可以合并",
    why="选项多而作用相同，申请人白费心思分辨。",
    source=USAGE,
)  # fmt: skip
def options_alike(content: Content, context: Context) -> Iterator[Found]:
    labels = {(q.key, o.value): o.label for q in content.questions for o in q.options}
    for question, group in context.survey.alike:
        words = f"选项“{'”“'.join(labels[question, value] for value in group)}”的作用完全相同"
        yield Found(f"questions.{question}.options", words, "请合并选项；为便于理解而分列的可以保留")


@rule(
    "warn", "情形", "每种情形都有材料",
    why="有的情形一份材料都没有，多半是漏设了条件，窗口只好临时加要。",
    source=USAGE,
)  # fmt: skip
def situation_bare(content: Content, context: Context) -> Iterator[Found]:
    bare = context.survey.without_materials
    if bare:
        words = f"有 {len(bare)} 种情形没有任何材料，如：{situations.words(content, bare[0])}"
        yield Found("materials", words, "请补上这些情形要的材料；确实零材料的，请至少列出由平台生成的申请书")


@rule(
    "hint", "情形", "情形不宜过多",
    why=f"回答的组合超过 {situations.AT_MOST} 种，无法逐一核对，也没有人能读懂。",
    source=USAGE,
)  # fmt: skip
def situations_many(content: Content, context: Context) -> Iterator[Found]:
    if not context.survey.complete:
        words = f"回答的组合超过 {context.survey.combinations} 种"
        yield Found("questions", words, "请合并问题，或把互不相干的情形拆成几个业务办理项")
