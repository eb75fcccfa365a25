"""Do the figures have the names that dashboards and alerts use?"""

from shared.chassis.health import Readiness
from shared.chassis.metrics import Metrics


def test_every_figure_appears_under_its_agreed_name() -> None:
    metrics = Metrics()
    metrics.received("a.v1", 3)
    metrics.handled("a.v1", 2, 0.02)
    metrics.failed("a.v1", "schema")
    metrics.published("b.v1", 5)
    metrics.lag("a.v1", 7)
    metrics.outbox_oldest(1.5)
    lines = metrics.text().decode().splitlines()
    for line in (
        'relais_received_total{topic="a.v1"} 3.0',
        'relais_handled_total{topic="a.v1"} 2.0',
        'relais_failed_total{code="schema",topic="a.v1"} 1.0',
        'relais_published_total{topic="b.v1"} 5.0',
        'relais_consumer_lag{topic="a.v1"} 7.0',
        "relais_outbox_oldest_seconds 1.5",
        'relais_batch_size_sum{topic="a.v1"} 2.0',
        'relais_handle_seconds_count{topic="a.v1"} 1.0',
    ):
        assert line in lines


def test_two_processes_in_one_interpreter_share_no_figure() -> None:
    first, second = Metrics(), Metrics()
    first.received("a.v1", 1)
    assert b"a.v1" not in second.text()


def test_only_what_speaks_against_it_makes_a_service_unready() -> None:
    assert Readiness.of("", "") == Readiness(True)
    assert Readiness.of("", "Kafka does not answer") == Readiness(False, ("Kafka does not answer",))
