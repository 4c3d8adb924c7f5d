"""Where a call may go: what an address has to look like, and which machines are out of bounds. Pure.

Whoever enters an address (a department's system, a target of reports) must not make the platform talk to the machines
behind its own door: its database, its host's metadata, a colleague's printer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from tongban.kernel.refusals import Refusal

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
LONGEST = 2000
_LABELS = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_LOOKS_LIKE_A_NUMBER = re.compile(r"([0-9]+|0x[0-9a-f]*)")
_NAT64 = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True)
class Destination:
    """An address taken apart: `host` in small letters without brackets, `path` with its query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"https": 443, "http": 80}[self.scheme]
        return f"{self.scheme}://{host}" + ("" if self.port == usual else f":{self.port}")


@dataclass(frozen=True)
class Bounds:
    """What may be called besides the open internet: networks and hosts of the house that the operator named; in the
    demo this machine itself, without TLS too."""

    networks: tuple[Network, ...] = ()
    hosts: frozenset[str] = frozenset()
    demo: bool = False


def bounds(setting: str, *, demo: bool = False) -> Bounds:
    """`10.8.0.0/16,report.intra.example` as Bounds. Raises ValueError naming the part."""
    networks: list[Network] = []
    hosts: set[str] = set()
    for part in filter(None, (one.strip().lower() for one in setting.split(","))):
        try:
            networks.append(ip_network(part))
        except ValueError:
            if "/" in part or not _LABELS.fullmatch(part) or _LOOKS_LIKE_A_NUMBER.fullmatch(part.rpartition(".")[2]):
                raise ValueError(f"{part!r} is neither a network like 10.8.0.0/16 nor a host") from None
            hosts.add(part)
    return Bounds(tuple(networks), frozenset(hosts), demo)


def read(url: str, *, within: Bounds) -> Destination:
    """The address taken apart, if it is written in the one usual way. Raises Refusal.

    Other spellings (a number for an IP address, a name and password before the host, a backslash, letters that only look
    like ASCII) are refused rather than understood: libraries disagree about what they mean.
    """
    if not url or len(url) > LONGEST or not all("!" <= letter <= "~" for letter in url) or "\\" in url:
        raise refused("网址里有空格、中文或不能用的符号", "中文域名请写成 xn-- 开头的形式，路径里的中文请先转码")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise refused("网址写得不对") from None
    if parts.scheme not in ("https", "http") or not url[len(parts.scheme) :].startswith("://"):
        raise refused("网址应以 https:// 开头")
    if "@" in parts.netloc or "%" in parts.netloc or parts.netloc.endswith(":") or parts.fragment or "#" in url:
        raise refused("网址里不能有用户名、密码和 # 号")
    number = _number(host, bracketed="[" in parts.netloc)
    port = port if port is not None else {"https": 443, "http": 80}[parts.scheme]
    if not (port in (80, 443) or 1024 <= port <= 65535):
        raise refused(f"端口 {port} 不是网页服务用的")
    if number is not None:
        check(number, host=host, within=within)
    if parts.scheme == "http" and not (within.demo and _this_machine(host, number)):
        raise refused("网址应以 https:// 开头")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Destination(parts.scheme, host, port, path)


def check(address: Address, *, host: str, within: Bounds) -> None:
    """Raise Refusal unless that machine may be called under that name."""
    if any(not _allowed(one, host, within) for one in meanings(address)):
        raise refused("这个网址通向内部网络", "内部系统请由平台管理员写进 TONGBAN_OUTGOING；其他的请填公网地址")


def meanings(address: Address) -> Iterable[Address]:
    """The address, and the IPv4 addresses that are wrapped in it (mapped, 6to4, Teredo, NAT64)."""
    yield address
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            yield address.ipv4_mapped
        if address.sixtofour:
            yield address.sixtofour
        if address.teredo:
            yield from address.teredo
        if address in _NAT64:
            yield IPv4Address(int(address) & 0xFFFFFFFF)


def refused(reason: str, hint: str = "请填完整的 https 地址，例如 https://xt.example.gov.cn/sso/callback") -> Refusal:
    return Refusal("address_not_allowed", f"{reason}，不能使用", hint, "url")


def _allowed(address: Address, host: str, within: Bounds) -> bool:
    """Link-local (a host's metadata), multicast and unspecified never; the rest of what is not public if it was named."""
    if isinstance(address, IPv6Address) and (address.ipv4_mapped or address in _NAT64):
        return True  # what it wraps is asked about by itself
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    if within.demo and address.is_loopback:
        return True
    if any(address in network for network in within.networks) or host in within.hosts:
        return True
    return address.is_global and not address.is_reserved and not getattr(address, "is_site_local", False)


def _number(host: str, *, bracketed: bool) -> Address | None:
    """The IP address that stands where a name may stand. Raises Refusal where it is written in an odd way."""
    try:
        if bracketed:
            return IPv6Address(host)
        if not _LABELS.fullmatch(host):
            raise refused("网址里的主机名写得不对")
        if _LOOKS_LIKE_A_NUMBER.fullmatch(host.rpartition(".")[2]):
            return IPv4Address(host)
    except ValueError:
        raise refused("网址里的 IP 地址写得不对") from None
    return None


def _this_machine(host: str, number: Address | None) -> bool:
    return host == "localhost" or (number is not None and number.is_loopback)


def as_address(text: str) -> Address:
    return ip_address(text.partition("%")[0])
