"""Where in the file a fact of a payment stands, so that whoever settles by it can show it."""

from typing import Literal

from services.coda_reconciler.domain.matching.facts import Evidence, PaymentFacts, Zone

Told = Literal[
    "counterparty_account", "counterparty_name", "ultimate_debtor", "end_to_end_id", "mandate", "bank_reference"
]
_PASSAGES: dict[Told, tuple[Zone, ...]] = {
    "ultimate_debtor": ("ultimate_debtor",),
    "end_to_end_id": ("customer_reference", "parent"),
}


def source_of(facts: PaymentFacts, meaning: Told) -> Evidence:
    """The evidence of a fact that the payment has; its text is as it stands in the file.

    What is not told apart stands in its own columns of record 2.1 or 2.3 (CODA 2.6 annex I).
    """
    told = next((source for source in facts.sources if source.meaning == meaning), None)
    if told is not None:
        return told
    for passage in facts.passages if meaning in _PASSAGES else ():
        if passage.zone in _PASSAGES[meaning] and (meaning != "end_to_end_id" or passage.text == facts.end_to_end_id):
            return Evidence(passage.line, passage.columns, passage.text, meaning)
    if meaning == "bank_reference":
        return Evidence(facts.line, "11-31", facts.bank_reference, meaning)
    if meaning == "counterparty_account":
        return Evidence(facts.counterparty_line, "11-44", facts.account, meaning)
    return Evidence(facts.counterparty_line, "48-82", facts.name, meaning)
