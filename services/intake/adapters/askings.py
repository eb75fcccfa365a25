"""How much the softwares ask, counted the same way over every adapter: each gives five reads and writes."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date, datetime

from services.intake.domain.probing import Asker, Asking, Limits, TooMuch, asks, day_of, judged
from shared.values import SoftwareSlug


class CountedAskings(ABC):
    """The part of the intake store that bounds probing."""

    async def admit(self, askings: Sequence[Asking], now: datetime, limits: Limits) -> dict[Asking, TooMuch]:
        day, refused = day_of(now), dict[Asking, TooMuch]()
        asked = await self._asked_on(day, askings)
        # Whoever asks again for what it asked today waits for nobody.
        new = list(dict.fromkeys(one for one in askings if one not in asked))
        if not new:
            return refused
        askers = await self._askers(sorted({one.software for one in new}), day, lock=True)
        asked |= await self._asked_on(day, new)  # what was asked while we waited for the lock
        added: list[Asking] = []
        for one in new:
            after = asks(askers[one.software], one, asked, now, limits)
            if isinstance(after, TooMuch):
                refused[one] = after
            elif after != askers[one.software]:
                askers[one.software] = after
                added.append(one)
        if added:
            await self._save_askers([askers[software] for software in sorted({one.software for one in added})])
            await self._add_asked(day, added)
        return refused

    async def judge(self, softwares: Sequence[SoftwareSlug], now: datetime, limits: Limits) -> list[Asker]:
        answers = await self._latest_unknown(softwares, limits.sample)
        seen = await self._askers(sorted(answers), day_of(now), lock=False)
        turning = [one for one in seen.values() if judged(one, answers[one.software], now, limits) != one]
        if not turning:
            return []
        locked = await self._askers(sorted(one.software for one in turning), day_of(now), lock=True)
        after = [judged(one, answers[one.software], now, limits) for one in locked.values()]
        await self._save_askers(after)
        return [one for one in after if one.throttled_since is not None]

    @abstractmethod
    async def _asked_on(self, day: date, askings: Sequence[Asking]) -> set[Asking]:
        """Those that were asked on that day."""

    @abstractmethod
    async def _askers(self, softwares: Sequence[SoftwareSlug], day: date, *, lock: bool) -> dict[SoftwareSlug, Asker]:
        """One for each of them, with its quota; locked until the transaction ends where that is asked."""

    @abstractmethod
    async def _save_askers(self, askers: Sequence[Asker]) -> None: ...

    @abstractmethod
    async def _add_asked(self, day: date, askings: Sequence[Asking]) -> None: ...

    @abstractmethod
    async def _latest_unknown(self, softwares: Sequence[SoftwareSlug], sample: int) -> dict[SoftwareSlug, list[bool]]:
        """Whether each of the latest answers to a software's live askings was `company_unknown`."""
