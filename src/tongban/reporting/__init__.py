"""上报与回流: cases out to the platforms above, cases back from the systems that handle them elsewhere.

Words: 上报 report · 目标平台 target · 报送批次 batch · 报送行 row · 对账 reconcile · 回流 return · 垂管系统 vertical system ·
未认领 unclaimed · 移交 hand over · 二次录入 double entry.
In: what the journal says has changed, by position; what vertical systems deliver, by API or file. Out: the tables of
GB/T 39046 and of the national platform, sent, asked about and reconciled; returned cases on the applicant's own page.

`tables` says what a row holds, `rules` makes a case's rows, `reading` finds what is told of many cases at once, `actions`
carries them to a target and keeps what came of it; `gateways` is where the outside begins. Personal data are read from
the case at the moment of sending: rows that wait hold numbers and counts only.
"""
