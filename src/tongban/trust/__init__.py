"""国密与证书: keys, signatures, certificates and time stamps, by which a stranger can tell what this platform sealed.

Words: 密钥 key · 签名器 signer · 证书 certificate · 签名证书、加密证书 purpose (sign, encrypt) · 根证书 authority, anchor ·
吊销列表 revocation list · 时间戳 stamp · 证书链 chain · 更换 renew · 吊销 revoke.
In: bytes to sign, by role and holder; certificates and signatures of others to be judged. Out: signatures of SM2 with SM3 or
ECDSA P-256, certificates, lists and time stamps as DER; verdicts with reasons in plain Chinese; CertificateIssued, …Revoked.

`sm2`, `sm3`, `sm4` are the algorithms, `keys` and `signing` use them by name, `certificates`, `revocation` and `stamps` make
what is signed, `chains` and `stamp_checking` judge it without a database. **Keys in software and a CA of one's own are for
development and stand-alone use: they are not 密评-compliant** (GM/T 0115 asks for certified modules and a licensed CA).
Knows nobody above the kernel.
"""
