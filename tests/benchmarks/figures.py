"""What a benchmark says: a figure, what it is compared with, and whether its target holds."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value. `baseline` is the same work done the ordinary way, in the same unit; `target` is a ratio.

    Where there is nothing to compare with, `baseline`, `ratio` and `target` are None and `holds` is True.
    """

    name: str
    value: float
    unit: str
    baseline: float | None = None
    ratio: float | None = None
    target: float | None = None
    holds: bool = True


def compared(name: str, value: float, unit: str, baseline: float, target: float) -> Figure:
    """A figure that should be at least `target` times its baseline."""
    ratio = value / baseline
    return Figure(name, value, unit, baseline, ratio, target, ratio >= target)


def table(figures: Sequence[Figure]) -> str:
    """The figures as aligned text, one a line."""
    rows = [("figure", "value", "unit", "baseline", "ratio", "target", "holds")]
    rows += [
        (
            figure.name,
            f"{figure.value:,.1f}",
            figure.unit,
            _told(figure.baseline),
            _told(figure.ratio),
            _told(figure.target),
            "yes" if figure.holds else "NO",
        )
        for figure in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _told(number: float | None) -> str:
    return "" if number is None else f"{number:,.1f}"
