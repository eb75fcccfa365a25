"""Bank files and the statements in them that are put aside: whoever handed a file in hears what became of these.

A file is received before anything in it is put aside, but on another topic: whichever comes first is kept, and the
second of the two tells.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from services.delivery.domain import put_aside as rules
from services.delivery.domain.notices import Notice, bank_file_notice
from services.delivery.domain.office_notices import OfficeNotice, file_notice
from services.delivery.domain.put_aside import ToldOfFile, sender_of
from services.delivery.handlers.telling import tell
from services.delivery.handlers.telling_offices import tell_offices
from services.delivery.ports import DeliveryStore
from shared.chassis.messages import Batch, Cause, Consequence
from shared.contracts.statements import BankFileReceived, StatementQuarantined
from shared.values import OfficeId, Sha256, SoftwareSlug

Sender = SoftwareSlug | OfficeId


async def know_bank_files(batch: Batch[BankFileReceived], store: DeliveryStore) -> list[Consequence]:
    """Who handed in which file, where it was a software or an office. It is told what was put aside before."""
    causes: dict[Sha256, Cause] = {}
    senders: dict[Sha256, Sender] = {}
    for event in batch:
        sender = sender_of(event.body.received_from)
        if sender is not None:
            causes[event.body.sha256], senders[event.body.sha256] = event, sender
    if not senders:
        return []
    await batch.lock(f"file:{digest}" for digest in senders)
    await store.save_senders(senders)
    known = await store.put_aside_of(set(senders))
    return await _tell(store, [(causes[each.place[0]], told) for each in known if (told := each.last)], senders)


async def tell_put_aside(batch: Batch[Any], store: DeliveryStore) -> list[Consequence]:
    """A statement was put aside, or one that waited for a mandate was booked. Of what is past already nothing is
    told."""
    places = {(event.body.file_sha256, event.body.index) for event in batch}
    files = {digest for digest, _ in places}
    await batch.lock(f"file:{digest}" for digest in files)
    known = await store.put_aside_at(places)
    told: list[tuple[Cause, ToldOfFile]] = []
    for event in batch:
        body, place = event.body, (event.body.file_sha256, event.body.index)
        if isinstance(body, StatementQuarantined):
            known[place] = rules.quarantined(known.get(place), body, event.id, event.time)
        else:
            known[place] = rules.released(known.get(place), place, event.id, event.time)
        last = known[place].last
        if last is not None and last.event_id == event.id:
            told.append((event, last))
    await store.save_put_aside(list(known.values()))
    return await _tell(store, told, await store.senders(files))


async def _tell(
    store: DeliveryStore, told: Sequence[tuple[Cause, ToldOfFile]], senders: Mapping[Sha256, Sender]
) -> list[Consequence]:
    to_softwares: list[tuple[Cause, Notice]] = []
    to_offices: list[tuple[Cause, OfficeNotice]] = []
    for cause, each in told:
        sender = senders.get(each.facts.file_sha256)
        if isinstance(sender, SoftwareSlug):
            to_softwares.append((cause, bank_file_notice(each, sender)))
        elif sender is not None:
            to_offices.append((cause, file_notice(each, sender)))
    consequences = await tell(store, to_softwares) if to_softwares else []
    return [*consequences, *await tell_offices(store, to_offices)]
