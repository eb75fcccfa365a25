"""The ordinary way to compare with: `python -m tests.benchmarks.one_at_a_time SERVICE` handles one record at a time."""

import importlib
import sys

from shared.chassis import consumer


def main() -> None:
    """The service, with batches of one."""
    consumer.MOST_RECORDS = 1
    importlib.import_module(f"services.{sys.argv[1]}.main").main()


if __name__ == "__main__":
    main()
