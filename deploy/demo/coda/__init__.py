"""Makes valid bank files: CODA 2.6 (Febelfin), 128 columns, cp1252, CRLF, with the right totals and counts."""

from deploy.demo.coda.transfers import DemoMovement, DemoStatement, coda_file

__all__ = ["DemoMovement", "DemoStatement", "coda_file"]
