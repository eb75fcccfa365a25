"""Makes what matching knows of movements and items, without the files they came from."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from uuid import NAMESPACE_OID, uuid5

from services.coda_reconciler.domain.matching.debtors import debtor_keys
from services.coda_reconciler.domain.matching.decide import decide
from services.coda_reconciler.domain.matching.facts import (
    Decision,
    Discount,
    Evidence,
    Kind,
    Knowledge,
    LedgerMovement,
    NamedReference,
    OpenItem,
    OriginalAmount,
    Part,
    Passage,
    PaymentFacts,
    Returned,
)
from services.coda_reconciler.domain.matching.items import Items
from services.coda_reconciler.domain.matching.numbers import number_keys, text_keys
from services.coda_reconciler.domain.matching.references import references_in
from shared.contracts.documents import Claim
from shared.contracts.invoices import Customer, Family, InvoiceAccepted
from shared.values import (
    ConnectionId,
    Currency,
    DocumentId,
    EnterpriseNumber,
    Iban,
    Money,
    Sha256,
    SoftwareSlug,
    StatementId,
    StructuredReference,
)

COMPANY = EnterpriseNumber("0403170701")
OTHER_COMPANY = EnterpriseNumber("0202239951")
IBAN = Iban("BE71096123456769")
ACCOUNT, OTHER_ACCOUNT = "BE68539007547034", "BE61310126985517"
ISSUED = date(2026, 3, 1)


def ogm(digits: str) -> str:
    """Ten digits with the two that check them."""
    return f"{digits}{int(digits) % 97 or 97:02d}"


OGM, OTHER_OGM = ogm("0909337554"), ogm("0000000101")
CUSTOMER = Customer(name="Bakkerij Peeters BV", number="0202239951")
OTHER_CUSTOMER = Customer(name="Garage Lambert SPRL", number="0417497106")


def item(
    number: str = "2026-0412",
    payable: int = 121_000,
    *,
    reference: str | None = None,
    family: Family = "invoice",
    customer: Customer = CUSTOMER,
    currency: str = "EUR",
    issued: date = ISSUED,
    discounts: Iterable[tuple[int, date]] = (),
    mandate: str = "",
    company: EnterpriseNumber = COMPANY,
    allocated: int = 0,
) -> OpenItem:
    """An open invoice or credit note, thousandths."""
    return OpenItem(
        enterprise_number=company,
        family=family,
        number=number,
        year=issued.year,
        document_id=document_id(number, family, company, issued.year),
        document_version=1,
        reference=StructuredReference(reference) if reference else None,
        currency=Currency(currency),
        payable=payable,
        issue_date=issued,
        due_date=issued + timedelta(days=30),
        customer_name=customer.name,
        debtors=debtor_keys(customer),
        keys=number_keys(number),
        discounts=tuple(Discount(amount, until) for amount, until in discounts),
        mandate=mandate,
        allocated=allocated,
    )


def document_id(
    number: str, family: Family = "invoice", company: EnterpriseNumber = COMPANY, year: int = ISSUED.year
) -> DocumentId:
    """The same for the same invoice, whatever its version."""
    return DocumentId.of(uuid5(NAMESPACE_OID, f"{company}/{family}/{number}/{year}"))


def invoice(
    number: str = "2026-0412",
    payable: int = 121_000,
    *,
    reference: str | None = None,
    family: Family = "invoice",
    customer: Customer = CUSTOMER,
    version: int = 1,
    issued: date = ISSUED,
    company: EnterpriseNumber = COMPANY,
    supersedes: DocumentId | None = None,
    currency: str = "EUR",
) -> InvoiceAccepted:
    """The event that makes an item."""
    amount = Money.from_thousandths(payable, currency)
    claim = Claim(path="a/b", sha256=Sha256.of(b""), size=0, media_type="application/xml")
    return InvoiceAccepted(
        document_id=document_id(number, family, company, issued.year),
        enterprise_number=company,
        connection_id=ConnectionId.of(uuid5(NAMESPACE_OID, company)),
        software=SoftwareSlug("robaws"),
        family=family,
        number=number,
        issue_date=issued,
        due_date=issued + timedelta(days=30),
        tax_inclusive=amount,
        payable=amount,
        reference=StructuredReference(reference) if reference else None,
        customer=customer,
        version=version,
        supersedes=supersedes,
        document=claim,
        sidecar=claim,
    )


def facts(
    text: str = "",
    *,
    reference: str = "",
    wrong_reference: str = "",
    account: str = "",
    name: str = "Peeters Bakkerij",
    kind: Kind = "payment",
    end_to_end_id: str = "",
    mandate: str = "",
    bank_reference: str = "",
    return_reason: str | None = None,
    original: tuple[int, str] | None = None,
    ultimate_debtor: str = "",
) -> PaymentFacts:
    """What a movement says: free text as the reader takes it, or a structured reference."""
    passages = (Passage("free", text, 4, "63-115"),) if text else ()
    given = []
    for digits, is_valid in ((reference, True), (wrong_reference, False)):
        if digits:
            given.append(NamedReference(digits, is_valid, True, Evidence(3, "66-77", digits, "structured_reference")))
    shown = Evidence(4, "114-117", return_reason or "", "return_reason")
    return PaymentFacts(
        kind="return" if return_reason is not None else kind,
        passages=passages,
        references=(*given, *references_in(passages)),
        number_keys=() if reference else text_keys(passages),
        account=account,
        name=name,
        ultimate_debtor=ultimate_debtor,
        end_to_end_id=end_to_end_id,
        mandate=mandate,
        bank_reference=bank_reference,
        returned=Returned("2", return_reason, shown) if return_reason is not None else None,
        original=OriginalAmount(*original, Evidence(3, "81-95", "", "original_amount")) if original else None,
        line=3,
    )


def movement(
    amount: int,
    said: PaymentFacts | None = None,
    *,
    position: int = 0,
    day: date = date(2026, 3, 16),
    code: str = "00150000",
    company: EnterpriseNumber = COMPANY,
    statement: int = 1,
    provisional: bool = False,
) -> LedgerMovement:
    """A booked movement, thousandths; `position` and `statement` tell it from others."""
    return LedgerMovement(
        statement_id=StatementId.of(uuid5(NAMESPACE_OID, f"{company}/{statement}")),
        position=position,
        enterprise_number=company,
        iban=IBAN,
        year=day.year,
        statement_sequence=statement,
        sequence=position + 1,
        detail=0,
        amount=amount,
        currency=Currency("EUR"),
        value_date=day,
        entry_date=day,
        transaction_code=code,
        facts=said if said is not None else facts(),
        provisional=provisional,
    )


def knows(*accounts: tuple[str, Customer], own: Iterable[str] = ()) -> Knowledge:
    """Confirmed accounts, each with its customer."""
    debtors: dict[str, frozenset[str]] = {}
    for account, customer in accounts:
        debtors[account] = debtors.get(account, frozenset()) | {debtor_keys(customer)[0]}
    return Knowledge(own_accounts=frozenset(own), debtors=debtors)


def decided(paid: LedgerMovement, *items: OpenItem, knowledge: Knowledge | None = None) -> Decision:
    """What the rules say of a movement before these items."""
    return decide(paid, Items(items), knowledge or Knowledge(), abs(paid.amount))


def given(parts: Iterable[Part]) -> dict[str, int]:
    """Number and amount of each part."""
    return {part.item[2]: part.amount for part in parts}


def in_dollars(paid: LedgerMovement) -> LedgerMovement:
    """The same movement of an account in dollars."""
    return replace(paid, currency=Currency("USD"))
