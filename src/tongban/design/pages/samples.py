"""What the living page shows: each component in each of its states, with the people of no real place."""

from __future__ import annotations

from datetime import datetime

from tongban.design import charts
from tongban.design.parts import Answer, Cell, Choice, Fact, Fault, Field, Material, Step, Table
from tongban.design.words import SHANGHAI

ACCEPTED = datetime(2021, 3, 22, 9, 14, tzinfo=SHANGHAI)

KINDS = [
    Field(name="shop", label="店名", help="与营业执照一致", value="老灶火锅店", source="营业执照"),
    Field(name="about", label="经营范围说明", kind="long_text", required=False, attrs={"maxlength": "200"}),
    Field(name="seats", label="座位数", kind="number", unit="个", value="48"),
    Field(name="capital", label="注册资本", kind="money", value="300000"),
    Field(name="opened", label="拟开业日期", kind="date", value="2021-04-01"),
    Field(
        name="trade",
        label="您的店属于哪一类？",
        kind="choice",
        value="catering",
        choices=(Choice("catering", "餐饮服务"), Choice("retail", "食品销售"), Choice("canteen", "单位食堂")),
    ),
    Field(
        name="delivery",
        label="证照怎么给您？",
        kind="choice",
        choices=(
            Choice("download", "电子证照", "办好后马上能下载，与纸质证照同效"),
            Choice("post", "邮寄", "免费，约 2 天送到"),
        ),
    ),
    Field(name="cold", label="是否做冷食、生食或裱花蛋糕？", kind="yes_no", value=False),
    Field(
        name="days",
        label="哪几天方便现场核查？",
        kind="checks",
        value=["mon", "wed"],
        choices=(Choice("mon", "星期一"), Choice("wed", "星期三"), Choice("fri", "星期五")),
    ),
    Field(
        name="town",
        label="经营地址所在镇街",
        kind="select",
        value="b",
        choices=(Choice("a", "滨河街道"), Choice("b", "临江街道"), Choice("c", "云溪镇")),
    ),
    Field(name="plan", label="经营场所布局图", kind="file", help="JPG、PNG 或 PDF，不超过 20 MB", value="布局图.jpg"),
    Field(name="holder", label="法定代表人身份证号", kind="id_number", value="50019919850312002X", source="登录信息"),
    Field(name="uscc", label="统一社会信用代码", kind="uscc", required=False),
    Field(name="phone", label="手机号", kind="phone", value="138 0000 6021"),
    Field(name="secret", label="密码", kind="password"),
    Field(name="sms", label="短信验证码", kind="code"),
    Field(name="pledge", label="我已阅读并承诺以上内容属实", kind="checkbox", value=True),
]

WRONG = [
    Field(name="bad_phone", label="手机号", kind="phone", value="1380000", error="“手机号”应为 11 位数字"),
    Field(name="bad_cold", label="是否做冷食？", kind="yes_no", error="请选“是”或“否”"),
    Field(name="bad_plan", label="经营场所布局图", kind="file", error="文件超过 20 MB，请压缩后再传"),
    Field(name="bad_pledge", label="我已阅读并承诺以上内容属实", kind="checkbox", error="请勾选承诺"),
    Field(name="bad_about", label="说明", kind="long_text", value="写到一半", error="“说明”最多 200 个字"),
]

QUESTIONS = [
    Field(name="q_trade", label="您的店属于哪一类？", kind="choice", choices=KINDS[5].choices),
    Field(
        name="q_who", label="由谁来办？", kind="choice", choices=(Choice("self", "本人"), Choice("agent", "委托他人"))
    ),
]

STEPS = [
    Step(title="已收件", state="done", at=ACCEPTED, where="网上"),
    Step(title="已受理", state="done", at=ACCEPTED, where="综合窗口 12 号 王敏"),
    Step(title="审查中", state="now", where="市场监管局许可科", expected="3月23日 17:00 前完成"),
    Step(title="决定与发证", note="电子证照自动入“我的证照”，纸质证邮寄"),
]
HALTED = [
    Step(title="已受理", state="done", at=ACCEPTED, where="镇街窗口"),
    Step(title="专家评审", state="paused", note="评审时间不计入时限，依据《行政许可法》第四十五条"),
    Step(title="不予受理", state="stopped", at=ACCEPTED, where="许可科", note="不属于本机关职权，请向上级机关申请"),
]

MATERIALS = [
    Material(name="食品经营许可申请书", give="generated", requirement="填完表自动生成，在线签名"),
    Material(name="营业执照", give="library", requirement="从电子证照库调取，不用上传"),
    Material(
        name="经营场所布局图",
        give="upload",
        requirement="标明面积、水池、操作间位置",
        deferrable=True,
        url="#materials",
    ),
    Material(name="食品安全管理制度", give="pledge", requirement="勾选承诺即可"),
    Material(name="健康证明", give="window", requirement="原件核验后退还", state="缺原件", tone="bad"),
    Material(name="委托书", give="post", required=False),
]

FACTS = [
    Fact(label="承诺办结", value=2, unit="个工作日"),
    Fact(label="法定时限", value=10, unit="个工作日"),
    Fact(label="到现场", value=0, unit="次"),
    Fact(label="收费", value="不收费"),
    Fact(label="办理结果", value="电子证照", note="可免费邮寄纸质证"),
]

ANSWERS = [
    Answer(label="店名", value="老灶火锅店", change_url="#id_shop", source="营业执照"),
    Answer(label="手机号", value="138****6021", change_url="#id_phone", source="登录信息"),
    Answer(label="经营范围说明", value="", change_url="#id_about"),
]

CASES = Table(
    caption="我的在办",
    columns=("办件", "编号", "状态", "时限", "份数"),
    numeric=("份数",),
    rows=[
        (Cell("食品经营许可（新办）", url="#cases"), "500199 20210322 00000187 K", Cell("审查中", tone=""),
         Cell("还剩 2 个工作日", lamp="ok"), 5),
        (Cell("公积金租房提取", url="#cases"), "500199 20210319 00000102 3", Cell("待补正", tone="warn"),
         Cell("明天到期", lamp="near"), 12),
        (Cell("店招设置备案", url="#cases"), "500199 20210301 00000077 P", Cell("超期", tone="bad"),
         Cell("已超 1 天", lamp="over"), 1),
    ],
)  # fmt: skip

MONTHS = ["10月", "11月", "12月", "1月", "2月", "3月"]


def samples() -> dict[str, object]:
    return {
        "fields": KINDS,
        "wrong": WRONG,
        "faults": [Fault(each.name, each.error) for each in WRONG] + [Fault("", "附件共超过 50 MB")],
        "questions_asked": QUESTIONS,
        "answered": {"q_trade": "catering"},
        "steps": STEPS,
        "halted": HALTED,
        "materials_needed": MATERIALS,
        "facts_shown": FACTS,
        "pairs_shown": [("申请人", "云江区老灶火锅店"), ("联系电话", "138****6021"), ("情形", "餐饮 / 本人")],
        "answers": ANSWERS,
        "cases": CASES,
        "no_cases": Table(columns=("办件",), rows=[], nothing="没有待办的办件"),
        "lamps": ("ok", "near", "over", "paused", "done", "none"),
        "tones": (("普通", ""), ("全程网办", "ok"), ("可容缺", "warn"), ("超期", "bad"), ("告知承诺", "line")),
        "ways": ("generated", "library", "pledge", "upload", "post", "window"),
        "moment": ACCEPTED,
        "charts": [
            charts.bar("各部门本月办结", [("市场监管局", 1204), ("人社局", 873), ("公积金中心", 0)], unit="件"),
            charts.line(
                "近六个月受理与办结",
                MONTHS,
                {"受理": [820, 932, 901, 1034, 690, 1290], "办结": [790, 910, 915, None, 701, 1240]},
                unit="件",
            ),
            charts.ring("全程网办率", 873, 1000, label="全程网办", unit="件"),
            charts.ring("超期率", 4, 1000, unit="件", bad=True),
            charts.heat(
                "各时段取号",
                [f"{hour}时" for hour in range(9, 17)],
                {"周一": [12, 30, 41, 18, 9, 22, 27, 8], "周二": [8, 21, 29, 11, 6, 18, 0, 4]},
                unit="人",
            ),
        ],
        "trend": [3, 5, 4, 8, 6, 9],
        "desk_fields": [KINDS[9], KINDS[13], KINDS[0]],
        "queue": [("A037", "食品经营许可"), ("A038", "社保卡补领"), ("B012", "老年优先")],
    }
