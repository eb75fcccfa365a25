"""Where a webhook may go: public addresses over https, and what the operator of this house allows beside them.

A name is only known when it is resolved, so the rule is held against every address just before it is connected to.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from shared.values import ValueRejected

Address = IPv4Address | IPv6Address
PORTS = frozenset({443, 8443})
"""Anything else that listens is rarely meant to be called from outside."""

_URL = re.compile(
    r"(?P<scheme>https?)://(?:\[(?P<literal>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})))"
    r"(?::(?P<port>[0-9]{1,5}))?(?:[/?][!\x22$-\[\]-~]*)?"
)
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,252})")
# `is_global` alone calls these public: relays into other networks (RFC 7526, 6052, 8215, 3056, 4380), IPv4 in
# IPv6 of old (RFC 4291 §2.5.5.1), the discard prefix (RFC 6666), segment routing (RFC 9602) and site-local (RFC 3879).
_NOT_PUBLIC = tuple(
    ip_network(text)
    for text in (
        "192.88.99.0/24",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2002::/16",
        "2001::/32",
        "::/96",
        "100::/64",
        "5f00::/16",
        "fec0::/10",
    )
)


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet and to one host; IPv4 inside IPv6 is looked at as IPv4."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not any(address.version == network.version and address in network for network in _NOT_PUBLIC)
    )


@dataclass(frozen=True, slots=True)
class Reach:
    """What may be reached: public addresses, and the networks and hosts (lower case) that the operator names."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    hosts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Reach":
        """From CIDR blocks and host names. Raises ValueError: what is neither."""
        networks, hosts = [], set()
        for text in texts:
            try:
                networks.append(ip_network(text))
            except ValueError:
                if _HOST.fullmatch(text.lower()) is None:
                    raise ValueError(f"found {text!r}, expected a CIDR block or a host name") from None
                hosts.add(text.lower())
        return cls(tuple(networks), frozenset(hosts))

    def may_connect(self, text: str) -> bool:
        """Whether an address, as the resolver gave it, may be connected to; anything else is refused."""
        try:
            address = ip_address(text)
        except ValueError:
            return False
        return is_public(address) or self._allows(address)

    def trusts(self, host: str) -> bool:
        """Whether a host is on the operator's list: by its name, or as an address of a listed network."""
        if host.lower().rstrip(".") in self.hosts:
            return True
        try:
            return self._allows(ip_address(host))
        except ValueError:
            return False

    def checked_url(self, text: str) -> str:
        """The address of an endpoint as it may be kept.

        Raises `ValueRejected`: `webhook_url_malformed` (also user names and fragments), `webhook_url_not_https`,
        `webhook_url_port`, `webhook_url_address` (an address that is not public).
        """
        match = _URL.fullmatch(text)
        port = int(match["port"] or 443) if match else 0
        if match is None or not 0 < port < 65536:
            raise ValueRejected("webhook_url_malformed", text, "https://host/path without user name and fragment")
        host = match["literal"] or match["name"]
        if self.trusts(host):
            return text
        if match["scheme"] != "https":
            raise ValueRejected("webhook_url_not_https", text, "an address that begins with https://")
        if port not in PORTS:
            raise ValueRejected("webhook_url_port", str(port), f"one of the ports {sorted(PORTS)}")
        if _is_address(host) and not self.may_connect(host):
            raise ValueRejected("webhook_url_address", host, "an address of the public internet")
        return text

    def _allows(self, address: Address) -> bool:
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        return any(address.version == network.version and address in network for network in self.networks)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
