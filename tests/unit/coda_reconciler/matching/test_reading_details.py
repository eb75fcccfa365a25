"""Do details replace their total, and does each have the text that belongs to it?"""

from deploy.demo.coda.records import Entry, Text
from services.coda_reconciler.domain.matching.mentions import mentions
from tests.unit.coda_reconciler.matching.readings import PAYER, all_facts, item

FROM_ABROAD = Entry(
    985_000,
    "34150000",
    Text("0035203700"),
    customer_reference="E2E-77",
    account="LU280019400644750000",
    name="SPLASHPOWER LTD",
    information=(Text(f"{'INV 2026-0412':35}", "002"),),
)
GROSS = Entry(1_000_000, "84150100", detail=True)
COSTS = Entry(-12_000, "84137013", detail=True)
VAT = Entry(-3_000, "84137011", detail=True)


def test_a_total_whose_details_follow_is_replaced() -> None:
    batch = Entry(300_000, "10150000", Text("BATCH 2026-0412"), globalisation=1)
    first = Entry(100_000, "50150000", Text("2026-0413"), detail=True, name="PEETERS")
    second = Entry(200_000, "50150000", Text("2026-0414"), detail=True, name="JANSSENS")
    total, one, other = all_facts(batch, first, second)
    assert (total.kind, total.passages, total.number_keys) == ("replaced", (), ())
    assert [passage.text for passage in (*one.passages, *other.passages)] == ["2026-0413", "2026-0414"]


def test_the_total_of_a_batch_says_nothing_of_its_payments() -> None:
    batch = Entry(300_000, "10150000", Text("2026-0412"), globalisation=1)
    _, one, other = all_facts(batch, Entry(100_000, "50150000", detail=True), Entry(200_000, "50150000", detail=True))
    assert one.passages == other.passages == ()


def test_what_was_paid_before_costs_has_the_text_of_its_total() -> None:
    total, gross, costs, vat = all_facts(FROM_ABROAD, GROSS, COSTS, VAT)
    assert [facts.kind for facts in (total, gross, costs, vat)] == ["replaced", "payment", "costs", "costs"]
    assert {passage.zone for passage in gross.passages} == {"parent"}
    assert (gross.name, gross.account, gross.end_to_end_id) == ("SPLASHPOWER LTD", "LU280019400644750000", "E2E-77")
    assert [mention.item.number for mention in mentions(gross, [item("2026-0412")])] == ["2026-0412"]


def test_a_detail_keeps_what_it_says_itself() -> None:
    own = Entry(1_000_000, "84150100", Text("2026-0499"), detail=True, account=PAYER, name="PEETERS")
    _, gross, _, _ = all_facts(FROM_ABROAD, own, COSTS, VAT)
    assert (gross.name, gross.account) == ("PEETERS", PAYER)
    assert [passage.zone for passage in gross.passages] == ["free", "parent", "parent", "parent"]


def test_a_subtotal_is_replaced_by_its_own_details() -> None:
    entries = (
        Entry(300_000, "20150000", globalisation=1),
        Entry(100_000, "60150000", Text("2026-0411"), detail=True),
        Entry(200_000, "74150000", Text("2026-0412"), detail=True, name="SPLASHPOWER LTD"),
        Entry(210_000, "94150100", detail=True),
        Entry(-10_000, "94137013", detail=True),
    )
    _, simple, subtotal, gross, costs = all_facts(*entries)
    assert [facts.kind for facts in (simple, subtotal, gross, costs)] == ["payment", "replaced", "payment", "costs"]
    assert (gross.name, [passage.text for passage in gross.passages]) == ("SPLASHPOWER LTD", ["2026-0412"])
    assert [passage.text for passage in simple.passages] == ["2026-0411"]


def test_the_costs_beside_a_return_are_split_off() -> None:
    total = Entry(-124_000, "30503000", return_type="2", return_reason="MD06", customer_reference="E2E-9")
    taken = Entry(-121_000, "80503100", detail=True)
    costs = Entry(-3_000, "80537027", detail=True)
    replaced, returned, charged = all_facts(total, taken, costs)
    assert [facts.kind for facts in (replaced, returned, charged)] == ["replaced", "return", "costs"]
    assert returned.end_to_end_id == "E2E-9"
    assert returned.returned is not None
    assert (returned.returned.type, returned.returned.reason) == ("2", "MD06")
