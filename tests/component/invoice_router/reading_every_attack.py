"""A program: reads every attack in reading processes, with the time that documents have, and tells what became of it.

A program of its own, so that what it costs is told apart from what the tests cost.
"""

import asyncio
import json
import sys

from services.invoice_router.adapters.reading_pool import ReadingPool
from services.invoice_router.domain.rejection import DocumentRejected
from tests.unit.invoice_router.attacks import TABLE, Attack, Canary
from tests.unit.invoice_router.attacks_of_ours import BY_SCHEMA, HEAVY, OURS

EVERY_ATTACK: tuple[Attack, ...] = (*TABLE, *OURS, *BY_SCHEMA, *HEAVY)


async def main(canary: Canary, module: str) -> None:
    """One line of JSON an attack."""
    pool = ReadingPool(timeout_ms=5_000, module=module)
    for attack in EVERY_ATTACK:
        document = attack.document(canary)
        told: dict[str, object] = {"number": attack.number}
        try:
            told["read"] = (await pool.read(document)).invoice.model_dump(
                mode="json", include={"number", "attachments"}
            )
        except DocumentRejected as rejected:
            told["rejected"] = [rejected.code, rejected.location, rejected.found, rejected.expected]
        sys.stdout.write(json.dumps(told) + "\n")
    await pool.close()


if __name__ == "__main__":
    asyncio.run(main(Canary(sys.argv[1], sys.argv[2], ""), sys.argv[3]))
