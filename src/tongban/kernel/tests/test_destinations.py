"""However an address is spelled: it leads to the open internet, to a place the operator named, or nowhere."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel import destinations
from tongban.kernel.config import ConfigError, load
from tongban.kernel.destinations import Bounds, bounds, check, read
from tongban.kernel.refusals import Refusal

OUTSIDE = Bounds()
DEMO = Bounds(demo=True)
HOUSE = bounds("10.8.0.0/16, report.intra.example, fd00:8::/32")
INSIDE = [
    "127.0.0.1", "127.8.9.1", "10.0.0.1", "172.16.0.9", "192.168.1.1", "169.254.169.254", "100.100.100.200", "0.0.0.0",  # noqa: S104
    "255.255.255.255", "224.0.0.1", "198.18.0.1", "192.0.2.1", "240.0.0.1",
    "::1", "::", "fe80::1", "fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::7f00:1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::1", "2001:0:7f00:1::", "2001:db8::1",
]  # fmt: skip


@pytest.mark.parametrize("text", INSIDE)
def test_machines_behind_the_door_are_out_of_bounds(text: str) -> None:
    with pytest.raises(Refusal, match="内部网络"):
        check(ip_address(text), host="x.example.cn", within=OUTSIDE)


@pytest.mark.parametrize("text", ["1.1.1.1", "202.96.128.86", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_the_open_internet_may_be_called(text: str) -> None:
    check(ip_address(text), host="x.example.cn", within=OUTSIDE)


@given(st.ip_addresses(v=4))
def test_wrapping_an_address_changes_nothing_about_where_it_leads(address: IPv4Address) -> None:
    def refused(one: IPv4Address | IPv6Address) -> bool:
        try:
            check(one, host="x.example.cn", within=OUTSIDE)
        except Refusal:
            return True
        return False

    bare = refused(address)
    mapped = IPv6Address(0xFFFF << 32 | int(address))
    translated = IPv6Address(int(IPv6Address("64:ff9b::")) | int(address))
    assert refused(mapped) is bare
    assert refused(translated) is bare


@given(st.ip_addresses(v=4))
def test_an_address_is_written_as_four_numbers_or_not_at_all(address: IPv4Address) -> None:
    number, parts = int(address), str(address).split(".")
    odd = [
        str(number), hex(number), f"0{number:o}", ".".join(hex(int(one)) for one in parts),
        ".".join(f"0{int(one):o}" for one in parts), f"{parts[0]}.{int(address) & 0xFFFFFF}", f"{address}.",
        str(address).replace(".", "。"), str(address).replace(".", "．"), f"0{address}",
        "".join(chr(0xFF10 + int(one)) if one.isdigit() else one for one in str(address)),
    ]  # fmt: skip
    for host in odd:
        with pytest.raises(Refusal):
            read(f"https://{host}/", within=DEMO)


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "//x.example.cn", "https:x.example.cn", "https:/x.example.cn", "https://", "https:///x", "ftp://x.example.cn",
        "file:///etc/passwd", "gopher://x.example.cn", "javascript:alert(1)", "http://x.example.cn",
        "https://user@x.example.cn", "https://user:pass@x.example.cn", "https://x.example.cn@10.0.0.1/",
        "https://x.example.cn\\@10.0.0.1/", "https://x.example.cn#@10.0.0.1/", "https://x.example.cn?@10.0.0.1/#",
        "https://x.example.cn:22/", "https://x.example.cn:0/", "https://x.example.cn:99999/", "https://x.example.cn:x/",
        "https://x.example.cn:/", "https://x.example.cn./", "https://localhost./", "https://-x.example.cn/",
        "https://x..cn/", "https://x_y.example.cn/", "https://127.1/", "https://0x7f.0.0.1/", "https://1.0x7f/",
        "https://x.example.cn\n.evil.cn/", "https://x.example.cn\t/", " https://x.example.cn/", "https://政务.cn/",
        "https://ｌｏｃａｌｈｏｓｔ/", "https://x%2eexample.cn/", "https://[::1%25eth0]/", "https://[::1/", "https://[x.cn]/",
        "https://[::ffff:127.0.0.1]/", "https://[::1]/", "https://127.0.0.1/", "https://10.8.0.1/", "https://[v1.x]/",
        "https://" + "a" * 64 + ".cn/", "https://x.example.cn/" + "a" * 2000, "https://x.example.cn/\u2028", "https://x.cn/\x00",
    ],
)  # fmt: skip
def test_an_odd_spelling_is_refused_rather_than_understood(url: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read(url, within=OUTSIDE)

    assert refusal.value.code == "address_not_allowed"
    assert refusal.value.field == "url"


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    for url in (text, f"https://{text}", f"https://x.example.cn{text}", f"https://{text}.example.cn/a?b=c"):
        try:
            there = read(url, within=OUTSIDE)
        except Refusal:
            continue
        assert there.scheme == "https"
        assert url.startswith(f"https://{there.host}") or url.lower().startswith(
            (f"https://{there.host}", f"https://[{there.host}]")
        )
        assert there.path[0] in "/?"


def test_an_address_taken_apart() -> None:
    there = read("https://XT.example.gov.cn:8443/a/b?c=d&e=%E4%BA%91", within=OUTSIDE)

    assert (there.scheme, there.host, there.port, there.path) == (
        "https", "xt.example.gov.cn", 8443, "/a/b?c=d&e=%E4%BA%91",
    )  # fmt: skip
    assert there.origin == "https://xt.example.gov.cn:8443"
    assert read("https://[2606:4700::1111]?a", within=OUTSIDE).path == "/?a"
    assert read("https://[2606:4700::1111]", within=OUTSIDE).origin == "https://[2606:4700::1111]"


def test_the_operator_may_name_networks_and_hosts_of_the_house() -> None:
    check(ip_address("10.8.3.4"), host="x.cn", within=HOUSE)
    check(ip_address("fd00:8::1"), host="x.cn", within=HOUSE)
    check(ip_address("192.168.1.1"), host="report.intra.example", within=HOUSE)
    for address, host in [("10.9.0.1", "x.cn"), ("192.168.1.1", "x.cn"), ("169.254.169.254", "report.intra.example")]:
        with pytest.raises(Refusal):
            check(ip_address(address), host=host, within=HOUSE)
    with pytest.raises(Refusal, match="https"):
        read("http://report.intra.example/", within=HOUSE)


def test_this_machine_may_be_called_in_the_demo_and_without_tls() -> None:
    for url in ("http://127.0.0.1:8000/x", "http://localhost:8000", "https://127.0.0.1:8000", "http://[::1]:8000/"):
        read(url, within=DEMO)
    for url in ("http://10.0.0.1:8000/", "http://x.example.cn/", "http://localhost.example.cn:8000"):
        with pytest.raises(Refusal):
            read(url, within=DEMO)


@pytest.mark.parametrize("setting", ["10.8.0.0/99", "10.8.1.1/16", "a b", "x_y", "10.8.0", "https://x.cn"])
def test_a_setting_that_means_nothing_is_named(setting: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        bounds(setting)
    with pytest.raises(ConfigError, match="TONGBAN_OUTGOING"):
        load({"TONGBAN_OUTGOING": setting})


def test_what_is_wrapped_is_seen() -> None:
    assert IPv4Address("127.0.0.1") in destinations.meanings(IPv6Address("2002:7f00:1::"))
