"""What movements of the bank pay, in memory."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from services.delivery.adapters.memory.tables import MemoryCaller
from services.delivery.domain.notices import may_read_statements
from services.delivery.domain.payments import Payment
from services.delivery.ports.payments import PaymentFilter
from shared.values import EnterpriseNumber, PaymentId

_COUNTER = "payments"


class MemoryPayments(MemoryCaller):
    """See the port for what each does."""

    async def payments_of(self, payment_ids: Collection[PaymentId]) -> list[Payment]:
        return [payment for _, payment in sorted(self._tables.payments.items()) if payment.payment_id in payment_ids]

    async def save_payments(self, payments: Sequence[Payment]) -> None:
        for payment in sorted(payments, key=lambda payment: (payment.changed_at, payment.payment_id)):
            known = self._tables.payments.get(payment.payment_id)
            said = known.decided if known is not None else None
            self._tables.payments[payment.payment_id] = replace(payment, position=self._next(), decided=said)

    async def list_payments(self, after: int, limit: int, wanted: PaymentFilter) -> list[Payment]:
        seen = [each for each in self._tables.payments.values() if self._sees_payment(each)]
        found = [each for each in seen if each.position > after and wanted.holds(each)]
        return sorted(found, key=lambda payment: payment.position)[:limit]

    async def last_payment_position(self) -> int:
        return self._tables.heads.get(_COUNTER, 0)

    async def payment(self, payment_id: PaymentId) -> Payment | None:
        found = self._tables.payments.get(payment_id)
        return found if found is not None and self._sees_payment(found) else None

    async def lock_payment(self, payment_id: PaymentId) -> Payment | None:
        return await self.payment(payment_id)

    async def save_decision(self, payment: Payment) -> None:
        if payment.decided is None:
            raise ValueError(f"nothing was decided of {payment.payment_id}")
        self._tables.payments[payment.payment_id] = replace(payment, position=self._next())

    async def own_numbers(self, company: EnterpriseNumber, numbers: Collection[str]) -> set[str]:
        own = [each for each in self._tables.documents.values() if self._sees(each)]
        return {each.number for each in own if each.enterprise_number == company and each.number in numbers}

    async def readable_companies(self, companies: Collection[EnterpriseNumber]) -> set[EnterpriseNumber]:
        return {
            body.enterprise_number
            for body, _ in self._tables.connections.values()
            if body.enterprise_number in companies
            and body.state == "active"
            and may_read_statements(body.scopes)
            and self._is("software", body.software)
            and self._of_mode("live")
        }

    def _sees_payment(self, payment: Payment) -> bool:
        document = self._tables.documents.get(payment.document_id)
        return payment.allocation is not None and document is not None and self._sees(document)

    def _next(self) -> int:
        self._tables.heads[_COUNTER] = self._tables.heads.get(_COUNTER, 0) + 1
        return self._tables.heads[_COUNTER]
