"""Bank files: can the bytes be taken in? What is in them is coda_reconciler's to read."""

from datetime import datetime

from services.intake.domain.documents import Unusable, flaw_of_size
from shared.contracts import BankFileReceived
from shared.contracts.documents import Claim

MOST_LINES = 100_000

_BLANK = b" \t\r\n\x1a"
_HEADER, _TRAILER = b"0", b"9"
_TRAILER_COLUMNS = 52
"""So far reach the totals of a trailer; what is behind them are blanks and a flag."""
_TAIL_BYTES = 4096


def flaw_of_bank_file(data: bytes) -> Unusable | None:
    """Empty, larger than 20 MiB, or longer than 100,000 lines."""
    flaw = flaw_of_size(data, "bank file")
    if flaw is not None:
        return flaw
    lines = line_count(data)
    if lines > MOST_LINES:
        return Unusable(
            "bank_file_too_long",
            "The bank file has too many lines.",
            found=f"{lines} lines",
            expected=f"at most {MOST_LINES} lines",
        )
    return None


def line_count(data: bytes) -> int:
    """Lines that end with LF, CRLF or CR, blank ones too; counted without making any."""
    ends = data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")
    return ends + (not data.endswith((b"\n", b"\r"))) if data else 0


def is_cut_short(data: bytes) -> bool:
    """Whether it begins as a CODA file does and does not end with a whole trailer: most likely it is still written to.

    CODA 2.6: a statement begins with record 0 and ends with record 9.
    """
    last = data[-_TAIL_BYTES:].rstrip(_BLANK)
    line = last[max(last.rfind(b"\n"), last.rfind(b"\r")) + 1 :]
    ended = line.startswith(_TRAILER) and len(line) >= _TRAILER_COLUMNS
    return data.lstrip(_BLANK).startswith(_HEADER) and not ended


def received(claim: Claim, received_from: str, now: datetime) -> BankFileReceived:
    """The event that follows when the bytes are new."""
    return BankFileReceived(sha256=claim.sha256, received_at=now, received_from=received_from, document=claim)
