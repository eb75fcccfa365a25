"""Does the trace context travel from one piece of work to the next?"""

import pytest

from shared.chassis.telemetry import is_traceparent, span, traceparent_now

GIVEN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture(autouse=True)
def _nobody_collects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)


def test_a_span_stays_in_the_trace_it_came_with_under_an_id_of_its_own() -> None:
    with span("work", GIVEN) as own:
        assert own != GIVEN
        assert (own[:36], own[-3:]) == (GIVEN[:36], "-01")
        assert traceparent_now() == own
    assert traceparent_now() == ""


def test_a_span_inside_another_belongs_to_the_same_trace() -> None:
    with span("outer") as outer, span("inner") as inner:
        assert is_traceparent(outer)
        assert inner[3:35] == outer[3:35]
        assert inner[36:52] != outer[36:52]


@pytest.mark.parametrize(
    "text",
    ["", "x", GIVEN.upper(), GIVEN + "\n", "00-" + "0" * 32 + GIVEN[35:], "ff" + GIVEN[2:], GIVEN[:-1]],
)
def test_a_malformed_context_starts_a_trace_of_its_own(text: str) -> None:
    with span("work", text) as own:
        assert is_traceparent(own)
        assert own[3:35] != GIVEN[3:35]
