"""Pods: what offices and connections fetch the v2 way."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol

from services.delivery.domain.deliverables import Model
from services.delivery.domain.pods import Offer, OwnCompany, PodEntry, PodFeed, PodOffsets, PodSettings
from services.delivery.domain.statements import BookedStatement
from shared.values import ConnectionId, DocumentId, EnterpriseNumber, OfficeId, StatementId


class PodStore(Protocol):
    """The worker's side. Feeds are locked in the order of their ids."""

    async def offer(self, offers: Sequence[Offer]) -> None:
        """Adds to the feeds; makes those that are missing. What stands in a feed already stays where it is."""
        ...

    async def offer_once_more(self, offers: Sequence[Offer]) -> None:
        """Adds to the lists of what is delivered again. What waits in one already is not added twice."""
        ...

    async def statement_connections(
        self, numbers: Collection[EnterpriseNumber]
    ) -> dict[EnterpriseNumber, list[ConnectionId]]:
        """The active connections that may read the statements of these companies."""
        ...

    async def keep_for_an_office(self, statements: Sequence[BookedStatement]) -> None:
        """Notes statements of companies that have no office yet."""
        ...

    async def kept_for_an_office(self, numbers: Collection[EnterpriseNumber]) -> list[BookedStatement]:
        """Those of these companies, oldest first."""
        ...

    async def found_an_office(self, statements: Collection[StatementId]) -> None:
        """They are kept no longer."""
        ...

    async def booked_statements(self, ids: Collection[StatementId]) -> list[BookedStatement]:
        """Those that exist, oldest first."""
        ...


class PodReading(Protocol):
    """The API's side, on which only the caller's rows exist. `owner` is always the caller itself."""

    async def pod_id(self, owner: str) -> int:
        """The number of the caller's pod, which is made when it is first asked for; it fits signed 32 bits."""
        ...

    async def pod_feeds(
        self, owner: str, numbers: Collection[EnterpriseNumber], models: Sequence[Model]
    ) -> list[PodFeed]:
        """The feeds of these companies, made where they are missing, and of any other company of which something of
        these models is not done; by id."""
        ...

    async def pod_feed(self, feed_id: int) -> PodFeed | None: ...

    async def pod_page(self, feed_id: int, again: bool, models: Sequence[Model], limit: int) -> list[PodEntry]:
        """What is not marked as done, oldest first."""
        ...

    async def pod_entry(self, feed_index: str) -> PodEntry | None:
        """An entry by its name (a UUID as text), done or not."""
        ...

    async def pod_entries(
        self, feed_id: int, again: bool, models: Sequence[Model], after: int, until: int
    ) -> list[PodEntry]:
        """Those behind a position up to and with another, oldest first."""
        ...

    async def lock_offsets(self, feed_id: int) -> PodOffsets:
        """How far the feed is done; nobody else moves that until the transaction ends."""
        ...

    async def move_offset(self, feed_id: int, again: bool, position: int) -> None:
        """To a later position, under the lock; an earlier one changes nothing."""
        ...

    async def note_delivered(self, feed_id: int, documents: Collection[DocumentId], at: datetime) -> set[DocumentId]:
        """Those that are delivered the v2 way now for the first time."""
        ...

    async def pod_settings(self, principal: str) -> PodSettings:
        """What an office or a software chose; else the defaults."""
        ...

    async def save_pod_settings(self, principal: str, settings: PodSettings) -> None: ...

    async def companies_of(self, office: OfficeId) -> list[EnterpriseNumber]:
        """The companies that the office serves, served or will serve, by number."""
        ...

    async def company_of_connection(self, connection: ConnectionId, day: date) -> OwnCompany | None:
        """The company of a live connection, and whether an office serves it on that day."""
        ...
