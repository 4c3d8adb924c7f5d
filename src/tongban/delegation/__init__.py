"""委托: who may act for whom, for which items, in which acts, and until when.

Words: 授权委托书 power of attorney · 委托人 principal · 代理人 agent · 监护 guardian · 家庭代办 family helper ·
代理机构 filing agent · 撤销 revoke (the principal) · 辞去 renounce (the agent).
In: a request of either side, the principal's own confirmation, or a signed paper that a window has checked.
Out: PowerAsked, PowerBegan, PowerEnded; the rooms above ask `queries.power_over` before they let anyone act for another.
"""
