"""The mailbox of an office's package, by SMTP: one document a mail."""

from typing import Protocol

from services.delivery.domain.channels import Channel, MailPlace
from services.delivery.domain.files import Parcel
from services.delivery.domain.handovers import Outcome
from services.delivery.domain.package_mails import package_mail
from shared.chassis.mail_receipts import Receipt
from shared.values import EmailAddress

_CODES = {"retry": "mail_postponed", "uncertain": "mail_uncertain", "bounced": "mail_refused"}


class Post(Protocol):
    """Hands a message to a mail server. Never raises for what a mail server or a network does."""

    async def send(self, sender: str, recipient: EmailAddress, message: bytes) -> Receipt: ...

    async def close(self) -> None: ...


class MailCourier:
    """`sender` is what people see, `return_path` the address that mails come back to.

    After an uncertain outcome the same bytes go again, under the same Message-ID: a mailbox can tell that it has
    them.
    """

    def __init__(self, post: Post, sender: str, return_path: str) -> None:
        self._post, self._sender, self._return_path = post, sender, return_path

    async def deliver(self, channel: Channel, secret: str, parcel: Parcel) -> Outcome:
        """One try. Whatever goes wrong is an outcome, never raised."""
        if not isinstance(channel.place, MailPlace):
            return Outcome("refused", "channel_incomplete", "the channel has no address")
        message = package_mail(parcel, self._sender, channel.place.address)
        if message is None:
            return Outcome("refused", "mail_too_large", "the XML alone is larger than 10 MB as a mail")
        receipt = await self._post.send(self._return_path, channel.place.address, message)
        words = f"{receipt.reply_code} {receipt.reply}" if receipt.reply_code else receipt.reply
        if receipt.outcome == "sent":
            return Outcome("done", words=words)
        return Outcome("refused" if receipt.outcome == "bounced" else "retry", _CODES[receipt.outcome], words)

    async def close(self) -> None:
        """Ends the lines that are kept open."""
        await self._post.close()
