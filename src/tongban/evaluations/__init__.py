"""好差评: one rating per case; a bad one opens a ticket that must be rectified and visited.

Words: 评价 rating · 差评 bad rating. In: the rating page, the API. Out: Rated. Default-good never counts as a rating.
"""
