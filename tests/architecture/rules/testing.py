"""How the tests are kept: folders are questions, names are sentences, nothing is skipped silently."""

import ast
from collections.abc import Collection
from pathlib import Path

from tests.architecture.rules.findings import Finding, every_file, functions, place, python_files, syntax

QUESTIONS = frozenset({"unit", "contracts", "adapters", "component", "system", "architecture", "golden"})
BESIDE_THE_QUESTIONS = frozenset({"conftest.py", "backends.py", "waiting.py", "benchmarks", "fuzz"})
WORDS_OF_A_SENTENCE = 4
SKIPPING = frozenset({"skip", "skipif", "skipIf", "skipUnless", "SkipTest", "importorskip", "xfail"})


def unknown_questions(root: Path) -> list[Finding]:
    """Entries of tests/ that are not one of the known questions."""
    names = {path.relative_to(root / "tests").parts[0] for path in every_file(root, "tests")}
    return [
        Finding("unknown_test_folder", f"tests/{name}", name, f"one of {sorted(QUESTIONS)}")
        for name in sorted(names - QUESTIONS - BESIDE_THE_QUESTIONS)
    ]


def packages_in_tests(root: Path) -> list[Finding]:
    """`__init__.py` below tests/, which `--import-mode=importlib` makes needless and misleading."""
    return [
        Finding("package_in_tests", place(root, path), "__init__.py", "no such file")
        for path in python_files(root, "tests")
        if path.name == "__init__.py"
    ]


def names_that_are_no_sentence(root: Path) -> list[Finding]:
    """Test functions whose name has fewer than four words after `test_`."""
    findings = []
    for path in python_files(root, "tests"):
        if not path.name.startswith("test_"):
            continue
        for function in functions(syntax(path)):
            words = [word for word in function.name.split("_") if word]
            if function.name.startswith("test") and len(words) <= WORDS_OF_A_SENTENCE:
                where = place(root, path, function.lineno)
                findings.append(
                    Finding("test_name", where, function.name, f"a sentence, {WORDS_OF_A_SENTENCE} words up")
                )
    return findings


def _has_reason(call: ast.Call, name: str) -> bool:
    given = [word.value for word in call.keywords if word.arg in {"reason", "msg"}]
    if name in {"skip", "SkipTest"}:
        given += call.args[:1]
    return any(not (isinstance(value, ast.Constant) and not value.value) for value in given)


def _skip_called(node: ast.AST) -> str | None:
    if not isinstance(node, ast.Name | ast.Attribute):
        return None
    name = node.attr if isinstance(node, ast.Attribute) else node.id
    return name if name in SKIPPING else None


def skips(root: Path, allowed: Collection[str]) -> list[Finding]:
    """Tests that can be left out without a reason, or in a file that is not on the short list `allowed`."""
    findings = []
    for path in python_files(root, "tests"):
        tree = syntax(path)
        reasoned = {
            id(node.func)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and _has_reason(node, _skip_called(node.func) or "")
        }
        for node in ast.walk(tree):
            name = _skip_called(node)
            if name is None:
                continue
            where = place(root, path, getattr(node, "lineno", 0))
            if place(root, path) not in allowed:
                findings.append(Finding("skip_not_listed", where, name, "a file on the short list"))
            if id(node) not in reasoned:
                findings.append(Finding("skip_without_reason", where, name, "reason=…"))
    return findings
