"""办件: one application on its way from the guide to the delivered result.

Words: 收件 submit · 受理 accept · 补正 correct / supplement · 不予受理 reject · 审查 review · 决定 decide ·
送达 deliver · 撤回 withdraw · 暂停 suspend · 草稿 draft · 查询码 query code ·
文书 paper, document · 送达地址 address of service · 送达回证 proof of service.
In: a submission through any door (web, counter, API). Out: Submitted, Accepted, … Delivered; licences are issued
in the deciding transaction. Read `rules.py` for the law, `actions/` for the verbs in the order life does them.
"""
