"""Offices' clients in memory, for tests: the same answers as Postgres."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from services.verification.domain.client_lists import ClientRow, RowRefusal, entered, refusal, served_by
from services.verification.domain.directory import Company, Period
from services.verification.domain.requests import Request
from services.verification.ports import Claim, Imported
from shared.contracts.directory import Mandate
from shared.values import ConnectionId, EnterpriseNumber, Iban, OfficeId


class Rows(Protocol):
    """What of a shelf is read and written here."""

    companies: dict[EnterpriseNumber, Company]
    requests: dict[ConnectionId, Request]


class MemoryClients:
    """The part of the directory store that keeps offices' clients."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._staged: list[ClientRow] = []

    async def lock_directory(self) -> None:
        """One event loop, no await between reading and writing: nobody to keep out."""

    async def lock_accounts(self, ibans: Sequence[Iban]) -> None:
        """As for the directory."""

    async def claim(self, number: EnterpriseNumber, office_id: OfficeId, day: date) -> Claim:
        known = self._rows.companies.get(number)
        others = [period for period in known.periods if period.office_id != office_id] if known else []
        return Claim(known is not None, any(period.until is None or period.until > day for period in others))

    async def add_client(self, company: Company, claim: Claim, office_id: OfficeId, day: date) -> None:
        fresh = Company(company.enterprise_number, company.name, company.language)
        known = self._rows.companies.get(company.enterprise_number, fresh)
        served = replace(known, periods=served_by(known.periods, office_id, day, known=claim.known))
        self._rows.companies[company.enterprise_number] = served

    async def end_client(self, number: EnterpriseNumber, office_id: OfficeId, until: date) -> bool:
        known = self._rows.companies.get(number)
        if known is None:
            return False
        own = [period for period in known.periods if period.office_id == office_id]
        ended = [replace(p, until=until if p.until is None else min(p.until, until)) for p in own if p.since < until]
        others = [period for period in known.periods if period.office_id != office_id]
        self._rows.companies[number] = replace(known, periods=(*others, *ended))
        return ended != own

    async def accounts_elsewhere(self, number: EnterpriseNumber, mandates: Sequence[Mandate]) -> list[Iban]:
        return [mandate.iban for mandate in mandates if self._holders(number, mandate)]

    async def account_holders(self, number: EnterpriseNumber, mandates: Sequence[Mandate]) -> list[EnterpriseNumber]:
        return sorted({holder for mandate in mandates for holder in self._holders(number, mandate)})

    async def replace_periods(self, number: EnterpriseNumber, periods: Sequence[Period]) -> None:
        self._rows.companies[number] = replace(self._rows.companies[number], periods=tuple(periods))

    async def take_accounts(self, number: EnterpriseNumber, mandates: Sequence[Mandate]) -> None:
        for mandate in mandates:
            for holder in self._holders(number, mandate):
                company = self._rows.companies[holder]
                kept = (_cut(held, mandate) for held in company.mandates)
                self._rows.companies[holder] = replace(company, mandates=tuple(held for held in kept if held))

    async def client_numbers(
        self, office_id: OfficeId | None, after: str, limit: int, day: date
    ) -> list[EnterpriseNumber]:
        found = (
            company.enterprise_number
            for company in self._rows.companies.values()
            if office_id is None or any(p.office_id == office_id and p.holds_on(day) for p in company.periods)
        )
        return sorted(number for number in found if number > after)[:limit]

    async def stage_clients(self, rows: Sequence[ClientRow]) -> None:
        self._staged += rows

    async def staged_refusals(
        self, office_id: OfficeId, day: date, limit: int
    ) -> tuple[list[RowRefusal], set[int], int]:
        found: list[RowRefusal] = []
        companies: set[EnterpriseNumber] = set()
        holders: dict[Iban, EnterpriseNumber] = {}
        for row in sorted(self._staged, key=lambda row: row.row):
            number = row.enterprise_number
            claim = await self.claim(number, office_id, day)
            told = [
                (number in companies, "row_doubled", number),
                (claim.taken, "company_served_by_another_office", number),
                (not claim.known and row.name is None, "name_missing", ""),
            ]
            told += [(holders.setdefault(iban, number) != number, "mandate_doubled", iban) for iban in row.ibans]
            told += [(iban in await self._foreign(row, day), "mandate_of_another_company", iban) for iban in row.ibans]
            found += [refusal(row.row, code, text) for wrong, code, text in told if wrong]
            companies.add(number)
        found.sort(key=lambda each: (each.row, each.code, each.found))
        return found[:limit], {each.row for each in found}, len(found)

    async def import_staged(self, office_id: OfficeId, day: date, *, dry_run: bool) -> Imported:
        changed: dict[EnterpriseNumber, Company] = {}
        created = 0
        for row in self._staged:
            known = self._rows.companies.get(row.enterprise_number)
            after = entered(known, row, office_id, day)
            created += known is None
            if after != known:
                changed[row.enterprise_number] = after
        if not dry_run:
            self._rows.companies.update(changed)
        return Imported(tuple(sorted(changed)), created, len(self._staged) - len(changed))

    async def awaited(self, numbers: Sequence[EnterpriseNumber]) -> list[EnterpriseNumber]:
        blocked = {each.enterprise_number for each in self._rows.requests.values() if each.state == "blocked"}
        return sorted(blocked & set(numbers))

    async def _foreign(self, row: ClientRow, day: date) -> list[Iban]:
        known = self._rows.companies.get(row.enterprise_number)
        held = {m.iban for m in known.mandates if m.until is None or m.until > day} if known else set()
        fresh = [Mandate(iban=iban, since=day) for iban in row.ibans if iban not in held]
        return await self.accounts_elsewhere(row.enterprise_number, fresh)

    def _holders(self, number: EnterpriseNumber, mandate: Mandate) -> list[EnterpriseNumber]:
        return [
            company.enterprise_number
            for company in self._rows.companies.values()
            if company.enterprise_number != number
            and any(held.iban == mandate.iban and _overlap(held, mandate) for held in company.mandates)
        ]


def _overlap(one: Mandate, other: Mandate) -> bool:
    return (one.until is None or one.until > other.since) and (other.until is None or other.until > one.since)


def _cut(held: Mandate, taken: Mandate) -> Mandate | None:
    """What is left of a mandate when another company's begins."""
    if held.iban != taken.iban or not _overlap(held, taken):
        return held
    return Mandate(iban=held.iban, since=held.since, until=taken.since) if held.since < taken.since else None
