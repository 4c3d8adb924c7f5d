"""指标: what governments are held to, each computed from real rows by a formula that anyone may read and repeat.

Words: 指标 indicator · 口径 method · 分子 part · 分母 whole · 统计期 period · 达标 reached.
In: closed cases with their clocks, published editions, ratings, tickets. Out: numbers, each with the rows behind it;
read by none but the portal. No number without rows: an empty whole says 暂无数据.

`rules` says what each indicator means, `counting` counts the parts and wholes of one period in four statements,
`snapshots` keeps the counted months and counts again only those that the journal says have changed,
`queries` puts months together and lists the rows behind a number.
"""
