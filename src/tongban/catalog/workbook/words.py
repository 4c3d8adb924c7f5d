"""What a spreadsheet's columns and choices are called. A key without an entry here goes by its own name."""

from __future__ import annotations

SHEETS = {
    "joint_bodies": "共同实施部门", "basis": "设定依据", "special_procedures": "特别程序", "questions": "情形问题",
    "materials": "材料", "materials.attachments": "材料附件", "form": "表单页", "form.fields": "表单字段",
    "steps": "环节", "intermediaries": "中介服务", "fees": "收费", "result.samples": "结果样本", "places": "办理地点",
    "faq": "常见问题",
}  # fmt: skip
"""By where the rows stand in the document."""

HEADINGS = {
    # the document
    "Content.subtitle": "一句话说明", "Content.exercise": "行使内容", "Content.division": "权限划分",
    "Content.nature": "实施主体性质", "Content.power_source": "权力来源", "Content.handled_by": "承办机构",
    "Content.audience": "服务对象", "Content.themes": "服务主题", "Content.life_events": "生活事件",
    "Content.public_service": "公共服务类别", "Content.aliases": "别名", "Content.instant": "即办件",
    "Content.statutory": "法定时限", "Content.promised": "承诺时限", "Content.visits": "到现场次数",
    "Content.visit_reason": "必须现场办理原因", "Content.quantity_limit": "数量限制", "Content.online": "全程网办",
    "Content.online_depth": "网上办理深度", "Content.online_url": "网办地址", "Content.handling_forms": "办理形式",
    "Content.connection": "接入方式", "Content.system_level": "运行系统层级", "Content.received_by": "收件渠道",
    "Content.accepted_by": "受理权", "Content.review": "审查方式", "Content.reach": "通办范围",
    "Content.bookable": "支持预约办理", "Content.pay_online": "支持网上支付", "Content.by_post": "支持物流快递",
    "Content.decided_by_rule": "秒批", "Content.pledge": "告知承诺制", "Content.one_licence": "一证一照",
    "Content.yearly_check": "年检年审", "Content.conditions": "受理条件", "Content.result": "结果",
    "Content.phone": "咨询电话", "Content.complaint_phone": "监督电话", "Content.remedies": "救济途径",
    "Content.baseline_materials": "精简前材料数", "Content.demo": "演示指南", "Content.source": "资料来源",
    # its parts
    "Basis.law": "法律法规名称", "Basis.number": "文号", "Basis.article": "条款", "Basis.text": "条文内容",
    "Basis.valid_until": "有效期至", "Limit.basis": "依据",
    "Step.key": "标识", "Step.name": "环节名称", "Step.role": "办理角色", "Step.post": "岗位", "Step.limit": "环节时限",
    "Step.standard": "审查标准", "Step.result": "环节结果",
    "Place.name": "地点名称", "Place.address": "地址", "Place.hours": "办理时间", "Place.windows": "窗口",
    "Place.traffic": "交通", "Answered.question": "问题", "Answered.answer": "回答",
    "Fee.name": "收费项目", "Fee.amount_fen": "金额（分）", "Fee.per": "计费单位", "Fee.basis": "收费依据",
    "Fee.reduction": "减免", "Fee.when": "条件",
    "Result.name": "名称", "Result.kind": "类型", "Result.valid_months": "有效期（月）",
    "Intermediary.name": "服务名称", "Intermediary.basis": "依据", "Intermediary.who_pays": "由谁付费",
    "Intermediary.limit": "服务时限", "Intermediary.note": "说明",
    "Participant.name": "名称", "Participant.uscc": "统一社会信用代码",
    "SpecialProcedure.kind": "种类", "SpecialProcedure.name": "名称", "SpecialProcedure.limit": "时限",
    "SpecialProcedure.basis": "依据",
    "Question.key": "标识", "Question.text": "问题", "Question.help": "说明", "Question.options": "选项",
    "Question.when": "条件",
    "Material.key": "标识", "Material.name": "材料名称", "Material.give": "怎么给", "Material.required": "必要",
    "Material.origin": "材料来源", "Material.issuer": "出具机构", "Material.issued_within": "出具时间要求",
    "Material.kind": "材料类型", "Material.form": "材料形式", "Material.copies": "复印件份数",
    "Material.originals": "原件份数", "Material.requirement": "材料要求", "Material.use": "材料用途",
    "Material.where": "材料办理地点", "Material.fill_notes": "填报须知", "Material.check_points": "受理标准",
    "Material.basis": "要求提供的依据", "Material.may_follow": "可容缺", "Material.pledge_text": "承诺内容",
    "Material.fetched_from": "可调取的证照或数据", "Material.when": "条件",
    "Attachment.name": "附件名称", "Attachment.kind": "附件种类", "Attachment.file": "文件编号",
    "FormPage.title": "页标题", "FormPage.key": "标识", "FormPage.help": "说明", "FormPage.repeat": "重复填写",
    "FormPage.when": "条件", "Repeat.row": "每行是什么", "Repeat.minimum": "最少行数", "Repeat.maximum": "最多行数",
    "FormField.key": "标识", "FormField.label": "字段名称", "FormField.kind": "字段类型", "FormField.required": "必填",
    "FormField.help": "填写说明", "FormField.example": "填写示例", "FormField.unit": "单位",
    "FormField.options": "选项", "FormField.prefill": "自动带出", "FormField.earlier": "带出上次填写",
    "FormField.min_length": "最少字数", "FormField.max_length": "最多字数", "FormField.minimum": "最小值",
    "FormField.maximum": "最大值", "FormField.decimals": "小数位数", "FormField.pattern": "格式",
    "FormField.day": "日期限制", "FormField.earliest": "最早日期", "FormField.latest": "最晚日期",
    "FormField.when": "条件",
}  # fmt: skip
"""By class and key."""

CHOICES: dict[str, dict[str, str]] = {
    "Content.nature": {"1": "法定机关", "2": "授权组织", "3": "受委托组织", "9": "其他"},
    "Content.power_source": {
        "1": "法定本级行使", "2": "上级下放", "3": "上级授权", "4": "同级授权", "5": "上级委托", "6": "同级委托"
    },
    "Content.audience": {
        "1": "自然人", "2": "企业法人", "3": "事业法人", "4": "社会组织法人", "5": "行政机关", "6": "其他组织"
    },
    "Content.public_service": {
        "education": "公共教育", "employment": "劳动就业", "insurance": "社会保险和救助", "health": "医疗卫生",
        "housing": "住房保障", "culture": "文化体育", "daily_life": "与群众日常生产生活密切相关",
    },
    "Content.online_depth": {
        "1": "互联网咨询", "2": "互联网收件", "3": "互联网预审", "4": "互联网受理", "5": "互联网办理",
        "6": "互联网结果反馈", "7": "互联网电子证照反馈", "9": "其他",
    },
    "Content.handling_forms": {
        "1": "窗口办理", "2": "电脑端网上办理", "3": "移动端网上申请", "4": "快递申请", "9": "其他"
    },
    "Content.connection": {
        "here": "在本平台办理", "flows_back": "业务系统办理后回流", "deep_link": "带信息跳转", "guide_only": "只公布指南"
    },
    "Content.system_level": {"nation": "国家级", "province": "省级", "city": "市级", "county": "县级"},
    "Content.received_by": {
        "online": "网上", "window": "综合窗口", "department": "部门", "town": "镇街", "village": "村社区",
        "kiosk": "自助终端",
    },
    "Content.accepted_by": {"department": "部门受理", "window": "窗口受理", "system": "系统自动受理"},
    "Content.review": {"separate": "受审分离", "instant": "即审即办"},
    "Content.reach": {"county": "跨县", "city": "跨市", "province": "跨省", "nation": "全国"},
    "Unit": {"working_day": "个工作日", "day": "日", "month": "个月"},
    "Step.role": {"reviewer": "审查", "decider": "决定"},
    "Result.kind": {"licence": "证照", "document": "批文或通知书", "none": "没有结果文件"},
    "Intermediary.who_pays": {"applicant": "申请人付费", "government": "政府付费"},
    "SpecialProcedure.kind": {"1": "延长审批", "2": "除延长审批之外的情况"},
    "Material.give": {
        "generated": "系统生成", "library": "免提交", "pledge": "告知承诺", "upload": "上传", "window": "窗口交原件"
    },
    "Material.origin": {"applicant": "申请人自备", "government": "政府部门核发", "other": "其他"},
    "Material.kind": {"original": "原件", "copy": "复印件", "both": "原件和复印件"},
    "Material.form": {"paper": "纸质", "electronic": "电子", "both": "纸质和电子"},
    "Attachment.kind": {"blank": "空白表格", "example": "填写样例", "sample": "结果样本"},
    "FormField.kind": {
        "text": "单行文字", "long_text": "多行文字", "number": "整数", "decimal": "小数", "percent": "百分比",
        "money": "金额（元）", "date": "日期", "choice": "单选", "multi_choice": "多选", "yes_no": "是或否",
        "id_number": "身份证号码", "uscc": "统一社会信用代码", "phone": "电话", "email": "电子邮箱", "address": "地址",
    },
    "FormField.prefill": {
        "person.name": "登录信息：姓名", "person.id_number": "登录信息：身份证号码", "person.phone": "登录信息：电话",
        "person.address": "登录信息：地址", "organisation.name": "企业登记信息：名称",
        "organisation.uscc": "企业登记信息：统一社会信用代码",
    },
    "FormField.day": {
        "past": "今天以前", "not_future": "今天或以前", "not_past": "今天或以后", "future": "今天以后"
    },
    "FormField.pattern": {
        "chinese_name": "中文姓名", "postcode": "邮政编码", "plate": "机动车号牌", "vin": "车辆识别代号",
        "passport": "护照号码", "bank_card": "银行账号", "digits": "只能是数字", "letters_digits": "字母和数字",
    },
}  # fmt: skip
"""By class and key: the stored value and how a cell says it. An empty value is an empty cell."""
