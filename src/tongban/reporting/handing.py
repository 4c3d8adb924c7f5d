"""移交: what may be passed on to another system, for how long, and to which address. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from urllib.parse import urlencode, urlsplit, urlunsplit

from tongban.kernel.refusals import Refusal

FIELDS = {
    "name": "姓名（企业名称）", "id_number": "证件号码", "phone": "手机号码", "address": "联系地址",
    "answers": "您在办事指南里选的情形",
}  # fmt: skip
"""What the parties may have agreed to pass on."""
LASTS = timedelta(minutes=5)
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")


def host_of(url: str) -> str:
    """The host an address leads to, in small letters; empty where it is no web address."""
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname or ""
    except ValueError:
        return ""
    return host.lower() if parts.scheme in ("https", "http") and "@" not in parts.netloc else ""


def check_url(url: str, *, hosts: Collection[str] | None, demo: bool) -> str:
    """The address, if we may send there: https and one of the hosts (None: any), or this machine itself in the demo. Raises
    Refusal."""
    host = host_of(url)
    secure = urlsplit(url.strip()).scheme == "https" if host else False
    if not host or not (secure or (demo and host in LOOPBACK)):
        raise Refusal("address_not_https", "地址应以 https:// 开头", "只能发往用 https 的地址", "url")
    if hosts is not None and host not in {one.lower() for one in hosts}:
        raise Refusal("host_not_configured", f"{host} 不是登记过的主机", "请核对地址，或先登记这个系统的主机名", "url")
    return url.strip()


def with_token(url: str, token: str) -> str:
    """The other system's address with the token in its query; nothing personal."""
    parts = urlsplit(url)
    query = "&".join(filter(None, [parts.query, urlencode({"handover": token})]))
    return urlunsplit(parts._replace(query=query))
