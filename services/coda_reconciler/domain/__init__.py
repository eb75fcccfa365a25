"""The rules of bank statements: bytes and values in, values and events out."""
