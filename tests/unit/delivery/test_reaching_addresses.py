"""Which addresses and which URLs a webhook may go to."""

import pytest

from services.delivery.domain.addresses import Reach
from shared.values import ValueRejected

PUBLIC = Reach()
REFUSED = {
    "loopback": "127.0.0.1",
    "loopback, not the first": "127.8.9.10",
    "this network": "0.0.0.0",
    "this network, another host": "0.1.2.3",
    "private 10": "10.0.0.1",
    "private 172.16": "172.16.0.1",
    "private 172.31": "172.31.255.255",
    "private 192.168": "192.168.1.1",
    "carrier's translation": "100.64.0.1",
    "link-local, where clouds keep credentials": "169.254.169.254",
    "protocol assignments": "192.0.0.1",
    "documentation 1": "192.0.2.1",
    "documentation 2": "198.51.100.1",
    "documentation 3": "203.0.113.1",
    "benchmarks": "198.18.0.1",
    "6to4 relay": "192.88.99.1",
    "multicast": "224.0.0.1",
    "multicast of an organisation": "239.1.2.3",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "loopback, IPv6": "::1",
    "unspecified, IPv6": "::",
    "mapped loopback": "::ffff:127.0.0.1",
    "mapped private": "::ffff:10.0.0.1",
    "mapped in hexadecimal": "::ffff:a9fe:a9fe",
    "IPv4-compatible": "::127.0.0.1",
    "translated, RFC 2765": "::ffff:0:127.0.0.1",
    "NAT64 of loopback": "64:ff9b::7f00:1",
    "NAT64 of a public address": "64:ff9b::808:808",
    "NAT64, local": "64:ff9b:1::1",
    "6to4 of loopback": "2002:7f00:1::",
    "6to4 of a public address": "2002:808:808::",
    "Teredo": "2001:0:7f00:1::",
    "documentation, IPv6": "2001:db8::1",
    "unique local": "fd00::1",
    "unique local, fc": "fc00::1",
    "link-local, IPv6": "fe80::1",
    "link-local with a zone": "fe80::1%eth0",
    "site-local of old": "fec0::1",
    "multicast, IPv6": "ff02::1",
    "multicast, global scope": "ff0e::1",
    "discard": "100::1",
    "segment routing": "5f00::1",
    "no address at all": "localhost",
    "a number": "2130706433",
    "octal": "0177.0.0.1",
    "nothing": "",
}
ALLOWED = ("8.8.8.8", "1.1.1.1", "193.190.198.1", "2606:4700:4700::1111", "2a02:a03f::1", "::ffff:8.8.8.8")


@pytest.mark.parametrize("address", REFUSED.values(), ids=REFUSED)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not PUBLIC.may_connect(address)


@pytest.mark.parametrize("address", ALLOWED)
def test_an_address_of_the_public_internet_is_allowed(address: str) -> None:
    assert PUBLIC.may_connect(address)


def test_what_the_operator_allows_is_reached_and_nothing_beside_it() -> None:
    reach = Reach.of(["10.1.0.0/16", "fd00:1::/32", "Hooks.Intern.example"])
    assert all(map(reach.may_connect, ("10.1.2.3", "::ffff:10.1.2.3", "fd00:1::5", "8.8.8.8")))
    assert not any(map(reach.may_connect, ("10.2.0.1", "fd00:2::5", "127.0.0.1", "169.254.169.254")))
    assert reach.trusts("hooks.intern.example") and reach.trusts("10.1.2.3")
    assert not reach.trusts("other.intern.example")


@pytest.mark.parametrize("wrong", ["10.1.2.3/16", "http://a.example", "*", "a b"])
def test_an_allowance_that_cannot_be_read_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="expected a CIDR block or a host name"):
        Reach.of([wrong])


@pytest.mark.parametrize(
    "url",
    ["https://hooks.example/relais?x=1", "https://hooks.example", "https://[2606:4700::1]:8443/a", "https://8.8.8.8/"],
)
def test_an_https_address_on_a_usual_port_is_taken(url: str) -> None:
    assert PUBLIC.checked_url(url) == url


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://hooks.example/", "webhook_url_not_https"),
        ("https://hooks.example:22/", "webhook_url_port"),
        ("https://hooks.example:0/", "webhook_url_malformed"),
        ("https://hooks.example:99999/", "webhook_url_malformed"),
        ("https://127.0.0.1/", "webhook_url_address"),
        ("https://[::ffff:127.0.0.1]/", "webhook_url_address"),
        ("https://[64:ff9b::7f00:1]/", "webhook_url_address"),
        ("https://user:secret@hooks.example/", "webhook_url_malformed"),
        ("https://hooks.example/#part", "webhook_url_malformed"),
        ("https://hooks.example\\@127.0.0.1/", "webhook_url_malformed"),
        ("https://hooks.example/a\r\nHost: b", "webhook_url_malformed"),
        ("ftp://hooks.example/", "webhook_url_malformed"),
        ("//hooks.example/", "webhook_url_malformed"),
        ("hooks.example", "webhook_url_malformed"),
    ],
)
def test_an_address_that_cannot_be_called_is_refused_with_the_reason(url: str, code: str) -> None:
    with pytest.raises(ValueRejected) as refusal:
        PUBLIC.checked_url(url)
    assert refusal.value.code == code


def test_what_the_operator_trusts_may_be_called_over_http_and_on_any_port() -> None:
    reach = Reach.of(["127.0.0.0/8", "localhost"])
    for url in ("http://127.0.0.1:3000/hook", "http://localhost:3000/hook"):
        assert reach.checked_url(url) == url
    with pytest.raises(ValueRejected):
        reach.checked_url("http://hooks.example/")
