"""The rules of invoices: bytes and values in, values and events out."""
