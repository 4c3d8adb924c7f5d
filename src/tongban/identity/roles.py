"""角色: named sets of powers that a civil servant can read. A post gives a role in one body, hall or region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Act = Literal[
    "application.submit",
    "application.view",
    "application.intake",
    "application.accept",
    "application.correct",
    "application.correct_again",
    "application.see_original",
    "application.reject",
    "application.suspend",
    "application.review",
    "application.decide",
    "application.deliver",
    "application.precheck",
    "application.back_enter",
    "application.extend",
    "application.extend_joint",
    "application.verify",
    "application.reopen",
    "application.answer",
    "application.respond",
    "application.urge",
    "application.archive",
    "account.reset",
    "task.assign",
    "post.assign",
    "mandate.grant",
    "credit.repair",
    "system.connect",
    "notice.print",
    "notice.word",
    "document.word",
    "licence.unmask",
    "person.unmask",
    "data.hold",
    "export.unmask",
    "ticket.handle",
    "supervision.view",
    "flow.view",
    "catalog.edit",
    "catalog.publish",
    "catalog.govern",
    "person.see",
    "person.merge",
    "platform.manage",
]
Scope = Literal["body", "region"]


@dataclass(frozen=True)
class Role:
    """What a post may do, and over which cases: those of its body, or all of its region."""

    key: str
    name: str
    description: str
    scope: Scope
    acts: frozenset[Act]
    authorised: frozenset[Act] = frozenset()
    """Of `acts`: those that the post alone does not give; the body's 授权书 to this person names the items."""
    in_hall: bool = False
    """The post stands in one hall. Cases know no hall: what it may see of them is its region's."""


WINDOW = Role(
    "window",
    "综窗人员",
    "在综合窗口收件、预审、出具收件凭证、一次性告知补正；事项授权窗口受理的，代为受理；出件；核对原件；当面核验身份，两证都看过的可以合并同一个人的登记；补录纸质办件并由另一人复核；核对身份证后，给忘记密码的群众打印重置码。",
    "region",
    frozenset({
        "application.view", "application.intake", "application.precheck", "application.accept", "application.correct",
        "application.reject", "application.deliver", "application.back_enter", "application.see_original", "notice.print",
        "ticket.handle", "person.see", "person.merge", "person.unmask", "account.reset",
    }),
    in_hall=True,
)  # fmt: skip
SHIFT_LEADER = Role(
    "shift_leader",
    "值班长",
    "管理大厅一班的人：提出和批准本大厅窗口、帮办、出件岗位的任职；查看办件进度，送达结果，打印信函，处理诉求；不收件也不受理。",
    "region",
    frozenset({"application.view", "application.deliver", "notice.print", "ticket.handle", "post.assign"}),
    in_hall=True,
)
HELPER = Role(
    "helper",
    "导办帮办员",
    "在大厅引导群众，帮申请人填表、拍材料、提交申请；不预审，不受理，不补正，也不能用给窗口的授权书。",
    "region",
    frozenset({"application.view", "application.intake"}),
    in_hall=True,
)
DELIVERY_DESK = Role(
    "delivery_desk",
    "出件员",
    "在出件窗口送达决定和证照，打印要寄的信函；不收件，不受理。",
    "region",
    frozenset({"application.view", "application.deliver", "notice.print"}),
    in_hall=True,
)
VILLAGE_HELPER = Role(
    "village_helper",
    "镇村代办员",
    "在镇街、村居代办点替本镇街的群众递交申请、领回结果，当面核验身份和书面委托；只看得到本镇街的办件。",
    "region",
    frozenset({"application.view", "application.intake", "application.deliver", "person.see"}),
)
POSTED = Role(
    "posted",
    "派驻人员",
    "由部门派到大厅专窗：对本部门的申请预审、受理、一次性告知补正、核对原件、答复留言、送达；不审查，不作决定。",
    "body",
    frozenset({
        "application.view", "application.precheck", "application.accept", "application.correct", "application.reject",
        "application.see_original", "application.answer", "application.deliver", "notice.print", "ticket.handle",
    }),
    in_hall=True,
)  # fmt: skip
REVIEWER = Role(
    "reviewer",
    "后台审批人员",
    "受理本部门的申请，告知补正，审查并提出意见，申请延长期限，事后核查承诺，答复留言，答复别的部门的会签和征求意见；不作决定。",
    "body",
    frozenset({
        "application.view", "application.precheck", "application.accept", "application.correct", "application.reject",
        "application.suspend", "application.review", "application.verify", "application.answer", "application.respond",
        "application.see_original", "notice.print", "ticket.handle", "person.unmask",
    }),
)  # fmt: skip
DECIDER = Role(
    "decider",
    "首席代表",
    "凭部门的授权书，对授权的事项作出决定、转报、终止、更正；送达；也可完成审查；办结后导出案卷归档。",
    "body",
    frozenset({
        "application.view", "application.precheck", "application.accept", "application.correct", "application.reject",
        "application.suspend", "application.review", "application.decide", "application.deliver",
        "application.verify", "application.answer", "application.respond", "application.archive",
        "application.see_original", "notice.print",
        "ticket.handle", "person.unmask",
    }),
    authorised=frozenset({"application.decide"}),
)  # fmt: skip
HEAD = Role(
    "head",
    "部门负责人",
    "批准延长本部门的办理期限，批准就同一处再次要求补正，依法撤销决定，按复议、判决等重新办理；督办逾期未答复的征求意见；指派待办，安排请假的代办人；导出案卷归档；给首席代表和窗口出具授权书，提出、批准本部门的任职和临时授权并每年确认，修复信用记录，申请本部门的系统接入单点登录，查看本部门办件在哪里等得久，编写本部门的通知模板和文书模板；说明理由后可以导出本部门办件的完整个人信息；不受理也不审查。",
    "body",
    frozenset(
        {
            "application.view",
            "application.extend",
            "application.correct_again",
            "application.reopen",
            "application.urge",
            "application.archive",
            "task.assign",
            "post.assign",
            "mandate.grant",
            "credit.repair",
            "system.connect",
            "notice.word",
            "export.unmask",
            "person.unmask",
            "data.hold",
            "flow.view",
            "document.word",
        }
    ),
)
GOVERNMENT_HEAD = Role(
    "government_head",
    "政府负责人",
    "批准延长统一、联合、集中办理事项的期限；批准本区域的任职；不受理也不审查。",
    "region",
    frozenset({"application.view", "application.extend_joint", "post.assign"}),
)
SUPERVISOR = Role(
    "supervisor",
    "督查员",
    "查看本区域全部办件的进度与时限、各部门各环节的用时，不参与办理。",
    "region",
    frozenset({"application.view", "supervision.view", "flow.view"}),
)
RATINGS_KEEPER = Role(
    "ratings_keeper",
    "好差评管理员",
    "处理本区域的差评和投诉：督促整改，安排回访；不办件。",
    "region",
    frozenset({"ticket.handle"}),
)
CATALOG_EDITOR = Role(
    "catalog_editor",
    "部门事项管理员",
    "编写、检查并发布本部门的实施清单和办事指南；不办件。",
    "body",
    frozenset({"catalog.edit", "catalog.publish"}),
)
CATALOG_KEEPER = Role(
    "catalog_keeper",
    "事项管理员",
    "管理本区域的事项目录：编码、代码对照、别名、批量修改、质量检查；可修改和发布各部门的实施清单。",
    "region",
    frozenset({"catalog.edit", "catalog.publish", "catalog.govern"}),
)
ADMINISTRATOR = Role(
    "administrator",
    "平台管理员",
    "管理平台运行：任务积压、日志校验、导入、账号迁移与合并、系统接入审批、通知模板、文书模板和免打扰时段；提出、批准本区域的任职，每年发起确认。不看办件内容。",
    "region",
    frozenset({"platform.manage", "notice.word", "document.word", "person.merge", "post.assign"}),
)

ROLES = {
    role.key: role
    for role in (
        WINDOW,
        SHIFT_LEADER,
        HELPER,
        DELIVERY_DESK,
        VILLAGE_HELPER,
        POSTED,
        REVIEWER,
        DECIDER,
        HEAD,
        GOVERNMENT_HEAD,
        SUPERVISOR,
        RATINGS_KEEPER,
        CATALOG_EDITOR,
        CATALOG_KEEPER,
        ADMINISTRATOR,
    )
}
