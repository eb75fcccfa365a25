"""How the buyer is asked to pay (BG-16): the join between an invoice and a bank statement."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from stdnum.be import iban as belgian_banks

from services.invoice_router.domain.fields import Notes
from services.invoice_router.domain.parts import Part
from shared.contracts.sales_invoices import PaymentMeans
from shared.values import Iban, StructuredReference, ValueRejected

MEANS = "cac:PaymentMeans"
_ACCOUNT = "cac:PayeeFinancialAccount"
_LOOKS_LIKE_OGM = re.compile(r"[0-9]{12}")
_SEPARATORS = re.compile(r"[+*/\s.-]")
_MARKED = re.compile(r"(?:\+{2,3}|\*{2,3})\s*[0-9]{3}\s*/?\s*[0-9]{4}\s*/?\s*[0-9]{5}\s*(?:\+{2,3}|\*{2,3})")
"""An OGM as it is printed, with other words around it."""

MOST_ACCOUNTS = 100
"""That are told on: the sidecar has all, and 35,000 of them would make an event that Kafka does not take."""
_SHOWN_OF_CARD = 4


@dataclass(frozen=True, slots=True)
class Payment:
    """How to pay, as written, and what of it a bank statement can repeat.

    `texts` are the distinct remittance texts, each with where it stands first.
    """

    means: tuple[PaymentMeans, ...]
    texts: Mapping[str, Part]
    reference: StructuredReference | None
    ibans: tuple[Iban, ...]


def payment(root: Part, notes: Notes) -> Payment:
    """BG-16. Notes REFERENCE_CHECKSUM, IBAN and IBAN_BANK_UNKNOWN."""
    means: list[PaymentMeans] = []
    texts: dict[str, Part] = {}
    paid_to: dict[str, Part] = {}
    for part in root.all(MEANS):
        found = _means(part)
        means.append(found)
        for each in _texts(part):
            texts.setdefault(each.written.strip(), each)
        if found.account:
            paid_to.setdefault(found.account, part.part(_ACCOUNT))
    return Payment(tuple(means), texts, structured_reference(texts, notes), accounts(paid_to, notes))


def structured_reference(texts: Mapping[str, Part], notes: Notes) -> StructuredReference | None:
    """The first OGM or RF reference whose check digits hold; REFERENCE_CHECKSUM for each whose digits do not.

    Takes every spelling that people write, and an OGM between pluses or asterisks with other words around it.
    """
    reference: StructuredReference | None = None
    for text, where in texts.items():
        for candidate in _candidates(text):
            try:
                found = StructuredReference(candidate)
                reference = reference or found
            except ValueRejected as error:
                looks = _LOOKS_LIKE_OGM.fullmatch(_SEPARATORS.sub("", candidate))
                if looks or error.code == "reference_checksum":
                    notes.add("REFERENCE_CHECKSUM", where.place(), candidate, error.expected)
    return reference


def accounts(paid_to: Mapping[str, Part], notes: Notes) -> tuple[Iban, ...]:
    """The accounts to pay to (BT-84) that are IBANs, each once; looked at are the first `MOST_ACCOUNTS`.

    `paid_to` are the accounts as written, each with the PayeeFinancialAccount that names it first.

    IBAN is noted for one whose structure or check digits, also the national ones, do not hold; IBAN_BANK_UNKNOWN,
    which may be a new bank's, for a Belgian one whose bank code is on no list.
    """
    ibans: dict[Iban, None] = {}
    for written, where in islice(paid_to.items(), MOST_ACCOUNTS):
        try:
            iban = _iban(written)
        except ValueRejected as error:
            notes.add("IBAN", where.place("cbc:ID"), error.found, error.expected)
            continue
        if iban.country == "BE" and not _is_known_bank(iban[4:7]):
            expected = "a bank code that the National Bank gave out"
            notes.add("IBAN_BANK_UNKNOWN", where.place("cbc:ID"), iban, expected)
        ibans[iban] = None
    return tuple(ibans)


def _means(part: Part) -> PaymentMeans:
    account, mandate = part.part(_ACCOUNT), part.part("cac:PaymentMandate")
    branch = account.part("cac:FinancialInstitutionBranch")
    card = "".join(filter(str.isalnum, part.part("cac:CardAccount").text("cbc:PrimaryAccountNumberID")))
    return PaymentMeans(
        code=part.text("cbc:PaymentMeansCode"),
        text=" ".join(each.written.strip() for each in _texts(part)),
        account=account.text("cbc:ID"),
        account_name=account.text("cbc:Name"),
        bic=branch.text("cbc:ID") or branch.part("cac:FinancialInstitution").text("cbc:ID"),
        mandate=mandate.text("cbc:ID"),
        debited_account=mandate.part("cac:PayerFinancialAccount").text("cbc:ID"),
        card=card[-_SHOWN_OF_CARD:],
    )


def _texts(part: Part) -> list[Part]:
    # UBL 2.0 documents of Belgium have it in the instruction.
    return _not_blank(part.all("cbc:PaymentID")) or _not_blank(part.all("cbc:InstructionID"))


def _not_blank(parts: Sequence[Part]) -> list[Part]:
    return [part for part in parts if part.written.strip()]


def _candidates(text: str) -> Iterator[str]:
    try:
        yield StructuredReference(text)
        return
    except ValueRejected:
        marked = _MARKED.findall(text)
    yield from marked or (text,)


@lru_cache(maxsize=4_096)
def _iban(written: str) -> Iban:
    """Sellers are paid to the same account again and again. Raises `ValueRejected`, which is not remembered."""
    return Iban(written)


@lru_cache(maxsize=1_000)
def _is_known_bank(code: str) -> bool:
    """The list of the package is read once; there are a thousand codes."""
    return bool(belgian_banks.info(f"BE00{code}000000000"))
