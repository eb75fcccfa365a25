"""Mails by what became of them, for Prometheus."""

from prometheus_client import Counter


class PrometheusMailCounts:
    """`relais_mails_total{outcome}`: sent, retry, uncertain, bounced, given_up, dropped; and of reports that
    came back: reported_bounced, reported_given_up, reported_delayed, reported_ignored."""

    def __init__(self) -> None:
        self.collector = Counter("relais_mails", "Mails by what became of them", ["outcome"], registry=None)

    def count(self, outcome: str) -> None:
        self.collector.labels(outcome).inc()
