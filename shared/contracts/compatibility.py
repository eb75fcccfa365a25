"""The ids by which clients of the v2 interface know companies, offices and banks: every service derives the same ones.

An id never changes, and nobody needs a table to know it.
"""

from uuid import NAMESPACE_URL, UUID, uuid5

from stdnum.be import iban as belgian_iban

from shared.values import EnterpriseNumber, Iban, OfficeId

_NAMESPACE = uuid5(NAMESPACE_URL, "urn:relais:v2")

OPERATORS_FIDUCIARY = uuid5(_NAMESPACE, "fiduciary")
"""The operator's own office, which stands for the office of a company that has none."""


def fiduciary_id(office_id: OfficeId) -> UUID:
    """An office as it knows itself."""
    return uuid5(_NAMESPACE, f"fiduciary/office/{office_id}")


def fiduciary_of_company(number: EnterpriseNumber) -> UUID:
    """A company's office as a billing software knows it.

    Derived from the company alone: from ids of offices one could tell which companies have the same one, and by
    trying names which one that is.
    """
    return uuid5(_NAMESPACE, f"fiduciary/company/{number}")


def client_id(number: EnterpriseNumber, office_id: OfficeId | None) -> UUID:
    """A company as the client of an office; with None as a billing software knows it, whatever office it has."""
    return uuid5(_NAMESPACE, f"client/{office_id}/{number}" if office_id is not None else f"client/{number}")


def coda_mandate_id(number: EnterpriseNumber, iban: Iban) -> UUID:
    """That the bank may hand over the statements of this account of this company."""
    return uuid5(_NAMESPACE, f"mandate/{number}/{iban}")


def bank_id(iban: Iban) -> str:
    """The BIC of a Belgian account; empty where the list of bank codes does not have it, and for other countries."""
    return (belgian_iban.to_bic(iban) or "") if iban.country == "BE" else ""
