"""Trace context (W3C Trace Context) from one message to the next, and spans where somebody collects them.

The context always travels. OpenTelemetry itself is imported only where `OTEL_EXPORTER_OTLP_ENDPOINT` is set,
so an idle service stays small.
"""

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
_current: ContextVar[str] = ContextVar("traceparent", default="")
_service = "relais"


def configure(service: str) -> None:
    """Name this process in the traces it exports."""
    global _service  # the one process-wide name, set once at start
    _service = service


def traceparent_now() -> str:
    """The `traceparent` of the work being done now; empty outside any span."""
    return _current.get()


def is_traceparent(text: str) -> bool:
    """Whether the text is a `traceparent` of version 00 (W3C Trace Context §3.2)."""
    return _TRACEPARENT.fullmatch(text) is not None


@contextmanager
def span(name: str, traceparent: str = "") -> Iterator[str]:
    """A piece of work, as part of the trace it came with, else of the current one, else of a new one.

    Yields its own `traceparent`. A parent that is malformed is left aside, as the standard asks.
    """
    parent = traceparent if is_traceparent(traceparent) else _current.get()
    tracer = _tracer() if os.environ.get(_ENDPOINT) else None
    if tracer is None:
        with _as_current(_child(parent)) as own:
            yield own
        return
    with _exported(tracer, name, parent) as own, _as_current(own):
        yield own


@contextmanager
def _as_current(traceparent: str) -> Iterator[str]:
    mark = _current.set(traceparent)
    try:
        yield traceparent
    finally:
        _current.reset(mark)


def _child(parent: str) -> str:
    trace, flags = (parent[3:35], parent[53:]) if parent else (secrets.token_hex(16), "00")
    return f"00-{trace}-{secrets.token_hex(8)}-{flags}"


@contextmanager
def _exported(tracer: Any, name: str, parent: str) -> Iterator[str]:
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    propagator = TraceContextTextMapPropagator()
    context = propagator.extract({"traceparent": parent}) if parent else None
    with tracer.start_as_current_span(name, context=context):
        carrier: dict[str, str] = {}
        propagator.inject(carrier)
        yield carrier["traceparent"]


@cache
def _tracer() -> Any:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": _service}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider.get_tracer("relais")
