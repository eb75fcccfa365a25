"""Lists of clients as an accounting package writes them, as long as one likes; their companies are nobody else's."""

from collections.abc import Iterator

from deploy.demo.directory import demo_account
from shared.values import EnterpriseNumber

_FIRST_BASE = 2_000_000
_FIRST_ACCOUNT = 1_000_000


def list_of_clients(count: int, *extra: str, offset: int = 0) -> bytes:
    """CSV of `count` companies, each with an address and an account, and of the `extra` lines in the middle."""
    lines = list(_lines(count, offset))
    lines[count // 2 : count // 2] = extra
    return "\r\n".join(["Ondernemingsnummer;Naam;Taal;E-mail;Klantcode;Rekeningen", *lines, ""]).encode()


def _lines(count: int, offset: int) -> Iterator[str]:
    for serial in range(offset, offset + count):
        base = _FIRST_BASE + serial
        number = EnterpriseNumber(f"{base:08d}{97 - base % 97:02d}")
        account = demo_account(_FIRST_ACCOUNT + serial)
        address = f"boekhouding@klant-{serial}.example"
        yield f"{number.formatted};Klant {serial} BV;nl;{address};K{serial:06d};{account.formatted}"
