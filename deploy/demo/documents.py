"""Real documents for demos, tests and benchmarks, made by our own generators."""

from deploy.demo.coda import DemoMovement, DemoStatement, coda_file
from deploy.demo.ubl import Line, Party, Totals, demo_reference, totals_of, ubl_credit_note, ubl_invoice

__all__ = [
    "DemoMovement",
    "DemoStatement",
    "Line",
    "Party",
    "Totals",
    "coda_file",
    "demo_reference",
    "totals_of",
    "ubl_credit_note",
    "ubl_invoice",
]
