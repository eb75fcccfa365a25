"""The one error of this vocabulary: what was found, what was expected, and a stable code for both."""

FOUND_LENGTH = 80
"""Characters of a rejected value that an error shows."""


class ValueRejected(ValueError):
    """A text that is no such value.

    `code` is stable and part of the API; `found` is what came in, printable and at most 80 characters;
    `expected` completes the sentence "expected ..."; `suggestion` is a valid value that was perhaps meant.
    """

    def __init__(self, code: str, found: object, expected: str, suggestion: str | None = None) -> None:
        self.code, self.found, self.expected, self.suggestion = code, shown(found), expected, suggestion
        # The arguments are the attributes, so that the error survives the way back from a worker process.
        super().__init__(code, self.found, expected, suggestion)

    def __str__(self) -> str:
        question = f"; did you mean {self.suggestion}?" if self.suggestion else ""
        return f"expected {self.expected}, found '{self.found}'{question}"


def shown(found: object) -> str:
    """What came in, fit for a log line: printable, at most 80 characters, its type named if it is no text."""
    if not isinstance(found, str):
        # Not its repr: an object may be of any size, and hold what nobody should read.
        return str(found) if type(found) in (int, float, bool) else type(found).__name__
    start = found[: FOUND_LENGTH + 1]
    printable = "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in start
    )
    return printable if len(printable) <= FOUND_LENGTH else printable[: FOUND_LENGTH - 1] + "…"
