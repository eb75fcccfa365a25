"""What goes into the pods that offices and connections fetch from the v2 way.

Documents go to their office's pod. Statements go to the pod of the office that serves the company on the day of their
receipt, and to those of the connections that may read them. Whoever calls for statements holds the company's
lock, so that a statement and the office or the connection that is to have it always meet.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from services.delivery.domain.clients import Client
from services.delivery.domain.documents import Document
from services.delivery.domain.pods import Offer, office_for, pod_of_connection, pod_of_office
from services.delivery.domain.statements import BookedStatement, RoutedStatement
from services.delivery.ports import DeliveryStore
from shared.values import ConnectionId, EnterpriseNumber, OfficeId
from shared.values.days import belgian_day


async def offer_documents(store: DeliveryStore, routed: Iterable[tuple[Document, datetime]]) -> None:
    """Puts documents that were routed (UTC) into the pods of their offices."""
    await store.offer([_of_document(document, at) for document, at in routed if document.office_id is not None])


async def offer_statements(store: DeliveryStore, booked: Sequence[BookedStatement]) -> list[RoutedStatement]:
    """Puts what was just booked into the pods of offices and connections; keeps it where no office is known. Gives
    those that have one."""
    numbers = {each.body.enterprise_number for each in booked}
    readers = await store.statement_connections(numbers)
    offers = [
        _of_statement(pod_of_connection(connection), statement)
        for statement in booked
        for connection in readers.get(statement.body.enterprise_number, ())
    ]
    routed, kept = _to_offices(booked, await store.clients(numbers))
    await store.keep_for_an_office(kept)
    await store.offer([*offers, *map(_of_routed, routed)])
    return routed


async def offer_to_readers(store: DeliveryStore, booked: Sequence[tuple[ConnectionId, BookedStatement]]) -> None:
    """Puts what was booked since a connection became active into that connection's pod."""
    await store.offer([_of_statement(pod_of_connection(connection), statement) for connection, statement in booked])


async def offer_kept(store: DeliveryStore, numbers: Collection[EnterpriseNumber]) -> list[RoutedStatement]:
    """Puts what was kept for an office into its pod, now that more is known of these companies. Gives what has one."""
    kept = await store.kept_for_an_office(numbers)
    if not kept:
        return []
    routed, _ = _to_offices(kept, await store.clients(numbers))
    await store.offer([_of_routed(each) for each in routed])
    await store.found_an_office([each.statement_id for each in routed])
    return routed


async def offer_again(
    store: DeliveryStore,
    office_id: OfficeId,
    documents: Iterable[Document],
    at: datetime,
    statements: Iterable[RoutedStatement] = (),
) -> None:
    """Puts an office's own documents and statements into its list of what is delivered again."""
    offers = [_of_document(document, at) for document in documents if document.office_id == office_id]
    offers += [replace(_of_routed(each), offered_at=at) for each in statements if each.office_id == office_id]
    await store.offer_once_more(offers)


async def offer_again_to_readers(
    store: DeliveryStore, booked: Iterable[tuple[ConnectionId, BookedStatement]], at: datetime
) -> None:
    """Puts statements into the lists of what is delivered again of connections that may read them."""
    await store.offer_once_more(
        [replace(_of_statement(pod_of_connection(connection), each), offered_at=at) for connection, each in booked]
    )


def _to_offices(
    booked: Iterable[BookedStatement], clients: Mapping[EnterpriseNumber, Client]
) -> tuple[list[RoutedStatement], list[BookedStatement]]:
    """What goes to which office, and what has none yet."""
    routed, kept = [], []
    for statement in booked:
        client = clients.get(statement.body.enterprise_number)
        office = office_for(client.offices, belgian_day(statement.received_at)) if client is not None else None
        if client is None or office is None:
            kept.append(statement)
        else:
            routed.append(RoutedStatement(office, client.code_of(office), statement))
    return routed, kept


def _of_document(document: Document, at: datetime) -> Offer:
    owner = pod_of_office(OfficeId(document.office_id or ""))
    return Offer(owner, document.enterprise_number, "sales_invoice", document.document_id, at)


def _of_routed(statement: RoutedStatement) -> Offer:
    return _of_statement(pod_of_office(statement.office_id), statement.booked)


def _of_statement(owner: str, statement: BookedStatement) -> Offer:
    return Offer(owner, statement.body.enterprise_number, "coda", statement.statement_id, statement.booked_at)
