"""指标: what governments are held to, computed from real rows by the formulas of the documents they answer to.

Words: 指标 indicator · 口径 method. In: cases, editions, ratings, tickets. Out: numbers with their rows; read by none.
"""
