"""A company as a billing software that is connected with it may know it."""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.directory import Mandate
from shared.values import EnterpriseNumber, Language


@dataclass(frozen=True, slots=True)
class ConnectedCompany:
    """Name, language and accounts; nothing of its office. `activated_at` (UTC) is when the connection became active,
    None where that is not known yet."""

    enterprise_number: EnterpriseNumber
    name: str
    language: Language
    mandates: tuple[Mandate, ...] = ()
    activated_at: datetime | None = None
