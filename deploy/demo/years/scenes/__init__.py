"""What happens between a company, its customers and its banks: each case by its name, and what should become of it."""

from collections.abc import Mapping
from types import MappingProxyType

from deploy.demo.years.scenes import collected, named, references, sums, unnamed
from deploy.demo.years.stage import Scene

OFTEN, SOMETIMES, SELDOM = 6, 2, 1

_FREQUENCIES: tuple[tuple[Scene, int], ...] = (
    (references.ogm_exact, 30),
    (references.ogm_partial, OFTEN),
    (references.ogm_over, SELDOM),
    (references.ogm_twice, SOMETIMES),
    (references.ogm_in_text, OFTEN),
    (references.ogms_in_text, SELDOM),
    (references.ogm_and_number, SOMETIMES),
    (references.ogm_of_nobody, SELDOM),
    (references.rf_exact, SOMETIMES),
    (references.wrong_check_digit, SELDOM),
    (references.discount_in_time, SOMETIMES),
    (references.discount_late, SELDOM),
    (references.rounding, SOMETIMES),
    (references.before_its_invoice, SOMETIMES),
    (references.refunded_by_reference, SELDOM),
    (named.number_in_text, 15),
    (named.number_partial, SOMETIMES),
    (named.number_over, SELDOM),
    (named.numbers_listed, OFTEN),
    (named.numbers_elided, SOMETIMES),
    (named.numbers_ranged, SOMETIMES),
    (named.number_compact, SOMETIMES),
    (named.numbers_with_wrong_sum, SELDOM),
    (named.bare_counter, SOMETIMES),
    (named.long_numbers_that_share_digits, SELDOM),
    (named.number_of_another_pattern, SOMETIMES),
    (named.look_alike, OFTEN),
    (named.supplier_paid, OFTEN),
    (named.ultimate_debtor, SOMETIMES),
    (named.same_number_in_two_payments, SELDOM),
    (named.number_twice, SELDOM),
    (named.number_of_another_customer, SELDOM),
    (named.order_numbered_alike, SOMETIMES),
    (named.number_that_comes_later, SELDOM),
    (named.number_and_rounding, SELDOM),
    (collected.direct_debit, OFTEN),
    (collected.direct_debit_rejected, SOMETIMES),
    (collected.rejected_on_another_account, SELDOM),
    (collected.direct_debit_rejected_with_costs, SELDOM),
    (collected.rejected_then_paid, SELDOM),
    (collected.reversal_before_its_original, SELDOM),
    (collected.reversal_of_nothing, SELDOM),
    (collected.transfer_cancelled, SELDOM),
    (collected.refund_comes_back, SELDOM),
    (collected.collections_in_one_amount, SOMETIMES),
    (sums.batch_of_bank, SOMETIMES),
    (sums.batch_in_two_levels, SELDOM),
    (sums.foreign_with_costs_as_details, SELDOM),
    (sums.bank_costs_shared, SELDOM),
    (sums.bank_costs_shared_by_number, SELDOM),
    (sums.credit_note_with_wrong_sum, SELDOM),
    (sums.credit_note_netted, SOMETIMES),
    (sums.credit_note_refunded, SOMETIMES),
    (unnamed.known_account, OFTEN),
    (unnamed.known_account_and_several, SOMETIMES),
    (unnamed.known_account_and_too_many, SELDOM),
    (unnamed.known_account_and_two_sums, SELDOM),
    (unnamed.known_account_and_other_amount, SELDOM),
    (unnamed.name_and_amount, SOMETIMES),
    (unnamed.ultimate_debtor_unnamed, SELDOM),
    (unnamed.same_amount_twice, SELDOM),
    (unnamed.unknown_payer, SOMETIMES),
    (unnamed.own_transfer, SOMETIMES),
    (unnamed.bank_costs_and_interest, OFTEN),
    (unnamed.payout, SOMETIMES),
    (unnamed.terminal, SOMETIMES),
    (unnamed.wages_paid, SELDOM),
    (unnamed.never_paid, OFTEN),
)

SCENES: Mapping[str, tuple[Scene, int]] = MappingProxyType(
    {scene.__name__: (scene, often) for scene, often in _FREQUENCIES}
)
"""Each case by its name, and how often it happens beside the others."""
