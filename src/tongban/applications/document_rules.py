"""文书: how a number reads, what a template must hold, and what each way of service must say. Plain values only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from tongban.applications.document_kinds import PARTS, SEAL, Kind, Words
from tongban.kernel import wording
from tongban.kernel.refusals import Invalid, Refusal

LONGEST: Final = {"title": 60, "text": 3000, "closing": 1000, "remedies": 1000, "contact": 300, "sign": 200}
_NUMBER = re.compile(r"[一-鿿]{2,14}字〔[0-9]{4}〕第[0-9]{6,}号")
_MARK = re.compile(r"[一-鿿]{2,10}")


def document_number(body_mark: str, kind_mark: str, year: int, serial: int) -> str:
    """文书编号: 云市监受字〔2026〕第000123号."""
    return f"{body_mark}{kind_mark}字〔{year}〕第{serial:06d}号"


def is_document_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


_OF_KIND = (
    ("市场监督管理", "市监"), ("住房和城乡建设", "住建"), ("住房城乡建设", "住建"), ("人力资源和社会保障", "人社"),
    ("人力资源社会保障", "人社"), ("卫生健康", "卫健"), ("公安", "公"), ("民政", "民"), ("教育", "教"), ("交通运输", "交"),
    ("应急管理", "应急"), ("生态环境", "环"), ("规划和自然资源", "规资"), ("自然资源", "自规"), ("城市管理", "城管"),
    ("农业农村", "农"), ("文化和旅游", "文旅"), ("医疗保障", "医保"), ("税务", "税"), ("行政审批", "审"), ("林业", "林"),
    ("水利", "水"), ("商务", "商"), ("发展和改革", "发改"), ("消防", "消"), ("司法", "司"), ("财政", "财"), ("残疾人", "残"),
)  # fmt: skip


def mark_of(name: str) -> str:
    """机关代字, as long as the body has not said its own: 云江区市场监督管理局 → 云市监."""
    chinese = "".join(re.findall(r"[一-鿿]", name))
    place, _, rest = chinese.partition("区") if "区" in chinese[:5] else chinese.partition("县")
    known = next((short for word, short in _OF_KIND if word in chinese), "")
    own = known or (rest or chinese)[:2]
    return (place[:1] if rest else "") + own or "政务"


def check_mark(text: str) -> str:
    """Raises Refusal."""
    kept = re.sub(r"\s", "", text).removesuffix("字")
    if not _MARK.fullmatch(kept):
        raise Refusal("document_mark", "机关代字写 2 至 10 个汉字", "例如：云市监；不写“字”", "mark")
    return kept


def check(words: Words, kind: Kind) -> Words:
    """The template as kept, or Invalid with every fault and its line."""
    kept = {part: "\n".join(one.rstrip() for one in text.replace("\r\n", "\n").strip().split("\n")) for part, text in words.as_dict().items()}  # fmt: skip
    faults: list[Refusal] = []
    for part, text in kept.items():
        faults += _faults_in(part, text, kind)
    whole = "\n".join(kept.values())
    faults += [
        Refusal("template_part_missing", f"正文里必须写明“{{{name}}}”", f"依据：{kind.article}", "text")
        for name in kind.must
        if f"{{{name}}}" not in whole
    ]
    if kind.remedies and not _says_remedies(kept["remedies"]):
        raise_for = "救济途径里写上“{救济途径}”，或者写明行政复议和行政诉讼的期限和机关"
        faults.append(
            Refusal("template_part_missing", "必须告知救济途径", f"{raise_for}（第三十八条第二款）", "remedies")
        )
    if kind.sealed:
        faults += [
            Refusal("template_part_missing", f"落款里必须有“{{{name}}}”一行", "文书应当加盖印章、注明日期（第三十二条第二款）", "sign")
            for name in ("日期", SEAL)
            if f"{{{name}}}" not in kept["sign"]
        ]  # fmt: skip
    if faults:
        raise Invalid(faults)
    return Words(**kept)


def _faults_in(part: str, text: str, kind: Kind) -> list[Refusal]:
    name = PARTS[part]
    found = wording.faults(text, kind.variables, what=name, field=part)
    if not text and part in ("title", "text", "sign"):
        found.append(Refusal("template_empty", f"{name}不能空着", "参照平台自带的文字", part))
    if len(text) > LONGEST[part]:
        found.append(
            Refusal("template_too_long", f"{name}最多 {LONGEST[part]} 个字，现在 {len(text)} 个", "请写短一些", part)
        )
    if part == "title" and "\n" in text:
        found.append(Refusal("template_lines", "标题只能有一行", "请删去换行", part))
    if part != "sign":
        lines = [at for at, line in enumerate(text.split("\n"), start=1) if f"{{{SEAL}}}" in line]
        found += [
            Refusal("template_seal", f"{name}第 {at} 行不能放“{{{SEAL}}}”", "印章的位置写在落款里", part)
            for at in lines
        ]
    return found


def _says_remedies(text: str) -> bool:
    return "{救济途径}" in text or ("复议" in text and "诉讼" in text)


@dataclass(frozen=True)
class Printed:
    """A template filled: what the paper shows."""

    title: str
    paragraphs: list[str]
    closing: list[str]
    remedies: list[str]
    contact: list[str]
    sign: list[str]
    seal: bool


def fill(words: Words, values: Mapping[str, str]) -> Printed:
    sign = words.sign.split("\n")
    return Printed(
        title=wording.fill(words.title, values),
        paragraphs=_lines(words.text, values),
        closing=_lines(words.closing, values),
        remedies=_lines(words.remedies, values),
        contact=_lines(words.contact, values),
        sign=_lines("\n".join(line.replace(f"{{{SEAL}}}", "") for line in sign), values),
        seal=any(f"{{{SEAL}}}" in line for line in sign),
    )


def _lines(text: str, values: Mapping[str, str]) -> list[str]:
    """As `wording.filled_lines`, but a line of ours that only names what every paper knows never falls away."""
    return wording.filled_lines(text, values)


# Ways of service


@dataclass(frozen=True)
class Fact:
    """What a proof of this way has to say. `kind` as a field's on a page."""

    key: str
    label: str
    kind: str = "text"
    required: bool = True
    help: str = ""


@dataclass(frozen=True)
class Way:
    key: str
    name: str
    basis: str
    facts: tuple[Fact, ...]
    next_ways: tuple[str, ...] = ()
    """What may be tried when this way failed."""


RELATIONS: Final = {
    "self": "本人",
    "family": "同住成年家属",
    "agent": "委托代理人",
    "legal": "法定代表人或负责人",
    "office": "单位收发人员",
}
"""Who signs for whom it is served to. [U: 《民事诉讼法》第八十八条 by analogy]"""

WAYS: Final[dict[str, Way]] = {
    way.key: way
    for way in (
        Way(
            "window", "直接送达（窗口签收）", "《民事诉讼法》第八十八条（参照）",
            (
                Fact("receiver", "签收人姓名"), Fact("relation", "与受送达人的关系", "choice"),
                Fact("receiver_id", "签收人身份证件号码", "code", False, "委托他人领取的必须填；页面和回证只显示一部分"),
            ),
            ("post", "left"),
        ),
        Way(
            "electronic", "电子送达", "《民事诉讼法》第九十条（参照）：到达特定系统的日期为送达日期",
            (), ("window", "post"),
        ),
        Way(
            "post", "邮寄送达", "《民事诉讼法》第九十一条（参照）：回执上的收件日期为送达日期",
            (
                Fact("tracking", "邮件号", "code", True, "快递或挂号信的单号"), Fact("sent_to", "寄往地址"),
                Fact("receiver", "签收人", "text", False, "回执上的签收人"),
            ),
            ("window", "left", "public"),
        ),
        Way(
            "left", "留置送达", "《民事诉讼法》第八十九条（参照）：拒收的，请见证人到场或者拍照录像，把文书留在住所",
            (
                Fact("place", "留置地点"), Fact("refused", "拒收的事由"), Fact("witness_one", "见证人一（姓名、单位）"),
                Fact("witness_two", "见证人二（姓名、单位）", "text", False, "没有见证人的，必须有拍照、录像作为附件"),
            ),
            ("public",),
        ),
        Way(
            "public", "公告送达", "《民事诉讼法》第九十五条（参照）：自发出公告之日起，经过三十日视为送达",
            (
                Fact("why", "其他方式无法送达的情况", "long_text"), Fact("where", "公告刊登的地方"),
                Fact("from_on", "公告日期", "date"),
            ),
        ),
    )
}  # fmt: skip
"""送达方式. The statute on licences says only that decisions are delivered (第四十四条); the ways are those of 《民事诉讼法》 by
analogy [U: article numbers of the 2023 text, and the thirty days, were not verified], so they are rows here, not code."""

PUBLIC_DAYS: Final = 30


def check_proof(way: Way, facts: Mapping[str, str], *, has_file: bool) -> dict[str, str]:
    """The facts of this way as kept, or Invalid with every fault by its field."""
    kept = {fact.key: facts.get(fact.key, "").strip()[:500] for fact in way.facts}
    faults = [
        Refusal("proof_fact_missing", f"请填写{fact.label}", way.basis, fact.key)
        for fact in way.facts
        if fact.required and not kept[fact.key]
    ]
    if way.key == "window":
        if kept["relation"] and kept["relation"] not in RELATIONS:
            faults.append(Refusal("proof_relation", "请选一种关系", "", "relation"))
        if kept["relation"] == "agent" and not kept["receiver_id"]:
            faults.append(
                Refusal(
                    "proof_agent_id",
                    "委托他人领取的，请登记代理人的身份证件号码",
                    "核对委托书和证件原件",
                    "receiver_id",
                )
            )
    if way.key == "left" and not kept["witness_two"] and not has_file:
        faults.append(
            Refusal(
                "proof_witness",
                "没有两名见证人的，请附上拍照或录像",
                "见证人签名的送达回证也可以扫描后附上",
                "witness_two",
            )
        )
    if faults:
        raise Invalid(faults)
    return {key: text for key, text in kept.items() if text}


# 送达地址

ELECTRONIC: Final = {"": "不同意电子送达", "site": "本站消息", "phone": "短信", "mail": "电子邮件"}


@dataclass(frozen=True)
class Address:
    """送达地址 as given."""

    receiver: str = ""
    address: str = ""
    phone: str = ""
    electronic: str = ""
    """Of `ELECTRONIC`."""


def check_address(given: Address, *, has_phone: bool, has_mail: bool) -> Address:
    """As kept. Raises Invalid: somewhere papers must be able to go, and electronically only where the person is reached."""
    kept = Address(
        given.receiver.strip()[:60], " ".join(given.address.split())[:200], re.sub(r"[\s-]", "", given.phone)[:20],
        given.electronic,
    )  # fmt: skip
    faults = []
    if kept.electronic not in ELECTRONIC:
        faults.append(Refusal("electronic_unknown", "请选一种电子送达的方式，或者不同意", "", "electronic"))
    if kept.electronic == "phone" and not has_phone:
        faults.append(
            Refusal("electronic_phone", "没有登记手机号，不能选短信", "改选本站消息，或者填邮寄地址", "electronic")
        )
    if kept.electronic == "mail" and not has_mail:
        faults.append(
            Refusal(
                "electronic_mail",
                "没有确认过的邮箱，不能选电子邮件",
                "先到“怎么通知我”确认邮箱，或者改选别的",
                "electronic",
            )
        )
    if not kept.address and not kept.electronic:
        faults.append(Refusal("address_nowhere", "请填邮寄地址，或者同意电子送达", "两样都填也可以", "address"))
    if kept.address and len(kept.address) < 6:
        faults.append(
            Refusal(
                "address_short", "邮寄地址写得太短，寄不到", "写到门牌号，例如：云江区滨河路 8 号 3 单元 501", "address"
            )
        )
    if kept.address and not kept.receiver:
        faults.append(Refusal("receiver_missing", "请填收件人", "邮件写谁收", "receiver"))
    if faults:
        raise Invalid(faults)
    return kept


def served_on(way: Way, sent_on: date, told: date | None, *, today: date) -> date:
    """The day of the law on which it was served. Raises Refusal for a day that can't be."""
    if way.key == "public":
        last = sent_on + timedelta(days=PUBLIC_DAYS)
        if today < last:
            raise Refusal(
                "public_runs", f"公告到{last.year}年{last.month}月{last.day}日才满三十日", "期满后再登记送达", "on"
            )
        return last
    on = told or today
    if on > today:
        raise Refusal("served_later", "送达日期不能在今天以后", "填实际送达的日期", "on")
    if on < sent_on:
        raise Refusal("served_before", "送达日期不能早于文书作出或寄出的日期", "核对签收的日期", "on")
    return on
