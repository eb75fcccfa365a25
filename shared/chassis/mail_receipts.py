"""What became of a mail, in words that no mail server's library knows."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of handing a mail to the mail server.

    `sent`: taken over. `retry`: not taken, and that may change. `uncertain`: the line broke when the
    server may have had the mail already. `bounced`: it will never be taken. `reply_code` is 0 where there
    was no reply.
    """

    outcome: Literal["sent", "retry", "uncertain", "bounced"]
    reply_code: int = 0
    reply: str = ""
