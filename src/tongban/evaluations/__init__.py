"""好差评: one rating per case; a bad one opens a ticket that must be rectified and visited. So does a complaint.

Words: 评价 rating · 差评 bad rating · 投诉 complaint. In: the rating page, the API. Out: Rated. Default-good never counts as a rating.
"""
