"""Watched folders as Prometheus reads them: when each was last reached, what is in it, what became of the files."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from prometheus_client import Counter, Gauge


class PrometheusFolders:
    """`relais_folder_looked_timestamp_seconds{folder}`, `relais_folder_files{folder}`,
    `relais_folder_unreachable_total{folder}` and `relais_folder_handled_total{folder,outcome}`: taken, duplicate,
    refused."""

    def __init__(self) -> None:
        self._looked = Gauge(
            "relais_folder_looked_timestamp_seconds", "When a folder was last reached", ["folder"], registry=None
        )
        self._files = Gauge("relais_folder_files", "Files that wait in a folder", ["folder"], registry=None)
        self._unreachable = Counter(
            "relais_folder_unreachable", "Looks into a folder that could not be reached", ["folder"], registry=None
        )
        self._handled = Counter(
            "relais_folder_handled", "Files of a folder by what became of them", ["folder", "outcome"], registry=None
        )

    def collect(self) -> Iterator[Any]:
        """What `prometheus_client` asks of a collector."""
        for figure in (self._looked, self._files, self._unreachable, self._handled):
            yield from figure.collect()

    def looked(self, folder: str, now: datetime, waiting: int) -> None:
        self._looked.labels(folder).set(now.timestamp())
        self._files.labels(folder).set(waiting)

    def unreachable(self, folder: str) -> None:
        self._unreachable.labels(folder).inc()

    def file(self, folder: str, outcome: str) -> None:
        self._handled.labels(folder, outcome).inc()
