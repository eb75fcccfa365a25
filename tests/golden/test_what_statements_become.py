"""A bank file with every kind of booking, and what each of its movements says, down to the zones of its texts.

The file is our own generator's (deploy/demo/coda), made once and kept, so that only a change of the reader shows.
"""

import json
from collections.abc import Callable
from pathlib import Path

from services.coda_reconciler.domain.coda_communications import Communication
from services.coda_reconciler.domain.coda_file import split_file
from services.coda_reconciler.domain.coda_reader import read_statement
from services.coda_reconciler.domain.coda_records import Movement
from services.coda_reconciler.domain.coda_zones import Zone

Golden = Callable[[str, bytes], None]

FILE = Path(__file__).parent / "files/every_booking.cod"


def test_every_kind_of_booking_says_what_it_did(golden: Golden) -> None:
    [text] = split_file(FILE.read_bytes()).statements
    statement = read_statement(text)
    told = [json.dumps(_told(movement), ensure_ascii=False, default=str) for movement in statement.movements]
    golden("every_booking.jsonl", "".join(f"{line}\n" for line in told).encode())


def _told(movement: Movement) -> dict[str, object]:
    fields = movement.fields()._asdict()
    fields["communication"] = _zones(movement.communication)
    fields["information"] = [_zones(each) for each in movement.information]
    fields["labels"] = {part.label: part.text for part in movement.labels}
    return {"lines": movement.origin.records, "amount": movement.amount, "parent": movement.parent, **fields}


def _zones(communication: Communication) -> object:
    structured = communication.structured
    if structured is None:
        return communication.text
    names = [name for name, zone in vars(type(structured)).items() if isinstance(zone, Zone)]
    return {communication.structured_type: {name: getattr(structured, name) for name in names}}
