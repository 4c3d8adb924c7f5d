"""材料 and the form: what is asked for must be needed, exact, and not already in the government's hands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from tongban.catalog.content import Content, Give, Material
from tongban.catalog.quality.base import GB_39046, LICENSING, OPTIMISING, REGULATION_716, USAGE, Context, Found, rule

BROUGHT = (Give.UPLOAD, Give.WINDOW)
"""Ways of giving for which the applicant has to find the paper."""
_TO_FILL_IN = re.compile("(申请书|申请表|登记表|委托书|承诺书|声明书?|审批表|备案表|告知书|授权书)(（.*）)?$")
_CHANGED = re.compile("签注|换发|换领|收回|交回|缴回|注销|加页")
_ASKED_AGAIN = {"姓名", "公民身份号码", "身份证号码", "身份证号", "手机号码", "手机号", "统一社会信用代码", "单位名称"}
FIELDS_ON_A_PAGE = 9


@rule(
    "severe", "材料", "材料名称不得兜底",
    why="“其他材料”“相关证明”没有边界，等于可以随意加码；指南之外不得再要任何材料。",
    source=f"{LICENSING}第三十条；{OPTIMISING}第四十条：不得有兜底条款", lists=True,
)  # fmt: skip
def material_vague(content: Content, context: Context) -> Iterator[Found]:
    for material in content.materials:
        if found := VAGUE_MATERIAL.search(material.name):
            words = f"材料名称“{material.name}”里的“{found[0]}”没有边界"
            yield Found(f"materials.{material.key}.name", words, "请写出每一份材料的全称，或删去")


VAGUE_MATERIAL = re.compile(
    "(其他|其它)(相关|有关|必要|需要|要求)?的?(申请|申报|证明|佐证)?(材料|资料|证明|文件|手续)"
    "|等(其他|相关|有关)?的?(证明)?(材料|资料|证明文件|手续)$"
    "|^(相关|有关|所需|必要的?)(申请|证明|佐证)?(材料|资料|证明|文件|手续)$"
    "|(规定|要求|认为需要|认为必要)的(其他|其它)"
)


@rule(
    "severe", "材料", "能共享取得的不得要求提交",
    why="本指南自己写明这份材料可以从证照库或共享接口取得，就不能再让申请人交。",
    source=f"{REGULATION_716}第七条、第十三条；{OPTIMISING}第三十七条",
)  # fmt: skip
def shareable(content: Content, context: Context) -> Iterator[Found]:
    for material in content.materials:
        if material.required and material.give in BROUGHT and material.fetched_from.strip():
            words = f"“{material.name}”可以从{material.fetched_from}取得，却要求申请人提交"
            yield Found(f"materials.{material.key}.give", words, "请改为免提交；暂时取不到的，改为告知承诺或可不交")


@rule(
    "warn", "材料", "别的事项已免提交的，这里也应免提交",
    why="同一份政府核发的材料，平台在别的事项里已经能直接取得。",
    source=f"{REGULATION_716}第七条；{OPTIMISING}第三十七条",
)  # fmt: skip
def supplied_elsewhere(content: Content, context: Context) -> Iterator[Found]:
    chosen_by_situation = {material.name for material in content.materials if material.give == Give.LIBRARY}
    for material in content.materials:
        if material.name in chosen_by_situation:
            continue  # the guide itself fetches it where it can
        if _issued_and_brought(material) and not material.fetched_from and material.name in context.supplied:
            words = f"“{material.name}”在别的事项里已经免提交，这里还要申请人提交"
            yield Found(f"materials.{material.key}.give", words, "请改为免提交，从电子证照库或共享接口取得")


@rule(
    "hint", "材料", "政府部门核发的材料，先看能否共享",
    why="政府自己发的证，原则上由政府自己去取。",
    source=f"{OPTIMISING}第三十七条",
)  # fmt: skip
def issued_by_government(content: Content, context: Context) -> Iterator[Found]:
    for material in content.materials:
        if _issued_and_brought(material) and not material.fetched_from and material.name not in context.supplied:
            words = f"“{material.name}”由政府部门核发，还要申请人提交"
            yield Found(f"materials.{material.key}.give", words, "请核对能否从电子证照库或共享接口取得")


def _issued_and_brought(material: Material) -> bool:
    """Except where the paper itself is changed: endorsed, exchanged, taken back."""
    taken = material.required and material.origin == "government" and material.give in BROUGHT
    return taken and not _CHANGED.search(material.requirement)


@rule(
    "severe", "材料", "同一份材料不得要两次",
    why="同一种情形下要两份同名材料，申请人不知道是一份还是两份，方式不同的更无从下手。",
    source=f"{LICENSING}第三十一条",
)  # fmt: skip
def material_twice(content: Content, context: Context) -> Iterator[Found]:
    twice = dict(context.survey.asked_twice)
    for name, number in Counter(material.name for material in content.materials).items():
        if number > 1 and name in twice:
            second = [material for material in content.materials if material.name == name][1]
            mend = "请合并为一份；确是两份不同的材料，请用不同的名称"
            yield Found(f"materials.{second.key}.name", f"同一种情形下“{name}”要了两次", mend)


@rule(
    "warn", "材料", "要审核的材料写明受理标准",
    why="要点写清，窗口一次性告知才写得全，审查也有尺度。",
    source=GB_39046,
)  # fmt: skip
def check_points(content: Content, context: Context) -> Iterator[Found]:
    for material in content.materials:
        if material.give in BROUGHT and not material.check_points:
            words = f"“{material.name}”没有受理标准"
            yield Found(f"materials.{material.key}.check_points", words, "请列出审查要点，一条一句")


@rule(
    "warn", "材料", "要提交的材料写明要求",
    why="几份、原件还是复印件、要不要盖章，不写清就要来回补正。",
    source=GB_39046,
)  # fmt: skip
def requirement_missing(content: Content, context: Context) -> Iterator[Found]:
    for material in content.materials:
        if material.give in BROUGHT and not material.requirement.strip():
            words = f"“{material.name}”没有办理说明"
            yield Found(f"materials.{material.key}.requirement", words, "请写明样式、份数、是否盖章签字")


@rule(
    "warn", "材料", "告知承诺要有承诺内容",
    why="没有承诺书内容，申请人不知道承诺了什么、不实要承担什么后果。",
    source="《国务院办公厅关于全面推行证明事项和涉企经营许可事项告知承诺制的指导意见》（国办发〔2020〕42号）",
)  # fmt: skip
def pledge_text(content: Content, context: Context) -> Iterator[Found]:
    for material in content.materials:
        if material.give == "pledge" and not material.pledge_text.strip():
            words = f"“{material.name}”采用告知承诺，没有承诺内容"
            yield Found(f"materials.{material.key}.pledge_text", words, "请写出承诺事项、后果和核查方式")


@rule(
    "hint", "材料", "要填写的表格有空白表",
    why="要申请人自己填的表，应当能直接下载；由平台按填报内容生成的不用。",
    source=f"{LICENSING}第二十九条：申请书格式文本应当提供",
)  # fmt: skip
def blank_form(content: Content, context: Context) -> Iterator[Found]:
    for material in _to_fill_in(content):
        if not any(one.kind == "blank" for one in material.attachments):
            yield Found(f"materials.{material.key}.attachments", f"“{material.name}”没有空白表格", "请上传空白表格")


@rule(
    "hint", "材料", "要填写的表格有填写样例",
    why="照着样例填，补正少一半。",
    source=f"{LICENSING}第三十条：示范文本应当公示",
)  # fmt: skip
def filled_example(content: Content, context: Context) -> Iterator[Found]:
    for material in _to_fill_in(content):
        if not any(one.kind in ("example", "sample") for one in material.attachments):
            yield Found(f"materials.{material.key}.attachments", f"“{material.name}”没有填写样例", "请上传填好的样例")


def _to_fill_in(content: Content) -> list[Material]:
    own = [one for one in content.materials if one.give in BROUGHT and one.origin == "applicant"]
    return [material for material in own if _TO_FILL_IN.search(material.name)]


@rule(
    "warn", "材料", "上传的材料不能只收纸质",
    why="写明上传，材料形式却只有纸质，系统和窗口各说各话。",
    source=GB_39046,
)  # fmt: skip
def paper_upload(content: Content, context: Context) -> Iterator[Found]:
    for material in content.materials:
        if material.give in (Give.UPLOAD, Give.GENERATED, Give.LIBRARY) and material.form == "paper":
            words = f"“{material.name}”不用交纸质，材料形式却只有纸质"
            yield Found(f"materials.{material.key}.form", words, "请改为电子，或纸质和电子")


@rule(
    "hint", "材料", "可不交的材料不用容缺",
    why="容缺是必交材料的后补；本来就可不交，写容缺会让人以为迟早要交。",
    source=USAGE,
)  # fmt: skip
def optional_follow(content: Content, context: Context) -> Iterator[Found]:
    for material in content.materials:
        if material.may_follow and not material.required:
            words = f"“{material.name}”可不交，又写可容缺"
            yield Found(f"materials.{material.key}.may_follow", words, "请保留其中一个说法")


@rule(
    "hint", "材料", "平台知道的不再让申请人填",
    why="登录和证照里已有的，应当自动带出，请申请人核对。",
    source=f"{REGULATION_716}第七条",
)  # fmt: skip
def known_already(content: Content, context: Context) -> Iterator[Found]:
    for page in content.form:
        for one in page.fields:
            if one.label in _ASKED_AGAIN and one.prefill is None:
                words = f"“{one.label}”没有自动带出，要申请人再填一次"
                yield Found(
                    f"form.{one.key}.prefill", words, "请选择预填来源；填的是别人的信息时，请在名称里写明是谁的"
                )


@rule(
    "hint", "材料", "一页不要问太多",
    why="一页一件事，手机上不用反复滚动，也便于分次保存。",
    source=USAGE,
)  # fmt: skip
def long_page(content: Content, context: Context) -> Iterator[Found]:
    for page in content.form:
        if len(page.fields) > FIELDS_ON_A_PAGE:
            words = f"“{page.title}”一页有 {len(page.fields)} 个字段"
            yield Found(f"form.{page.fields[0].key}", words, f"请按内容分页，每页不超过 {FIELDS_ON_A_PAGE} 个")
