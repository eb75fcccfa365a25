"""The companies of a pod: an office sees its clients, a billing software the one that it is connected with.

An office is never named to a software, nor told by an id from which one could find out who it is; and the code by
which an office knows a client is the office's own.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from services.delivery.domain.pods import PodFeed, serves
from services.delivery.ports import ReadingStore
from shared.chassis.http import Call
from shared.contracts.compatibility import OPERATORS_FIDUCIARY, client_id, fiduciary_id, fiduciary_of_company
from shared.values import ConnectionId, EnterpriseNumber, Language, OfficeId


@dataclass(frozen=True, slots=True)
class PodCompany:
    """A company as the caller may see it; `served` tells whether it has a feed even while nothing waits in it."""

    name: str
    language: Language
    code: str = ""
    served: bool = True
    has_office: bool = True


async def clients_of(call: Call, store: ReadingStore, day: date) -> dict[EnterpriseNumber, PodCompany]:
    """The caller's companies by number, former and future ones of an office as well."""
    if call.principal.kind == "office":
        office = OfficeId(call.principal.id)
        known = await store.clients(await store.companies_of(office))
        return {
            number: PodCompany(each.name, each.language, each.code_of(office), serves(office, each.offices, day))
            for number, each in known.items()
        }
    number = EnterpriseNumber(call.principal.enterprise_number or "")
    own = await store.company_of_connection(ConnectionId(call.principal.id), day)
    if own is None:
        # A simulated company, or one whose snapshot is on its way.
        return {number: PodCompany(number.formatted, Language.NL, has_office=False)}
    return {number: PodCompany(own.name, own.language, has_office=own.has_office)}


def shown(feed: PodFeed, company: PodCompany | None, call: Call) -> dict[str, Any]:
    """One of the `feed_clients`; nothing that a client reads is ever null (fact 8)."""
    number = feed.enterprise_number
    office = OfficeId(call.principal.id) if call.principal.kind == "office" else None
    if office is not None:
        fiduciary = fiduciary_id(office)
    else:
        fiduciary = fiduciary_of_company(number) if company and company.has_office else OPERATORS_FIDUCIARY
    return {
        "id": feed.feed_id,
        "client_id": str(client_id(number, office)),
        "client_name": company.name if company else number.formatted,
        "client_code": company.code if company else "",
        "fiduciary_id": str(fiduciary),
        "target_root_state": "default",
        "delivery_config": None,
    }


async def language_of(call: Call, store: ReadingStore, day: date) -> Language:
    """In which language the caller reads: an office in its own, a connection in its company's."""
    if call.principal.kind == "office":
        office = OfficeId(call.principal.id)
        known = (await store.offices([office])).get(office)
        return known.language if known is not None else Language.NL
    own = await store.company_of_connection(ConnectionId(call.principal.id), day)
    return own.language if own is not None else Language.NL
