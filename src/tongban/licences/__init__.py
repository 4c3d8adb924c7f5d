"""证照: what the applicant holds in the end, and what others can verify.

Words: 证照 licence · 验证码 verification code. In: a granting decision, in its transaction. Out: Issued; a PDF with a QR
to the public verification page. Seals, OFD and the five legal endings are still to come.
"""
