"""Pods: whose feed something goes into, under which names, and what is told of it."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.delivery.domain.documents import Document
from services.delivery.domain.pods import coda_metadata, feed_index, invoice_metadata, office_for, serves
from shared.contracts.compatibility import (
    OPERATORS_FIDUCIARY,
    bank_id,
    client_id,
    coda_mandate_id,
    fiduciary_id,
    fiduciary_of_company,
)
from shared.contracts.directory import OfficePeriod
from shared.contracts.documents import Claim
from shared.contracts.invoices import Difference
from shared.contracts.statements import TransactionsBooked
from shared.values import (
    ConnectionId,
    DocumentId,
    EnterpriseNumber,
    Iban,
    OfficeId,
    Sha256,
    SoftwareSlug,
    StatementId,
)

NUMBER, OTHER_NUMBER = EnterpriseNumber("0403170701"), EnterpriseNumber("0202239951")
JANSSENS, PEETERS = OfficeId("janssens"), OfficeId("peeters")
DAY = date(2026, 3, 2)
CLAIM = Claim(path="0403170701/a", sha256=Sha256.of(b"a"), size=1, media_type="application/xml")


def period(office: OfficeId, since: str, until: str | None = None) -> OfficePeriod:
    return OfficePeriod.model_validate({"office_id": office, "since": since, "until": until})


def a_statement() -> TransactionsBooked:
    euro = {"amount": "1.00", "currency": "EUR"}
    return TransactionsBooked.model_validate(
        {"statement_id": StatementId.of(uuid4()), "enterprise_number": NUMBER, "iban": "BE71096123456769"}
        | {"year": 2026, "sequence": 41, "new_balance_date": date(2026, 3, 1), "movement_count": 7}
        | dict.fromkeys(("old_balance", "new_balance", "credits", "debits"), euro)
        | {"movements": CLAIM, "statement": CLAIM}
    )


def an_invoice() -> Document:
    return Document(
        document_id=DocumentId.of(uuid4()),
        enterprise_number=NUMBER,
        connection_id=ConnectionId.of(uuid4()),
        software=SoftwareSlug("robaws"),
        state="delivered",
        received_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        family="invoice",
        number="2026/17",
        issue_date=date(2026, 3, 1),
        customer_name="Molen De Hoop BV",
        tax_inclusive=Decimal("121.000"),
        invoice_currency="EUR",
        differences=(Difference(field="payable", before="120.00", after="121.00"),),
        document=CLAIM,
    )


@pytest.mark.parametrize(
    ("periods", "expected"),
    [
        ((), None),
        ((period(JANSSENS, "2026-01-01"),), JANSSENS),
        ((period(JANSSENS, "2026-01-01", "2026-03-02"), period(PEETERS, "2026-03-02")), PEETERS),
        ((period(JANSSENS, "2026-01-01", "2026-03-02"),), None),
        ((period(JANSSENS, "2026-05-01"), period(PEETERS, "2026-04-01")), PEETERS),
    ],
)
def test_a_statement_goes_to_who_serves_that_day_else_to_who_comes_next(
    periods: tuple[OfficePeriod, ...], expected: OfficeId | None
) -> None:
    assert office_for(periods, DAY) == expected


def test_an_office_serves_a_company_up_to_the_day_before_its_period_ends() -> None:
    periods = (period(JANSSENS, "2026-01-01", "2026-03-02"),)
    assert serves(JANSSENS, periods, date(2026, 3, 1))
    assert not serves(JANSSENS, periods, DAY)
    assert not serves(PEETERS, periods, date(2026, 3, 1))


@given(st.integers(1, 2**31 - 1), st.integers(1, 2**40))
def test_an_entry_has_one_name_and_no_other_entry_has_it(feed_id: int, position: int) -> None:
    name = feed_index(feed_id, position)
    assert name == feed_index(feed_id, position)
    assert name not in {feed_index(feed_id, position + 1), feed_index(feed_id + 1, position)}


def test_a_software_cannot_tell_from_an_id_which_companies_have_the_same_office() -> None:
    assert fiduciary_of_company(NUMBER) != fiduciary_of_company(OTHER_NUMBER)
    assert fiduciary_id(JANSSENS) not in {fiduciary_of_company(NUMBER), OPERATORS_FIDUCIARY}
    assert client_id(NUMBER, None) != client_id(NUMBER, JANSSENS) != client_id(NUMBER, PEETERS)


def test_ids_are_the_same_for_ever() -> None:
    """A client keeps them: whoever changes how they are made cuts every installation off."""
    made = (
        *(OPERATORS_FIDUCIARY, fiduciary_id(JANSSENS), fiduciary_of_company(NUMBER)),
        *(client_id(NUMBER, None), client_id(NUMBER, JANSSENS), feed_index(1, 1)),
        coda_mandate_id(NUMBER, Iban("BE71096123456769")),
    )
    assert [str(each) for each in made] == [
        "6aff6787-c12a-5655-91c8-2f36eb278cc0",
        "42863692-0f0b-5bb6-bf53-d8c77a59fe98",
        "b34ddae4-ccf0-5f59-a7ac-fa24f43e7dd4",
        "4c7e3b5a-bf8b-576a-951d-dea813396d29",
        "4db36e5d-d0da-5702-af4d-41f949b7811f",
        "fa4ca865-b758-5fdf-8e4a-6aa15c85fd5c",
        "c3e4a12a-5c9a-533b-bd40-2ab47a63946e",
    ]


def test_fact_8_the_metadata_of_a_statement_is_never_null_but_for_its_extension_zone() -> None:
    told = coda_metadata(a_statement())
    assert told == {
        "first_statement_number": 41,
        "last_statement_number": 41,
        "new_balance_date": "2026-03-01",
        "iban": "BE71096123456769",
        "bank_id": "GKCCBEBB",
        "currency": "EUR",
        "movement_count": 7,
        "extension_zone": None,
    }


def test_fact_9_the_metadata_of_an_invoice_has_names_of_its_own() -> None:
    told = invoice_metadata(an_invoice())
    assert set(told).isdisjoint(coda_metadata(a_statement()))
    assert (told["invoice_number"], told["total"], told["total_currency"]) == ("2026/17", "121.00", "EUR")
    assert (told["due_date"], told["difference_count"]) == (None, 1)


@pytest.mark.parametrize(("iban", "expected"), [("BE71096123456769", "GKCCBEBB"), ("NL91ABNA0417164300", "")])
def test_the_bank_of_an_account_is_told_by_its_bic_or_not_at_all(iban: str, expected: str) -> None:
    assert bank_id(Iban(iban)) == expected
