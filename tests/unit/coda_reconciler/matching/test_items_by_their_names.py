"""Are items found by all their names, by those of their newest version only, and by none of another item?"""

from dataclasses import replace

from services.coda_reconciler.domain.matching.items import Items
from services.coda_reconciler.domain.matching.keys import all_keys_of_item
from tests.unit.coda_reconciler.matching.made import OGM, OTHER_CUSTOMER, OTHER_OGM, item

ONE = item("2026-0412", reference=OGM, mandate="M1")
OTHER = item("2026-0413", reference=OTHER_OGM)
ITS_TWIN = item("2026/0412", customer=OTHER_CUSTOMER)


def test_every_name_of_an_item_finds_it_and_those_that_share_it() -> None:
    items = Items([ONE, OTHER, ITS_TWIN])
    for each in (ONE, OTHER, ITS_TWIN):
        assert items.keys_of(each.key) == sum(all_keys_of_item(each), ())
        for name in items.keys_of(each.key):
            sharing = {other.key for other in (ONE, OTHER, ITS_TWIN) if name in items.keys_of(other.key)}
            found = list(items.keys_named(name))
            assert set(found) == sharing and len(found) == len(sharing)
    assert {found.key for found in items.named("number", "20260412")} == {ONE.key, ITS_TWIN.key}
    assert items.named("reference", "090933755400") == []


def test_a_newer_version_leaves_none_of_the_older_names_behind() -> None:
    items = Items([OTHER, ONE])
    newer = replace(ONE, reference=None, mandate="M2", payable=50_000, document_version=2)
    items.add(newer)
    assert (items.named("reference", OGM), items.named("mandate", "M1")) == ([], [])
    assert (items.named("mandate", "M2"), items.looked_up("amount", "50000EUR")) == ([newer], [newer])
    assert items.looked_up("amount", "121000EUR") == [OTHER]
    items.add(newer)
    assert items.named("mandate", "M2") == [newer]


def test_another_balance_changes_nothing_else() -> None:
    changed = ONE.with_balance(21_000, 3)
    assert changed == replace(ONE, allocated=21_000, version=3)
    items = Items([ONE])
    items.change(changed)
    assert items.named("reference", OGM) == [changed]


def test_a_trial_has_the_names_and_balances_of_its_own() -> None:
    items = Items([ONE, OTHER])
    trial = items.trial([ONE.with_balance(121_000, 0)])
    assert [found.balance for found in trial.named("reference", OGM)] == [0]
    assert trial.keys_of(OTHER.key) == items.keys_of(OTHER.key)
    assert [found.balance for found in items.named("reference", OGM)] == [121_000]
