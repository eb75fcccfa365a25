"""Settling: which invoices are open, what movements pay of them, what people decide, and the events of all that."""
