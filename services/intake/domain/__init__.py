"""The rules of intake: what came in, read and checked; what follows from it."""
