"""Which rules a document asks for: what it says in CustomizationID (BT-24) and ProfileID (BT-23).

| document | rules |
|---|---|
| Peppol BIS Billing 3, Self-Billing 3 | EN 16931 and Peppol |
| UBL.BE 1.0 | EN 16931, without those that this extension may break (financial discount, standard exchange) |
| e-FFF (UBL 2.0) | its sums only: the format is older than the standard |
| everything else | EN 16931 |
"""

from dataclasses import dataclass

from services.invoice_router.domain.profiles import profile_of

_BILLING = "urn:fdc:peppol.eu:2017:poacc:billing"
_SELF_BILLING = "urn:fdc:peppol.eu:2017:poacc:selfbilling"

SUMS = frozenset(["BR-CO-10", "BR-CO-11", "BR-CO-12", "BR-CO-13", "BR-CO-14", "BR-CO-15", "BR-CO-16", "BR-CO-17"])
"""Rules that are true of any invoice, whatever it follows."""

UBL_BE_DIFFERS = frozenset(["BR-S-08", "BR-S-09", "BR-CO-10", "BR-CO-17", "BR-E-01", "BR-E-08", "BR-IC-01", "BR-IC-08"])
"""What UBL.BE 1.0 lets differ by its own definition: VAT after a discount that may not be taken, prices with VAT."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What applies to one document. `only`: nothing but these; `waived`: not these."""

    peppol: bool = False
    self_billing: bool = False
    belgian_codes: bool = False
    only: frozenset[str] = frozenset()
    waived: frozenset[str] = frozenset()

    def tells(self, code: str) -> bool:
        """Whether a finding of that rule is told."""
        return code not in self.waived and (not self.only or code in self.only)


PLAIN = Scope()
BILLING = Scope(peppol=True)
SELF_BILLING = Scope(peppol=True, self_billing=True)
UBL_BE = Scope(belgian_codes=True, waived=UBL_BE_DIFFERS)
E_FFF = Scope(only=SUMS)


def scope_of(customization: str, profile: str) -> Scope:
    """The scope of a document that says this of itself."""
    named = profile_of(customization, profile)
    if named in ("ubl_be", "e_fff"):
        return UBL_BE if named == "ubl_be" else E_FFF
    # Whoever names Peppol in another spelling means Peppol, and hears of the spelling (PEPPOL-EN16931-R004).
    if _SELF_BILLING in customization:
        return SELF_BILLING
    return BILLING if _BILLING in customization else PLAIN
