"""The number series of a supplier, and what is missing in them."""

import asyncio
from dataclasses import asdict
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Query

from services.delivery.domain.series import series_of
from services.delivery.endpoints.answers import described
from services.delivery.endpoints.document_answers import SeriesOfCompany
from services.delivery.ports import ReadingStore
from shared.chassis.http import Call, caller
from shared.values import EnterpriseNumber

MOST_NUMBERS = 20_000
"""Looked at in one answer, the latest by date of issue."""

routes = APIRouter()
Either = Annotated[Call, Depends(caller("office", "software"))]


@routes.get("/v1/documents/series", responses=described(SeriesOfCompany))
async def list_series(
    call: Either, company: EnterpriseNumber, year: Annotated[int | None, Query(ge=1900, le=2200)] = None
) -> dict[str, Any]:
    """Which number series a supplier's documents form, for each year of issue, and which numbers are missing.

    It looks at the documents that the caller sees: an office at those that were delivered to it, a software at its
    own. Where there are more than 20,000 (`complete` is false) ask for one year.
    """
    async with call.transaction() as tx:
        store = cast(ReadingStore, tx.store)
        issued = await store.issued_numbers(company, year, MOST_NUMBERS + 1)
        clients = await store.clients([company]) if call.principal.kind == "office" else {}
    # Some tenths of a second for the most numbers, in which other calls are answered.
    series, outsiders = await asyncio.to_thread(series_of, issued[:MOST_NUMBERS])
    return {
        "company": company,
        "company_name": clients[company].name if company in clients else None,
        "series": [asdict(each) for each in series],
        "others": [
            {"family": each.family, "year": each.year, "number": each.number, "document": each.document_id}
            for each in outsiders
        ],
        "complete": len(issued) <= MOST_NUMBERS,
    }
