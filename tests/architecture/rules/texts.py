"""What stands in files that are no code: locks, links, and names of machines that must not be there."""

import re
from pathlib import Path

from tests.architecture.rules.findings import Finding, every_file, place

# A host that packages or images come from, whatever its domain: whoever builds names it by setting.
REGISTRY = re.compile(
    r"(?:https?:)?//(?:[\w.-]+@)?(?:(?:files\.)?pypi|pythonhosted|registry|repo\d*|maven|mirror|artifact\w*"
    r"|nexus|ghcr|quay|index|packages?|proxy|files\.pythonhosted)[-.\w]*\.[a-z]{2,}",
    re.IGNORECASE,
)
INDEX_OPTION = re.compile(r"--(?:extra-)?index-url[ =]\S|--find-links[ =]\S|--trusted-host[ =]\S")
MACHINE_PATH = re.compile(r"(?<![\w./}])/(?:work|root|home|Users)/[\w.]")
IMAGE_WITH_HOST = re.compile(r"(?:image:|FROM|_IMAGE(?::-|=))\s*[\w-]+(?:\.[\w-]+)+(?::\d+)?/\S+")
LOCKED = re.compile(r"^[A-Za-z0-9][\w.\[\],-]*==\S+")
LINK = re.compile(r"(?<!!)\[[^\]\n]+\]\(([^)\s]+)\)")
# Documents of the outside world, kept byte for byte.
FOREIGN_BYTES = ("tests/golden/",)


def _text(path: Path) -> str | None:
    data = path.read_bytes()
    return None if b"\0" in data else data.decode("utf-8", errors="replace")


def machine_names(root: Path) -> list[Finding]:
    """Registry hosts, options that name one, and absolute paths of somebody's machine."""
    patterns = {
        "registry_host": REGISTRY,
        "registry_option": INDEX_OPTION,
        "image_with_host": IMAGE_WITH_HOST,
        "machine_path": MACHINE_PATH,
        "this_checkout": re.compile(re.escape(str(root.resolve())) + r"\b"),
    }
    findings = []
    for path in every_file(root):
        text = _text(path)
        if text is None or place(root, path).startswith(FOREIGN_BYTES):
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            findings += [
                Finding(code, place(root, path, number), match[0], "a setting, or a path in the tree")
                for code, pattern in patterns.items()
                if (match := pattern.search(line))
            ]
    return findings


def unpinned_locks(root: Path) -> list[Finding]:
    """Lines of requirements/*.txt that do not pin one version with its hashes, and empty locks."""
    findings = []
    locks = sorted((root / "requirements").glob("*.txt"))
    if not locks:
        findings.append(Finding("no_lock", "requirements", "no *.txt", "a lock with hashes"))
    for path in locks:
        text = re.sub(r"\\\n\s*", " ", path.read_text(encoding="utf-8"))
        lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
        if not lines:
            findings.append(Finding("lock_empty", place(root, path), "no requirement", "at least one"))
        for line in lines:
            if not LOCKED.match(line) or "--hash=sha256:" not in line:
                findings.append(Finding("lock_unpinned", place(root, path), line[:80], "name==version --hash=sha256:…"))
    return findings


def _anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+\s+(.+?)\s*$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def dead_links(root: Path) -> list[Finding]:
    """Links of README.md and docs/ that lead to no file or heading of the tree."""
    findings = []
    pages = [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
    for page in pages:
        if not page.is_file():
            findings.append(Finding("page_missing", place(root, page), "no file", "a page"))
            continue
        for target in LINK.findall(page.read_text(encoding="utf-8")):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            file = (page.parent / name).resolve() if name else page
            if not file.exists() or not file.is_relative_to(root.resolve()):
                findings.append(Finding("dead_link", place(root, page), target, "a file of the tree"))
            elif anchor and file.suffix == ".md" and anchor not in _anchors(file):
                findings.append(Finding("dead_link", place(root, page), target, "a heading of that page"))
    return findings
