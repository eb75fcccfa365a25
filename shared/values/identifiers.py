"""Ids: what they name is told by their prefix, and they stand in paths, topics and file names as they are."""

from typing import ClassVar, Self
from uuid import UUID

from shared.values.text import TextValue

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no i, l, o and u, so that nobody misreads an id; keeps the order of the UUIDs."""
_BODY = "[0-7][0-9a-hjkmnp-tv-z]{25}"


class _PrefixedId(TextValue):
    """A prefix and the 26 base 32 digits of a UUID. One spelling only. Raises `ValueRejected`: its `code`."""

    __slots__ = ()

    prefix: ClassVar[str]
    most_remembered = 2_048

    @classmethod
    def of(cls, uuid: UUID) -> Self:
        """The id that stands for this UUID; always the same one."""
        digits = (_ALPHABET[uuid.int >> shift & 31] for shift in range(125, -1, -5))
        return cls(cls.prefix + "".join(digits))

    @property
    def uuid(self) -> UUID:
        """The UUID that this id stands for."""
        number = 0
        for digit in self.removeprefix(self.prefix):
            number = number << 5 | _ALPHABET.index(digit)
        return UUID(int=number)


class ConnectionId(_PrefixedId):
    """A company's connection with a billing software. Raises `ValueRejected`: `connection_id_malformed`."""

    __slots__ = ()

    code = "connection_id_malformed"
    prefix = "con_"
    pattern = f"^con_{_BODY}$"
    description = "a connection id: con_ and 26 lower-case base 32 digits"
    examples = ("con_01jd8w3q5k7x9e2v4b6n8m0r1t",)


class DocumentId(_PrefixedId):
    """One invoice or credit note that came in. Raises `ValueRejected`: `document_id_malformed`."""

    __slots__ = ()

    code = "document_id_malformed"
    prefix = "doc_"
    pattern = f"^doc_{_BODY}$"
    description = "a document id: doc_ and 26 lower-case base 32 digits"
    examples = ("doc_01jd8w3q5k7x9e2v4b6n8m0r1t",)


class StatementId(_PrefixedId):
    """One statement of one bank account. Raises `ValueRejected`: `statement_id_malformed`."""

    __slots__ = ()

    code = "statement_id_malformed"
    prefix = "stm_"
    pattern = f"^stm_{_BODY}$"
    description = "a statement id: stm_ and 26 lower-case base 32 digits"
    examples = ("stm_01jd8w3q5k7x9e2v4b6n8m0r1t",)


class PaymentId(_PrefixedId):
    """What one movement pays of one invoice, or may pay. Raises `ValueRejected`: `payment_id_malformed`."""

    __slots__ = ()

    code = "payment_id_malformed"
    prefix = "pay_"
    pattern = f"^pay_{_BODY}$"
    description = "a payment id: pay_ and 26 lower-case base 32 digits"
    examples = ("pay_01jd8w3q5k7x9e2v4b6n8m0r1t",)


class UploadId(_PrefixedId):
    """Bytes that were handed in ahead of what refers to them. Raises `ValueRejected`: `upload_id_malformed`."""

    __slots__ = ()

    code = "upload_id_malformed"
    prefix = "upl_"
    pattern = f"^upl_{_BODY}$"
    description = "an upload id: upl_ and 26 lower-case base 32 digits"
    examples = ("upl_01jd8w3q5k7x9e2v4b6n8m0r1t",)


class ChannelId(_PrefixedId):
    """How an office receives its documents. Raises `ValueRejected`: `channel_id_malformed`."""

    __slots__ = ()

    code = "channel_id_malformed"
    prefix = "chn_"
    pattern = f"^chn_{_BODY}$"
    description = "a channel id: chn_ and 26 lower-case base 32 digits"
    examples = ("chn_01jd8w3q5k7x9e2v4b6n8m0r1t",)


class RedeliveryId(_PrefixedId):
    """An office's wish to have documents again. Raises `ValueRejected`: `redelivery_id_malformed`."""

    __slots__ = ()

    code = "redelivery_id_malformed"
    prefix = "red_"
    pattern = f"^red_{_BODY}$"
    description = "a redelivery id: red_ and 26 lower-case base 32 digits"
    examples = ("red_01jd8w3q5k7x9e2v4b6n8m0r1t",)


class EventId(_PrefixedId):
    """One thing that an office is told. Raises `ValueRejected`: `event_id_malformed`."""

    __slots__ = ()

    code = "event_id_malformed"
    prefix = "evt_"
    pattern = f"^evt_{_BODY}$"
    description = "an event id: evt_ and 26 lower-case base 32 digits"
    examples = ("evt_01jd8w3q5k7x9e2v4b6n8m0r1t",)


class WebhookEndpointId(_PrefixedId):
    """Where a software hears by webhook. Raises `ValueRejected`: `webhook_endpoint_id_malformed`."""

    __slots__ = ()

    code = "webhook_endpoint_id_malformed"
    prefix = "whk_"
    pattern = f"^whk_{_BODY}$"
    description = "a webhook endpoint id: whk_ and 26 lower-case base 32 digits"
    examples = ("whk_01jd8w3q5k7x9e2v4b6n8m0r1t",)


class OfficeId(TextValue):
    """An accounting office; part of the name of its topic. Raises `ValueRejected`: `office_id_malformed`."""

    __slots__ = ()

    code = "office_id_malformed"
    most_remembered = 1_024
    pattern = "^[a-z0-9]{2,20}$"
    description = "an office id: 2 to 20 lower-case letters and digits"
    examples = ("janssens",)


class SoftwareSlug(TextValue):
    """A billing software; part of its topics' names. Raises `ValueRejected`: `software_slug_malformed`."""

    __slots__ = ()

    code = "software_slug_malformed"
    most_remembered = 256
    pattern = "^(?=.{1,40}$)[a-z0-9]+(-[a-z0-9]+)*$"
    description = "a software slug: at most 40 lower-case letters and digits in words joined by hyphens"
    examples = ("robaws", "exact-online")


class CredentialId(TextValue):
    """The public part of a key. Raises `ValueRejected`: `credential_id_malformed`."""

    __slots__ = ()

    code = "credential_id_malformed"
    pattern = "^[a-z0-9]{8,32}$"
    description = "a credential id: 8 to 32 lower-case letters and digits"
    examples = ("k7x9e2v4b6n8",)
