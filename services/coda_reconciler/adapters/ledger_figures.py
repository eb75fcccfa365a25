"""The ledger as Prometheus reads it."""

from collections.abc import Iterator
from typing import Any

from prometheus_client import Counter


class PrometheusLedger:
    """`relais_ledger_put_off_total`: parts of a company's ledger of which nothing was decided."""

    def __init__(self) -> None:
        self._put_off = Counter("relais_ledger_put_off", "What is kept undecided: it reaches too far", registry=None)

    def collect(self) -> Iterator[Any]:
        """What `prometheus_client` asks of a collector."""
        yield from self._put_off.collect()

    def put_off(self, companies: int) -> None:
        self._put_off.inc(companies)
