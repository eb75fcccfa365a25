"""Between the ledger's values and the rows of its tables."""

import json
from typing import cast

import asyncpg

from services.coda_reconciler.adapters import stored_values
from services.coda_reconciler.adapters.rows import thousandths_of
from services.coda_reconciler.domain.matching.facts import (
    DifferenceKind,
    ItemKey,
    LedgerMovement,
    MovementKey,
    OpenItem,
    Rule,
)
from services.coda_reconciler.domain.settlement.values import (
    ActiveProposal,
    Learnt,
    LedgerEntry,
    MovementState,
    Refusal,
)
from shared.contracts.invoices import Family
from shared.values import Currency, DocumentId, EnterpriseNumber, Iban, StatementId, StructuredReference


def item_key_of(row: asyncpg.Record) -> ItemKey:
    """The columns that every table of items begins with."""
    return EnterpriseNumber(row["enterprise_number"]), cast(Family, row["family"]), row["number"], row["year"]


def movement_key_of(row: asyncpg.Record) -> MovementKey:
    """The columns that every table of movements begins with."""
    return StatementId(row["statement_id"]), row["position"]


def item_of(row: asyncpg.Record) -> OpenItem:
    """A row of `open_items`."""
    company, family, number, year = item_key_of(row)
    return OpenItem(
        enterprise_number=company,
        family=family,
        number=number,
        year=year,
        document_id=DocumentId(row["document_id"]),
        document_version=row["document_version"],
        reference=StructuredReference(row["reference"]) if row["reference"] else None,
        currency=Currency(row["currency"]),
        payable=thousandths_of(row["payable"]),
        issue_date=row["issue_date"],
        due_date=row["due_date"],
        customer_name=row["customer_name"],
        debtors=tuple(row["debtors"]),
        keys=tuple(row["keys"]),
        discounts=stored_values.discounts_of(row["discounts"]),
        mandate=row["mandate"],
        preceding=tuple(row["preceding"]),
        allocated=thousandths_of(row["allocated"]),
        version=row["version"],
    )


def movement_of(row: asyncpg.Record) -> LedgerMovement:
    """A row of `movements`, with what its statement says."""
    return LedgerMovement(
        statement_id=StatementId(row["statement_id"]),
        position=row["position"],
        enterprise_number=EnterpriseNumber(row["enterprise_number"]),
        iban=Iban(row["iban"]),
        year=row["year"],
        statement_sequence=row["statement_sequence"],
        sequence=row["sequence"],
        detail=row["detail"],
        amount=thousandths_of(row["amount"]),
        currency=Currency(row["currency"]),
        value_date=row["value_date"],
        entry_date=row["entry_date"],
        transaction_code=row["transaction_code"],
        facts=stored_values.facts_of(row["facts"]),
        provisional=row["provisional"],
    )


def state_of(row: asyncpg.Record) -> MovementState | None:
    """What was decided of a row of `movements`; None while nothing was."""
    if row["decision"] is None:
        return None
    decision = stored_values.decision_of(row["decision"])
    return MovementState(movement_key_of(row), thousandths_of(row["remaining"]), decision)


def entry_of(row: asyncpg.Record) -> LedgerEntry:
    """A row of `allocations`."""
    return LedgerEntry(
        item=item_key_of(row),
        movement=movement_key_of(row),
        amount=thousandths_of(row["amount"]),
        difference=thousandths_of(row["difference"]),
        difference_kind=cast(DifferenceKind | None, row["difference_kind"]),
        document_id=DocumentId(row["document_id"]),
        rule=cast(Rule, row["rule"]),
        allocation_id=row["allocation_id"],
        facts=stored_values.allocation_of(row["facts"]),
    )


def proposal_of(row: asyncpg.Record) -> ActiveProposal:
    """A row of `proposals`."""
    proposal = stored_values.proposal_of(row["proposal"])
    return ActiveProposal(movement_key_of(row), proposal, row["rank"], tuple(json.loads(row["allocation_ids"])))


def learnt_of(row: asyncpg.Record) -> Learnt:
    """A row of `debtor_accounts`."""
    company = EnterpriseNumber(row["enterprise_number"])
    return Learnt(company, row["iban"], row["debtor"], row["decision_id"], row["withdrawn"])


def refusal_of(row: asyncpg.Record) -> Refusal:
    """A row of `refused_pairs`."""
    proposal = stored_values.active_proposal_of(row["proposal"]) if row["proposal"] is not None else None
    return Refusal(
        movement_key_of(row), item_key_of(row), row["decision_id"], row["allocation_id"], proposal, row["withdrawn"]
    )
