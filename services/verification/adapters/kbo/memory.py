"""The register in memory, for tests: the same answers as Postgres."""

from collections.abc import Iterable
from dataclasses import replace

from services.verification.adapters.kbo.statements import STAGES
from services.verification.adapters.memory import Shelf
from services.verification.domain.kbo import Edition, KboRefused, Layout, Record, Taken, require_few_departures
from services.verification.domain.register import RegisterEntry
from shared.values import EnterpriseNumber, Language

_LANGUAGES = {"0": None, "1": Language.FR, "2": Language.NL, "3": Language.DE, "4": Language.EN}


class MemoryRegister:
    """The register over the shelf of a directory."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._edition: Edition | None = None
        self._staged: dict[str, list[Record]] = {}

    async def edition(self) -> Edition | None:
        return self._edition

    async def begin(self) -> None:
        self._staged = {table: [] for table, _ in STAGES.values()}

    async def stage(self, layout: Layout, records: Iterable[Record]) -> None:
        read = list(records)
        stage = STAGES.get(layout.file.removesuffix(".csv"))
        if stage is not None:
            self._staged[stage[0]] += read

    async def replace(self, edition: Edition, *, departures_accepted: bool = False) -> Taken:
        before = self._shelf.register
        given, names, places = self._given(), self._names(), self._places()
        departed = {number: entry for number, entry in before.items() if number not in given}
        active = sum(not entry.ceased for entry in before.values())
        departing = sum(not entry.ceased for entry in departed.values())
        if not departures_accepted:
            require_few_departures(active, departing)
        after = {n: RegisterEntry(n, ceased, names.get(n, {}), places.get(n, "")) for n, ceased in given.items()}
        after |= {number: replace(entry, ceased=True) for number, entry in departed.items()}
        changed = {n for n, entry in after.items() if n not in before or before[n].ceased != entry.ceased}
        self._shelf.register, self._edition = after, edition
        return Taken(known=len(after), departed=departing, reconsidered=self._waiting(changed))

    async def amend(self, edition: Edition) -> Taken:
        given, names, places = self._given(), self._names(), self._places()
        gone, renamed, moved = (
            {EnterpriseNumber(str(row[0])) for row in self._staged[table]}
            for table in ("gone_enterprises", "gone_names", "gone_addresses")
        )
        changed = set()
        for number in sorted({*given, *names, *places, *gone, *renamed, *moved}):
            known = self._shelf.register.get(number)
            if known is None and number not in given:
                continue
            after = known or RegisterEntry(number)
            if number in given or number in gone:
                after = replace(after, ceased=given.get(number, True))
            if number in names or number in renamed:
                after = replace(after, names=names.get(number, {}))
            if number in places or number in moved:
                after = replace(after, postal_code=places.get(number, ""))
            if after != known:
                self._shelf.register[number] = after
                changed.add(number)
        self._edition = edition
        return Taken(known=len(changed), departed=0, reconsidered=self._waiting(changed))

    def _given(self) -> dict[EnterpriseNumber, bool]:
        rows = self._staged["given_enterprises"]
        given = {EnterpriseNumber(str(number)): bool(ceased) for number, ceased in rows}
        if len(given) < len(rows):
            raise KboRefused("kbo_enterprise_twice", "a number twice", "each number once in enterprise.csv")
        return given

    def _names(self) -> dict[EnterpriseNumber, dict[Language | None, str]]:
        found: dict[EnterpriseNumber, dict[Language | None, str]] = {}
        # The lowest rank of a language first, so that the later ones of the same language are left out.
        for number, language, ranked in sorted(self._staged["given_names"], key=lambda row: str(row[2])):
            names = found.setdefault(EnterpriseNumber(str(number)), {})
            names.setdefault(_LANGUAGES[str(language)], str(ranked)[1:])
        return found

    def _places(self) -> dict[EnterpriseNumber, str]:
        rows = sorted(self._staged["given_addresses"], key=lambda row: str(row[1]), reverse=True)
        return {EnterpriseNumber(str(number)): str(code) for number, code in rows}

    def _waiting(self, numbers: set[EnterpriseNumber]) -> tuple[EnterpriseNumber, ...]:
        blocked = {request.enterprise_number for request in self._shelf.requests.values() if request.state == "blocked"}
        return tuple(sorted(blocked & numbers))
