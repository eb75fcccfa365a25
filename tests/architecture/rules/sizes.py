"""The budget of architecture.md: typical files and functions are bounded, and so is the longest one."""

from math import ceil
from pathlib import Path

from tests.architecture.rules.findings import Finding, functions, place, python_files, syntax

FILE_LINES, FILE_LINES_P95 = 300, 250
FUNCTION_LINES, FUNCTION_LINES_P95 = 50, 25
PRODUCT = ("services", "shared", "deploy")


def _percentile_95(sizes: list[int]) -> int:
    return sorted(sizes)[ceil(0.95 * len(sizes)) - 1] if sizes else 0


def files_too_long(root: Path) -> list[Finding]:
    """Python files of the product and its tests beyond 300 lines, and the 95th percentile beyond 250."""
    findings, sizes = [], []
    for path in python_files(root, *PRODUCT, "tests"):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        sizes.append(lines)
        if lines > FILE_LINES:
            findings.append(Finding("file_too_long", place(root, path), f"{lines} lines", f"at most {FILE_LINES}"))
    typical = _percentile_95(sizes)
    if typical > FILE_LINES_P95:
        findings.append(Finding("files_too_long_at_p95", "the tree", f"{typical} lines", f"at most {FILE_LINES_P95}"))
    return findings


def functions_too_long(root: Path) -> list[Finding]:
    """Functions of the product beyond 50 lines, docstring included, and the 95th percentile beyond 25."""
    findings, sizes = [], []
    for path in python_files(root, *PRODUCT):
        for function in functions(syntax(path)):
            lines = (function.end_lineno or function.lineno) - function.lineno + 1
            sizes.append(lines)
            if lines > FUNCTION_LINES:
                where = f"{place(root, path, function.lineno)} {function.name}"
                findings.append(Finding("function_too_long", where, f"{lines} lines", f"at most {FUNCTION_LINES}"))
    typical = _percentile_95(sizes)
    if typical > FUNCTION_LINES_P95:
        findings.append(
            Finding("functions_too_long_at_p95", "the tree", f"{typical} lines", f"at most {FUNCTION_LINES_P95}")
        )
    return findings
