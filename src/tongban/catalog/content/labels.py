"""叫法: every key of the document as editors read it. Forms, differences and reports take their words from here.

`ENTRIES` names each key of each part, in the order people fill it in; `SECTIONS` divides an edition into pages.
A key without an entry is a key nobody can edit: tests/…/test_labels.py finds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tongban.catalog.content.common import Attachment, Limit, Option, Part, Question
from tongban.catalog.content.deciding import OPERATORS, OUTCOMES, DecisionRule, RuleTest
from tongban.catalog.content.edition import (
    Answered,
    Basis,
    Content,
    Fee,
    Intermediary,
    Participant,
    Place,
    Result,
    SpecialProcedure,
    Step,
)
from tongban.catalog.content.forms import DAYS, KINDS, PATTERNS, PREFILLS, FormField, FormPage, Repeat
from tongban.catalog.content.materials import Material
from tongban.identity.levels import LABELS as LEVEL_LABELS

Kind = Literal[
    "key",  # made from the label, never shown
    "text", "long_text", "number", "fen", "date", "tick", "select", "checks", "lines",
    "limit", "condition", "options", "attachments", "part", "rows",
    "tests",  # rows of fact, comparison, values
    "source",  # a choice, or a fact of a licence that is typed
]  # fmt: skip
Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Entry:
    """One key: what it is called, how it is filled in, which values it may have and what they mean."""

    key: str
    label: str
    kind: Kind = "text"
    choices: Choices = ()
    help: str = ""
    unit: str = ""
    of: type[Part] | None = None
    """The part of `part` and `rows`."""
    needed: bool = False
    """May not be left empty."""

    @property
    def words(self) -> dict[str, str]:
        return dict(self.choices)


@dataclass(frozen=True)
class Section:
    """One page of the edition: its keys, with the lists among them below the plain ones."""

    key: str
    title: str
    keys: tuple[str, ...]
    help: str = ""

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in ENTRIES[Content] if entry.key in self.keys and entry.kind != "rows")

    @property
    def lists(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in ENTRIES[Content] if entry.key in self.keys and entry.kind == "rows")


def _text(key: str, label: str, help: str = "", *, needed: bool = False) -> Entry:
    return Entry(key, label, help=help, needed=needed)


def _long(key: str, label: str, help: str = "", *, needed: bool = False) -> Entry:
    return Entry(key, label, "long_text", help=help, needed=needed)


def _tick(key: str, label: str, help: str = "") -> Entry:
    return Entry(key, label, "tick", help=help)


def _select(key: str, label: str, choices: Choices, help: str = "") -> Entry:
    return Entry(key, label, "select", choices, help)


def _checks(key: str, label: str, choices: Choices, help: str = "", *, needed: bool = False) -> Entry:
    return Entry(key, label, "checks", choices, help, needed=needed)


def _lines(key: str, label: str, help: str = "一行一条") -> Entry:
    return Entry(key, label, "lines", help=help)


def _rows(key: str, label: str, of: type[Part]) -> Entry:
    return Entry(key, label, "rows", of=of)


TYPES: dict[str, str] = {
    "01": "行政许可", "02": "行政处罚", "03": "行政强制", "04": "行政征收", "05": "行政给付", "06": "行政检查",
    "07": "行政确认", "08": "行政奖励", "09": "行政裁决", "10": "其他行政权力", "20": "公共服务",
}  # fmt: skip
"""事项类型, GB/T 39046-2020 A.1."""
STEP_KINDS: Choices = (
    ("review", "审查"), ("countersign", "会签"), ("consultation", "征求意见"), ("inspection", "现场核查（两人以上）"),
    ("expert", "专家评审"), ("notice", "公示"), ("hearing", "听证"),
)  # fmt: skip
STEP_MODES: Choices = (("all", "全部同意"), ("majority", "过半数同意"), ("any", "一家同意即可"))
STEP_SILENCES: Choices = (("agreed", "视为没有意见"), ("escalated", "报对方负责人督办"))
KEY = Entry("key", "标识", "key")
WHEN = Entry("when", "什么情况下需要", "condition")
AUDIENCES: Choices = (
    ("1", "自然人"), ("2", "企业法人"), ("3", "事业法人"), ("4", "社会组织法人"), ("5", "行政机关"), ("6", "其他组织"),
)  # fmt: skip
"""服务对象, GB/T 39046-2020 A.4."""
HANDLING: Choices = (
    ("1", "窗口办理"),
    ("2", "电脑端网上办理"),
    ("3", "移动端网上办理"),
    ("4", "快递申请"),
    ("9", "其他"),
)
"""办理形式, A.5."""
GIVE: Choices = (
    ("upload", "上传"), ("library", "免提交（证照库或数据共享）"), ("generated", "系统生成（由申请表打印）"),
    ("pledge", "告知承诺"), ("window", "窗口交原件"),
)  # fmt: skip
UNITS: Choices = (("working_day", "个工作日"), ("day", "日（自然日）"), ("month", "个月"), ("hour", "个小时"))
LEVELS: Choices = (("nation", "国家级"), ("province", "省级"), ("city", "市级"), ("county", "县级"))

ENTRIES: dict[type[Part], tuple[Entry, ...]] = {
    Content: (
        # 基本信息
        _long("subtitle", "一句话说明", "给办事人看：这个事项办成什么，谁要办"),
        _checks("audience", "服务对象", AUDIENCES, needed=True),
        _lines("conditions", "受理条件", "一行一条；写明确，不写“其他”“等”"),
        _long("exercise", "行使内容"),
        _long("division", "权限划分"),
        _select("nature", "实施主体性质", (
            ("1", "法定机关"), ("2", "法律法规授权的组织"), ("3", "受委托组织"), ("9", "其他"),
        )),
        _select("power_source", "权力来源", (
            ("1", "法定本级行使"), ("2", "上级下放"), ("3", "上级授权"), ("4", "同级授权"), ("5", "上级委托"),
            ("6", "同级委托"),
        )),
        Entry("handled_by", "承办机构", "part", of=Participant, help="由别的机构具体承办时才填"),
        _lines("themes", "服务主题"),
        _lines("life_events", "人生事件、经营阶段"),
        _select("public_service", "公共服务清单类别", (
            ("education", "公共教育"), ("employment", "劳动就业"), ("insurance", "社会保险和救助"),
            ("health", "医疗卫生"), ("housing", "住房保障"), ("culture", "文化体育"),
            ("daily_life", "与群众日常生产生活密切相关的其他服务"),
        )),
        _lines("aliases", "日常叫法", "群众怎么叫它，一行一个，用于搜索：开饭店、开餐馆"),
        _text("source", "资料来源"),
        _tick("demo", "这是演示指南"),
        _rows("joint_bodies", "共同实施部门", Participant),
        # 依据
        _rows("basis", "设定依据", Basis),
        # 时限与次数
        _tick("instant", "即办件", "当场办结；不勾选就是承诺件"),
        Entry("statutory", "法定时限", "limit"),
        Entry("promised", "承诺时限", "limit", help="不得长于法定时限；即办件填 0"),
        Entry("visits", "到现场次数", "number", unit="次"),
        _long("visit_reason", "必须现场办理的原因"),
        _text("personal_basis", "须由本人亲自办理的依据", "填了，就不能委托别人代办（民法典第一百六十一条）；可以代办的不填"),
        Entry("near_percent", "临期提醒", "number", unit="%", help="剩下时限的百分之几时亮黄灯"),
        _tick("joint", "统一、联合、集中办理", "法定 45 个工作日，可延长 15 个工作日（行政许可法第四十二条第二款）"),
        _select("silence", "逾期没有决定", (("granted", "视为准予"),), "只有法律明确规定的才选"),
        _text("silence_basis", "视为准予的依据"),
        _text("decided_above", "由上级决定的，上级机关", "本机关审查后转报（行政许可法第四十三条）"),
        _text("quantity_limit", "数量限制"),
        Entry("baseline_materials", "精简以前的材料数", "number", unit="份", help="用于材料精简率"),
        _rows("special_procedures", "特别程序", SpecialProcedure),
        # 受理与渠道
        _select("connection", "接入方式", (
            ("here", "在本平台办理"), ("flows_back", "在业务系统办理，办件回流"), ("deep_link", "跳转到业务系统"),
            ("guide_only", "只提供指南"),
        ), "选“在本平台办理”以前，先填好申请表和办理环节"),
        _tick("online", "全程网办"),
        _checks("online_depth", "网上办理深度", (
            ("1", "咨询"), ("2", "收件"), ("3", "预审"), ("4", "受理"), ("5", "办理"), ("6", "结果反馈"),
            ("7", "电子证照反馈"), ("9", "其他"),
        )),
        _text("online_url", "网办地址", "在别的系统办理时填"),
        _checks("handling_forms", "办理形式", HANDLING),
        _select("system_level", "运行系统层级", LEVELS),
        _checks("received_by", "谁可以收件", (
            ("online", "网上"), ("window", "综合窗口"), ("department", "部门"), ("town", "镇街"), ("village", "村社区"),
            ("kiosk", "自助终端"),
        ), "都不勾选表示开着的渠道都可以收"),
        _select("accepted_by", "谁受理", (
            ("department", "部门受理"), ("window", "授权窗口受理"), ("system", "系统自动受理"),
        )),
        _select("assurance", "网上办理要的认证等级", tuple((one.key, label) for one, label in LEVEL_LABELS.items()), "到窗口办的，工作人员看证件，不受这一项限制"),
        _select("review", "受理与审查", (("separate", "受审分离"), ("instant", "即审即办"))),
        _select("reach", "通办范围", (("county", "跨县"), ("city", "跨市"), ("province", "全省（市）"), ("nation", "跨省通办"))),
        _tick("bookable", "支持预约办理"),
        _tick("pay_online", "支持网上支付"),
        _tick("by_post", "支持物流快递"),
        _tick("pledge", "实行告知承诺制"),
        _tick("licence_pledge", "涉企经营许可告知承诺", "申请人承诺符合条件，当场决定，事后核查"),
        Entry("verify_days", "事后核查期限", "number", unit="个工作日", help="0 表示不核查"),
        _select("follow", "容缺材料何时补", (("decision", "决定以前补（容缺受理）"), ("after", "决定以后补（容缺后补）"))),
        Entry("follow_days", "容缺补交期限", "number", unit="个工作日"),
        _select("if_not_supplied", "容缺受理逾期不补", (("withdrawn", "视为撤回"), ("refused", "不予"))),
        _tick("one_licence", "一证一照", "只凭身份证或营业执照就能办"),
        _tick("yearly_check", "年检年审事项"),
        # 秒批
        _tick("decided_by_rule", "秒批", "提交后由平台按下面的规则、用可信数据当场决定；定不了的转人工"),
        _rows("decision_table", "秒批规则", DecisionRule),
        # 情形、材料、申请表、环节
        _rows("questions", "情形问题", Question),
        _rows("materials", "材料", Material),
        _rows("form", "申请表", FormPage),
        _rows("steps", "办理环节", Step),
        # 收费、结果
        _rows("fees", "收费项目", Fee),
        _rows("intermediaries", "法定中介服务", Intermediary),
        Entry("result", "办理结果", "part", of=Result, needed=True),
        # 地点、电话、常见问题
        _text("phone", "咨询电话"),
        _text("complaint_phone", "投诉电话"),
        _rows("places", "办理地点", Place),
        _long("remedies", "救济渠道"),
        _rows("faq", "常见问题", Answered),
    ),
    Participant: (_text("name", "名称", needed=True), _text("uscc", "统一社会信用代码")),
    Basis: (
        _text("law", "法律法规名称", "例如《中华人民共和国食品安全法》", needed=True),
        _text("number", "文号"),
        _text("article", "条款", "例如第三十五条第一款"),
        _long("text", "条款原文"),
        Entry("valid_until", "有效期至", "date", help="已废止或将失效时填；过期的依据不能发布"),
    ),
    SpecialProcedure: (
        _text("name", "名称", "例如听证、专家评审", needed=True),
        _select("kind", "种类", (("1", "延长审批"), ("2", "其他特别程序"))),
        Entry("limit", "时限", "limit"),
        _long("basis", "依据"),
    ),
    Limit: (
        Entry("amount", "数量", "number", needed=True),
        _select("unit", "单位", UNITS),
        _text("basis", "依据"),
    ),
    Question: (
        KEY,
        _text("text", "问题", "像当面问办事人那样写：您的店属于哪一类？", needed=True),
        _text("help", "说明"),
        Entry("options", "选项", "options", of=Option, help="至少两个；留空的一行会去掉"),
        Entry("when", "什么情况下问", "condition"),
    ),
    Option: (Entry("value", "标识", "key"), _text("label", "选项", needed=True)),
    Material: (
        KEY,
        _text("name", "材料名称", needed=True),
        _select("give", "怎么给", GIVE),
        _tick("required", "必须提交"),
        _tick("may_follow", "可容缺（可以后补）"),
        _long("requirement", "办理说明", "要什么样的：写明确，不写“其他材料”"),
        _lines("check_points", "受理标准（审查要点）", "一行一条，窗口逐条勾选，没勾的进入一次性告知"),
        _select("origin", "来源", (("applicant", "申请人自备"), ("government", "政府部门核发"), ("other", "其他"))),
        _text("issuer", "出具机构"),
        _text("issued_within", "出具时间要求"),
        _select("kind", "材料类型", (("original", "原件"), ("copy", "复印件"), ("both", "原件和复印件"))),
        _select("form", "材料形式", (("paper", "纸质"), ("electronic", "电子"), ("both", "纸质或电子"))),
        Entry("originals", "原件份数", "number", unit="份"),
        Entry("copies", "复印件份数", "number", unit="份"),
        _text("fetched_from", "可从哪里取得", "证照类型或共享数据的名称"),
        _long("pledge_text", "承诺内容", "告知承诺时由申请人阅读并勾选"),
        _long("fill_notes", "填报须知"),
        _text("use", "使用说明"),
        _text("where", "到哪里办"),
        _text("basis", "要求提供的依据"),
        Entry("attachments", "空白表格和样表", "attachments", of=Attachment),
        WHEN,
    ),
    Attachment: (
        _text("name", "名称", needed=True),
        _select("kind", "种类", (("blank", "空白表格"), ("example", "填写样例"), ("sample", "结果样本"))),
        _text("file", "文件"),
    ),
    FormPage: (
        KEY,
        _text("title", "页名", needed=True),
        _text("help", "说明"),
        Entry("repeat", "重复填写", "part", of=Repeat, help="每人、每件各填一遍时才填：家庭成员、从业人员"),
        Entry("when", "什么情况下要填这一页", "condition"),
        _rows("fields", "字段", FormField),
    ),
    Repeat: (
        _text("row", "一行是什么", "例如家庭成员", needed=True),
        Entry("minimum", "最少几行", "number"),
        Entry("maximum", "最多几行", "number"),
    ),
    FormField: (
        KEY,
        _text("label", "字段名称", needed=True),
        _select("kind", "填什么", tuple(KINDS.items())),
        Entry("options", "选项", "options", of=Option, help="只有单选、多选要填，至少两个"),
        _tick("required", "必填"),
        _text("help", "填写说明"),
        _text("example", "填写示例"),
        _text("unit", "单位"),
        Entry(
            "prefill", "自动带出", "source", tuple((key, words) for key, words in PREFILLS.items() if key),
            "平台已经知道的，替申请人填好",
        ),
        _tick("earlier", "带出上次办这个事项时填的"),
        _select("pattern", "格式", tuple((key, words) for key, (words, _, _) in PATTERNS.items() if key)),
        Entry("min_length", "最少几个字", "number"),
        Entry("max_length", "最多几个字", "number"),
        Entry("minimum", "最小值", "number", help="数字的大小；多选是至少选几项"),
        Entry("maximum", "最大值", "number"),
        Entry("decimals", "小数位数", "number"),
        _select("day", "日期限制", tuple((key, words) for key, words in DAYS.items() if key)),
        Entry("earliest", "最早日期", "date"),
        Entry("latest", "最晚日期", "date"),
        Entry("when", "什么情况下要填", "condition"),
    ),
    Step: (
        KEY,
        _text("name", "环节名称", needed=True),
        _select("role", "由谁办", (("reviewer", "后台审批人员"), ("decider", "首席代表（有决定权的人）"))),
        _select("kind", "怎么办", STEP_KINDS, "每一种有自己的页面、期限和文书；决定选“审查”"),
        _tick("beside", "与上一个环节同时进行", "不勾选就是等上一个环节办完"),
        Entry("when", "什么情况下要办", "condition", help="都不勾选就是每件都要办"),
        _lines("asked", "征求哪些部门、由哪些部门会签", "一行一个，写部门全称；平台上没有的部门发函，收到纸质答复后登记"),
        _select("mode", "会签怎样算通过", STEP_MODES),
        _select("silence", "征求意见逾期不答复", STEP_SILENCES),
        _text("post", "岗位"),
        Entry("limit", "环节时限", "limit"),
        _long("standard", "审查标准"),
        _text("result", "环节结果"),
    ),
    DecisionRule: (
        KEY,
        _text("name", "规则名称", "用大白话写：年满 80 周岁、户籍在本区", needed=True),
        Entry("conditions", "条件", "tests", of=RuleTest, help="每条都成立，这条规则才成立；留空的一行会去掉"),
        _select("outcome", "成立时", tuple(OUTCOMES.items())),
        _long("reason", "不予的理由和依据", "申请人会在决定书上看到"),
    ),
    RuleTest: (
        _text("fact", "比什么", needed=True),
        _select("op", "怎么比", tuple(OPERATORS.items())),
        _lines("values", "和什么比", "多个值一行一个"),
    ),
    Fee: (
        _text("name", "收费项目", needed=True),
        Entry("amount_fen", "金额", "fen", unit="元", needed=True),
        _text("per", "计费单位", "例如本、次、平方米；整件收一次的留空"),
        _text("basis", "收费依据", needed=True),
        _text("reduction", "减免"),
        Entry("when", "什么情况下收", "condition"),
    ),
    Intermediary: (
        _text("name", "服务名称", needed=True),
        _text("basis", "依据", needed=True),
        _select("who_pays", "谁付费", (("applicant", "申请人"), ("government", "政府"))),
        Entry("limit", "时限", "limit"),
        _long("note", "说明"),
    ),
    Result: (
        _text("name", "结果名称", needed=True),
        _select("kind", "结果类型", (("licence", "证照"), ("document", "文书"), ("none", "没有结果物"))),
        Entry("valid_months", "有效期", "number", unit="个月"),
        Entry("samples", "结果样本", "attachments", of=Attachment),
    ),
    Place: (
        _text("name", "名称", needed=True),
        _text("address", "地址", needed=True),
        _text("hours", "办公时间", "例如周一至周五 9:00–17:00", needed=True),
        _text("windows", "窗口"),
        _text("traffic", "怎么去"),
    ),
    Answered: (_text("question", "问", needed=True), _long("answer", "答", needed=True)),
}  # fmt: skip

NAMED_BY: dict[type[Part], str] = {
    Question: "text", FormField: "label", FormPage: "title", Basis: "law", Answered: "question", Option: "label",
}  # fmt: skip
"""The key by which people call a row; `name` where none is given."""

SECTIONS: tuple[Section, ...] = (
    Section("basics", "基本信息", (
        "subtitle", "audience", "conditions", "exercise", "division", "nature", "power_source", "handled_by", "themes",
        "life_events", "public_service", "aliases", "source", "demo", "joint_bodies",
    )),
    Section("basis", "设定依据", ("basis",)),
    Section("limits", "时限与次数", (
        "instant", "statutory", "promised", "near_percent", "joint", "silence", "silence_basis", "decided_above", "visits",
        "visit_reason", "personal_basis", "quantity_limit", "baseline_materials", "special_procedures",
    )),
    Section("channels", "受理与渠道", (
        "connection", "online", "online_depth", "online_url", "handling_forms", "system_level", "received_by",
        "accepted_by", "assurance", "review", "reach", "bookable", "pay_online", "by_post", "pledge",
        "licence_pledge", "verify_days", "follow", "follow_days", "if_not_supplied", "one_licence", "yearly_check",
    )),
    Section("questions", "情形问题", ("questions",), "问清情况，只要真正需要的材料。材料、字段、收费按回答决定要不要。"),
    Section("materials", "材料", ("materials",), "一份材料一行；勾选回答，决定什么情况下需要。"),
    Section("form", "申请表", ("form",), "一页问一件事；平台已经知道的自动填好。"),
    Section("steps", "办理环节", ("steps",), "受理以后按顺序办；可以几个环节同时进行，也可以只在某些情况下才办。会签、征求意见、现场核查、专家评审、公示、听证各有自己的页面。"),
    Section("deciding", "秒批规则", ("decided_by_rule", "decision_table"), (
        "从上往下看，第一条成立的规则决定；规则用到的每一项都来自登录身份、证照库或者数据共享，才由平台决定，否则转人工。"
    )),
    Section("fees", "收费与中介", ("fees", "intermediaries"), "没有收费项目就是不收费。"),
    Section("result", "办理结果", ("result",)),
    Section("places", "地点与电话", ("phone", "complaint_phone", "places")),
    Section("faq", "常见问题与救济", ("remedies", "faq")),
)  # fmt: skip


def entries_of(part: type[Part]) -> dict[str, Entry]:
    return {entry.key: entry for entry in ENTRIES[part]}


def name_of(part: type[Part], row: object) -> str:
    """What people call a row, given as the part or as its JSON."""
    key = NAMED_BY.get(part, "name")
    found = row.get(key) if isinstance(row, dict) else getattr(row, key, "")
    return str(found or "")
