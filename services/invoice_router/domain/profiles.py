"""Which customisation of UBL a document follows (BT-24, BT-23), and what that means for reading it."""

from services.invoice_router.domain.fields import Notes
from services.invoice_router.domain.parts import Part
from shared.contracts.sales_invoices import Profile

CUSTOMIZATION = "cbc:CustomizationID"
SELF_BILLED_TYPES = ("389", "261", "527")
"""UNCL1001: made out by the buyer in the seller's name; 389 an invoice, 261 a credit note, 527 a debit note."""

_EN_16931 = "urn:cen.eu:en16931:2017"
_BIS_BILLING = f"{_EN_16931}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_BIS_SELF_BILLING = f"{_EN_16931}#compliant#urn:fdc:peppol.eu:2017:poacc:selfbilling:3.0"
_UBL_BE = f"{_EN_16931}#conformant#urn:UBL.BE:"
_E_FFF = ("FFF.BE", "E-FFF")


def profile_of(customization: str, profile: str) -> Profile:
    """The profile that the two identifiers name; of a compliant specialisation of EN 16931 it is EN 16931."""
    # Since BIS 3.0.21 the identifier may go on (PEPPOL-EN16931-R004 is a starts-with).
    if customization.startswith(_BIS_BILLING):
        return "bis_billing"
    if customization.startswith(_BIS_SELF_BILLING):
        return "bis_self_billing"
    if customization.startswith(_UBL_BE):
        return "ubl_be"
    if customization == _EN_16931 or customization.startswith(f"{_EN_16931}#compliant#"):
        return "en_16931"
    if profile.upper().startswith(_E_FFF) or customization.upper().startswith(_E_FFF):
        return "e_fff"
    return "other"


def note_profile(profile: Profile, customization: str, root: Part, notes: Notes) -> None:
    """PROFILE_LEGACY for e-FFF (UBL 2.0), which is read and no longer written; PROFILE_UNKNOWN for any other."""
    if profile == "e_fff":
        notes.add(
            "PROFILE_LEGACY", root.place(CUSTOMIZATION), customization, f"a successor of e-FFF, such as {_BIS_BILLING}"
        )
    elif profile == "other":
        notes.add(
            "PROFILE_UNKNOWN", root.place(CUSTOMIZATION), customization, f"a customisation such as {_BIS_BILLING}"
        )
