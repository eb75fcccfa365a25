"""Gathers what the rules find, each with its place, and stops where a document was made to have a million."""

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal

from services.invoice_router.domain.parts import Part
from services.invoice_router.domain.rejection import warning
from services.invoice_router.domain.rows import RowsDiffer
from services.invoice_router.domain.rules.groups import Line
from services.invoice_router.domain.rules.numbers import decimals
from services.invoice_router.domain.rules.scope import Scope
from shared.contracts.invoices import Finding

MOST_PLACES = 20
"""Places that are told of one rule. A place costs a walk over its siblings, and nobody reads the hundredth."""

_CENTS = 2


class Report:
    """The findings of one document, in the order in which the rules are checked.

    `told` counts what did not hold, also what is not among the findings. `examples` are the lines that stand for
    rows, which are like them: nothing is told of these, `RowsDiffer` is raised.
    """

    __slots__ = ("_counts", "_examples", "findings", "scope", "told")

    def __init__(self, scope: Scope, examples: Sequence[range] = ()) -> None:
        self.scope, self._examples = scope, examples
        self.findings: list[Finding] = []
        self.told = 0
        self._counts: Counter[str] = Counter()

    def add(
        self,
        code: str,
        where: Part,
        found: str | Decimal | None,
        expected: str | Decimal,
        missing: str = "",
    ) -> None:
        """A rule that does not hold.

        `missing` is the path below `where` of what is not there. Nothing is told that the scope of the document
        does not know, or lets differ.
        """
        if self._examples and any(where.position in positions for positions in self._examples):
            raise RowsDiffer
        self.told += 1
        if not self.scope.tells(code):
            return
        self._counts[code] += 1
        if self._counts[code] > MOST_PLACES:
            return
        self.findings.append(warning(code, where.place(missing), written(found), written(expected)))


def written(value: str | Decimal | None) -> str:
    """A number in digits, with cents at least, never with an exponent."""
    if not isinstance(value, Decimal):
        return value or ""
    return f"{value:f}" if decimals(f"{value:f}") > _CENTS else f"{value:.2f}"


def judge_alike(lines: Sequence[Line], judge: Callable[[Line, Report], None], report: Report) -> None:
    """Judge the parts of lines that are made of the same: all of them only where the first is not as it should be."""
    before = report.told
    judge(lines[0], report)
    if report.told != before:
        for line in lines[1:]:
            judge(line, report)
