"""What was rendered, in memory."""

from shared.contracts.documents import Claim
from shared.values import EnterpriseNumber, Language


class MemoryRenderings:
    """A `RenderingMemory`; see the port for what each does."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, Language], tuple[str, Claim]] = {}

    async def rendering(self, subject: str, language: Language, renderer: str) -> Claim | None:
        made_by, claim = self._known.get((subject, language), ("", None))
        return claim if made_by == renderer else None

    async def remember(
        self, subject: str, language: Language, renderer: str, number: EnterpriseNumber, claim: Claim
    ) -> None:
        self._known[subject, language] = (renderer, claim)

    async def close(self) -> None:
        """Nothing is held."""
