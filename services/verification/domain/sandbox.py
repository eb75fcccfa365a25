"""The world of test keys: ten companies that exist nowhere, and what happens to whoever asks for one of them.

A request in mode `test` is answered from this table and from nothing else, by the same events as a live one; a
live request never meets it. The office that serves these companies is no office of the directory.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

from services.verification.domain.directory import Company, Period, Software
from services.verification.domain.requests import WAITS, Answer, Request, answer
from services.verification.domain.verdicts import outcome_of, software_obstacle
from shared.chassis.messages import Cause, Consequence, Task
from shared.contracts import ConnectionVerified
from shared.contracts.documents import Sealed
from shared.contracts.sandbox import ADDRESS_DOMAIN, BOUNCING_MAILBOX, OFFICE
from shared.values import ConnectionId, EmailAddress, EnterpriseNumber, Language

LIST_HREF = "/v1/sandbox/companies"
ANSWER_TAKES = timedelta(seconds=8)
OFFICE_MENDS_AFTER = timedelta(seconds=5)
SHORT_TOKEN_LIFETIME = timedelta(seconds=60)
_SINCE = date(2024, 1, 1)

Sealing = Callable[[EmailAddress], Sealed[EmailAddress]]


@dataclass(frozen=True, slots=True)
class SimulatedCompany:
    """One magic number. `reason` is what a request is told first (empty: it is verified), `does` a sentence.

    `answered_after`: how long the answer takes. `mended_after`: when the office mends the reason by itself.
    `token_lifetime` None stands for the lifetime of live tokens.
    """

    number: EnterpriseNumber
    behaviour: str
    does: str
    name: str = ""
    language: Language = Language.NL
    reason: str = ""
    mailbox: str = ""
    answered_after: timedelta | None = None
    mended_after: timedelta | None = None
    token_lifetime: timedelta | None = None

    @property
    def company(self) -> Company | None:
        """The company once everything about it is mended; None where it is known to nobody."""
        if not self.name:
            return None
        mailbox = self.mailbox or self.behaviour.replace("_", "-")
        return Company(
            self.number,
            self.name,
            self.language,
            email=EmailAddress(f"{mailbox}@{ADDRESS_DOMAIN}"),
            address_version=1,
            periods=(Period(OFFICE, _SINCE, None, client=True),),
        )


SIMULATED_COMPANIES = (
    SimulatedCompany(
        EnterpriseNumber("0010.080.080"),
        "connects",
        "Connects at once: the token is mailed, and registering it makes the connection active.",
        "Bakkerij De Proef",
    ),
    SimulatedCompany(
        EnterpriseNumber("0010.080.179"),
        "company_unknown",
        "Is known to nobody: the request is blocked with company_unknown.",
        reason="company_unknown",
    ),
    SimulatedCompany(
        EnterpriseNumber("0010.080.278"),
        "no_accounting_office",
        "Has no accounting office: the request is blocked with no_accounting_office.",
        "Atelier d'Essai",
        Language.FR,
        reason="no_accounting_office",
    ),
    SimulatedCompany(
        EnterpriseNumber("0010.080.377"),
        "office_not_a_client",
        "Has an office that is no client: the request is blocked with office_not_a_client.",
        "Schreinerei Probe",
        Language.DE,
        reason="office_not_a_client",
    ),
    SimulatedCompany(
        EnterpriseNumber("0010.080.476"),
        "email_unknown",
        "Has no known e-mail address: the request is blocked with email_unknown.",
        "Garage Zonder Adres",
        reason="email_unknown",
    ),
    SimulatedCompany(
        EnterpriseNumber("0010.080.575"),
        "email_bounced",
        "Its mail comes back: mail.bounced follows, then the request is blocked with email_bounced.",
        "Imprimerie Retour",
        Language.FR,
        mailbox=BOUNCING_MAILBOX,
    ),
    SimulatedCompany(
        EnterpriseNumber("0010.080.674"),
        "token_expires",
        "Its token expires 60 seconds after it was mailed.",
        "Elektro Kortstondig",
        token_lifetime=SHORT_TOKEN_LIFETIME,
    ),
    SimulatedCompany(
        EnterpriseNumber("0010.080.773"),
        "already_connected",
        "Is connected elsewhere already: the request is refused with already_connected.",
        "Menuiserie Double",
        Language.FR,
        reason="already_connected",
    ),
    SimulatedCompany(
        EnterpriseNumber("0010.080.872"),
        "office_mends",
        "Is blocked with email_unknown; after 5 seconds the office adds the address and the request goes on.",
        "Gartenbau Geduld",
        Language.DE,
        reason="email_unknown",
        mended_after=OFFICE_MENDS_AFTER,
    ),
    SimulatedCompany(
        EnterpriseNumber("0010.080.971"),
        "slow",
        "Its verification takes 8 seconds, then it connects.",
        "Slow Boats",
        Language.EN,
        answered_after=ANSWER_TAKES,
    ),
)
_BY_NUMBER: Mapping[EnterpriseNumber, SimulatedCompany] = MappingProxyType(
    {each.number: each for each in SIMULATED_COMPANIES}
)


@dataclass(frozen=True, slots=True)
class Trial:
    """A test request after a look at it. `told` says whether it has an answer, `again_at` when to look again."""

    request: Request
    company: Company | None
    told: bool
    again_at: datetime | None = None


class ContinueTrial(Task, kind="continue_trial"):
    """The time of a simulated delay is over: answer the request, if it is still the same one."""

    connection_id: ConnectionId
    enterprise_number: EnterpriseNumber
    ordinal: int

    @property
    def key(self) -> str:
        """One at a time for each asking."""
        return f"{self.connection_id}/{self.ordinal}"


def simulated(number: EnterpriseNumber) -> SimulatedCompany | None:
    """The entry of a magic number; None for any other."""
    return _BY_NUMBER.get(number)


def obstacle_in_sandbox(number: EnterpriseNumber) -> str | None:
    """What a test request for this number is told at first; None where it is verified."""
    known = simulated(number)
    return (known.reason or None) if known is not None else "company_unknown"


def tried(request: Request, software: Software | None, now: datetime) -> Trial:
    """The first look at a test request."""
    known = simulated(request.enterprise_number)
    if known is not None and known.answered_after is not None:
        return Trial(request, known.company, told=False, again_at=now + known.answered_after)
    return _answered(request, known, software, obstacle_in_sandbox(request.enterprise_number), now)


def continued(request: Request, software: Software | None, now: datetime) -> Trial | None:
    """The look after a delay: what took long is answered, what the office mends is mended.

    None for a request that was answered otherwise in the meantime.
    """
    if request.state not in ("verifying", "blocked"):
        return None
    return _answered(request, simulated(request.enterprise_number), software, None, now)


def bounced(request: Request, now: datetime) -> Trial | None:
    """The request after its mail came back; None where that makes no difference any more."""
    if request.mode != "test" or request.state != "verified":
        return None
    known = simulated(request.enterprise_number)
    return _told(request, known.company if known is not None else None, "email_bounced", now)


def follow(cause: Cause, trial: Trial, seal: Sealing, help_desk: str) -> list[Consequence]:
    """The answer as an event, and the task that looks again."""
    request = trial.request
    consequences: list[Consequence] = []
    if trial.told:
        consequences.append(cause.then(_event(trial, seal, help_desk), sequence=request.version))
    if trial.again_at is not None:
        task = ContinueTrial(
            connection_id=request.connection_id,
            enterprise_number=request.enterprise_number,
            ordinal=request.ordinal,
        )
        consequences.append(cause.then_do(task, task.key, due=trial.again_at))
    return consequences


def contact_in_sandbox(number: EnterpriseNumber, contact: str, help_desk: str) -> str:
    """Whom to contact: a number that is none of the ten has no office, and points to their list."""
    return contact if number in _BY_NUMBER else f"{help_desk} (test numbers: GET {LIST_HREF})"


def _answered(
    request: Request, known: SimulatedCompany | None, software: Software | None, reason: str | None, now: datetime
) -> Trial:
    trial = _told(request, known.company if known is not None else None, reason or software_obstacle(software), now)
    if known is None or known.mended_after is None or reason is None:
        return trial
    return replace(trial, again_at=now + known.mended_after)


def _told(request: Request, company: Company | None, reason: str | None, now: datetime) -> Trial:
    version = request.version + 1
    if reason is None and company is not None:
        verified = replace(
            request,
            state="verified",
            reason="",
            office_id=OFFICE,
            address_version=company.address_version,
            expires_at=None,
            version=version,
        )
        return Trial(verified, company, told=True)
    code = reason or "company_unknown"
    state = outcome_of(code)
    expires_at = now + WAITS if state == "blocked" else None
    after = replace(request, state=state, reason=code, office_id=None, expires_at=expires_at, version=version)
    return Trial(after, company, told=True)


def _event(trial: Trial, seal: Sealing, help_desk: str) -> Answer:
    company, number = trial.company, trial.request.enterprise_number
    sealed = seal(company.email) if company is not None and company.email is not None else None
    told = answer(trial.request, company, sealed, help_desk)
    known = simulated(number)
    if not isinstance(told, ConnectionVerified):
        return told.model_copy(update={"contact": contact_in_sandbox(number, told.contact, help_desk)})
    if known is None or known.token_lifetime is None:
        return told
    return told.model_copy(update={"token_lifetime_s": int(known.token_lifetime.total_seconds())})
