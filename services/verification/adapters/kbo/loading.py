"""One extract from its files into the register, all of it or nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from services.verification.adapters.kbo.extracts import Extract, Findings
from services.verification.domain.kbo import LAYOUTS, Edition, ExtractKind, KboRefused, Taken, require_successor
from services.verification.ports import Register


@dataclass(frozen=True, slots=True)
class Loading:
    """How an extract is taken: `progress` is told a file and its rows so far."""

    progress: Callable[[str, int], None]
    departures_accepted: bool = False


async def take_extract(
    register: Register, path: Path, kind: ExtractKind, loading: Loading
) -> tuple[Edition, Taken | None]:
    """Read, check and take an extract; None where this update was taken before. Raises `KboRefused`."""
    extract, findings = Extract(path), Findings()
    for problem in extract.missing(LAYOUTS[kind]):
        findings.add(problem)
    findings.require_none()
    edition = extract.edition(findings)
    if edition is None:
        raise KboRefused("kbo_extract_malformed", f"{findings.total} problems", "none", findings.problems)
    current = await register.edition()
    require_successor(current, edition, kind)
    if kind == "update" and current is not None and current.number == edition.number:
        return edition, None
    await register.begin()
    for layout in LAYOUTS[kind]:
        await register.stage(layout, extract.records(layout, findings, loading.progress))
    findings.require_none()
    if kind == "update":
        return edition, await register.amend(edition)
    return edition, await register.replace(edition, departures_accepted=loading.departures_accepted)
