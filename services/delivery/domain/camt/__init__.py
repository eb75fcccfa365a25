"""Booked statements as ISO 20022 `camt.053.001.08`, made of what the reconciler read."""

from services.delivery.domain.camt.statements import camt053

__all__ = ["camt053"]
