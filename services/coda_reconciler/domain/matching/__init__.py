"""Which invoice a movement pays: a pure function of the movement, the open items and what people decided."""
