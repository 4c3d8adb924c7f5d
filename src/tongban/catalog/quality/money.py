"""收费, 结果, 依据: fees, what the applicant gets, and the law it all rests on."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.catalog.content import Content
from tongban.catalog.quality.base import (
    CONSISTENCY,
    GB_39046,
    LICENSING,
    OPTIMISING,
    USAGE,
    Context,
    Found,
    is_written,
    rule,
)


@rule(
    "severe", "收费", "收费要有依据",
    why="没有法定依据不得收费；依据要能查到文号。",
    source=f"{LICENSING}第五十八条、第五十九条；{CONSISTENCY}：收费=是，则收费依据必填", lists=True,
)  # fmt: skip
def fee_basis(content: Content, context: Context) -> Iterator[Found]:
    for number, fee in enumerate(content.fees):
        if not fee.basis.strip():
            yield Found(f"fees.{number}.basis", f"“{fee.name}”没有收费依据", "请写明文件名称和文号；没有依据的不得收费")


@rule(
    "warn", "收费", "能网办的收费事项要能网上支付",
    why="前面都在网上办，为交一次钱跑一趟，不算网办。",
    source=f"{CONSISTENCY}：收费=是，则网上支付必填",
)  # fmt: skip
def fee_payment(content: Content, context: Context) -> Iterator[Found]:
    if content.online and not content.pay_online and any(fee.amount_fen for fee in content.fees):
        yield Found("pay_online", "全程网办且收费，却不支持网上支付", "请开通网上支付；确实不能的，不要标为全程网办")


@rule(
    "warn", "收费", "不收费的事项没有网上支付",
    why="不收费又写支持网上支付，申请人会以为要交钱。",
    source=f"{CONSISTENCY}：不收费，则不得支持网上支付", lists=True,
)  # fmt: skip
def payment_without_fee(content: Content, context: Context) -> Iterator[Found]:
    if content.pay_online and not content.fees:
        yield Found("pay_online", "不收费，却写了支持网上支付", "请取消网上支付，或补上收费项目和依据")


@rule(
    "warn", "收费", "收费项目的金额要写清",
    why="列了收费项目、金额是 0，又不说减免，申请人不知道到底收不收。",
    source=GB_39046,
)  # fmt: skip
def fee_amount(content: Content, context: Context) -> Iterator[Found]:
    for number, fee in enumerate(content.fees):
        if not fee.amount_fen and not fee.reduction.strip():
            yield Found(f"fees.{number}.amount_fen", f"“{fee.name}”的金额是 0", "请填金额；免收的写明减免依据，或删去")


@rule(
    "warn", "结果", "结果名称与结果类型一致",
    why="名称以“证”“照”结尾的应出证，以“文”“批复”“书”结尾的应出文，否则制证、归档、证照汇聚都会走错。",
    source=f"{CONSISTENCY}：结果名以证结尾则出证办结，以文、批复结尾则出文办结",
)  # fmt: skip
def result_kind(content: Content, context: Context) -> Iterator[Found]:
    name, kind = content.result.name.strip(), content.result.kind
    if name.endswith(("证", "证书", "执照")) and not name.endswith("凭证") and kind != "licence":
        yield Found("result.kind", f"结果“{name}”是证照，类型却不是证照", "请把结果类型改为证照")
    elif name.endswith(("批复", "通知书", "决定书", "批文")) and kind != "document":
        yield Found("result.kind", f"结果“{name}”是公文，类型却不是批文", "请把结果类型改为批文")


@rule(
    "warn", "结果", "有结果名称就有结果样本",
    why="看得到样本，申请人才知道办成了拿到什么，也便于辨认真假。",
    source=f"{CONSISTENCY}：有结果名称必须有结果样本",
)  # fmt: skip
def result_sample(content: Content, context: Context) -> Iterator[Found]:
    if content.result.kind != "none" and not content.result.samples:
        yield Found("result.samples", f"结果“{content.result.name}”没有样本", "请上传一份隐去个人信息的样本")


@rule(
    "warn", "依据", "要有设定依据",
    why="没有法律法规依据的事项不得实施；依据也是三级四同的要素之一。",
    source=f"{LICENSING}第四条；{GB_39046}",
)  # fmt: skip
def basis_missing(content: Content, context: Context) -> Iterator[Found]:
    if not content.basis:
        yield Found("basis", "没有设定依据", "请写明法律名称、文号和条款")


@rule(
    "severe", "依据", "设定依据应当现行有效",
    why="依据已经废止或失效的，事项应当调整或取消，不能照旧办理。",
    source=f"{LICENSING}第四条；{OPTIMISING}", lists=True,
)  # fmt: skip
def basis_expired(content: Content, context: Context) -> Iterator[Found]:
    for number, basis in enumerate(content.basis):
        if basis.valid_until and basis.valid_until < context.today:
            words = f"{basis.law}已于 {basis.valid_until.isoformat()} 失效"
            yield Found(f"basis.{number}", words, "请换成现行有效的依据；没有替代依据的，按程序调整或取消事项")


@rule(
    "hint", "依据", "设定依据写到条款",
    why="只写法律名称，法律修改时无法判断这个事项是否受影响。",
    source=GB_39046,
)  # fmt: skip
def basis_article(content: Content, context: Context) -> Iterator[Found]:
    for number, basis in enumerate(content.basis):
        if not basis.article.strip() and "第" not in basis.law.rpartition("》")[2] and not basis.text.strip():
            yield Found(f"basis.{number}", f"{basis.law}没有写明条款", "请补上“第××条”")


@rule(
    "hint", "依据", "行政许可要写明受理条件",
    why="什么情况能办、什么情况不能办，先说清楚，少跑冤枉路。",
    source=f"{LICENSING}第三十条",
)  # fmt: skip
def conditions_missing(content: Content, context: Context) -> Iterator[Found]:
    if context.is_licensing and not content.conditions:
        yield Found("conditions", "没有受理条件", "请逐条写明具备什么条件可以申请")


@rule(
    "warn", "表达", "只有名称、还没有指南",
    why="清单里有这个事项，办事人却看不到要什么材料、多久办完。",
    source=USAGE, lists=True,
)  # fmt: skip
def guide_unwritten(content: Content, context: Context) -> Iterator[Found]:
    if not is_written(content):
        yield Found("guide", "只有名称、类型和服务对象，还没有办事指南", "请补写材料、时限、地点、电话和依据")
