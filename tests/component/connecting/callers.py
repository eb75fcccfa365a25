"""Softwares and operators at the routes of the three services, without HTTP in between."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

from services.intake.domain.connections import Ask
from services.intake.domain.probing import USUAL_LIMITS
from services.intake.endpoints.connections import request_connection
from services.token_mailer import endpoints as token_routes
from services.token_mailer.endpoints.registering import register
from services.token_mailer.endpoints.renewing import renew_token
from services.token_mailer.endpoints.revoking import revoke
from services.verification.endpoints.companies import CompanyEntry, put_company
from services.verification.endpoints.parties import OfficeEntry, put_office
from shared.chassis.calls import Call, Principal
from shared.chassis.errors import Problem
from shared.chassis.messages import Consequence
from shared.contracts.directory import OfficePeriod
from shared.values import ConnectionId, EmailAddress, EnterpriseNumber, OfficeId, SoftwareSlug
from tests.component.connecting.three_services import SINCE, Crashed, ThreeServices, finished


@dataclass(frozen=True)
class Refused:
    """A call was answered with a problem."""

    code: str


class Callers:
    """Calls of one world. A call that `dies` is undone, and answered by nobody (None)."""

    def __init__(self, world: ThreeServices) -> None:
        self._world = world

    def ask(self, software: SoftwareSlug, number: EnterpriseNumber, *, dies: bool = False) -> Any:
        call = self._call("intake", "software", software, dies)
        return self._answer(request_connection(Ask(enterprise_number=number), call))

    def activate(self, software: SoftwareSlug, wanted: ConnectionId, code: str, *, dies: bool = False) -> Any:
        """The credential's id, or why not."""
        call = self._call("token_mailer", "software", software, dies)
        answer = self._answer(register(call, code, wanted))
        return answer[1].credential_id if isinstance(answer, tuple) else answer

    def resend(self, software: SoftwareSlug, wanted: ConnectionId) -> Any:
        return self._answer(token_routes.resend_token(wanted, self._call("token_mailer", "software", software)))

    def renew(self, software: SoftwareSlug, wanted: ConnectionId) -> Any:
        return self._answer(renew_token(wanted, self._call("token_mailer", "software", software)))

    def revoke(self, wanted: ConnectionId, *, dies: bool = False) -> Any:
        return self._answer(revoke(wanted, self._call("token_mailer", "operator", "operator", dies)))

    def enter(self, number: EnterpriseNumber, *, ceased: bool, office: str | None, email: str | None) -> Any:
        entry = CompanyEntry(
            name="Bakkerij An",
            ceased=ceased,
            email=EmailAddress(email) if email else None,
            offices=(OfficePeriod(office_id=OfficeId(office), since=SINCE),) if office else (),
        )
        return self._answer(put_company(number, entry, self._call("verification", "operator", "operator")))

    def enter_office(self, office: str, *, client: bool) -> Any:
        entry = OfficeEntry.model_validate({"name": office.title(), "client": client})
        return self._answer(put_office(OfficeId(office), entry, self._call("verification", "operator", "operator")))

    def _answer(self, work: Any) -> Any:
        try:
            return finished(work)
        except Problem as problem:
            assert problem.status < 500, problem
            return Refused(problem.code)
        except Crashed:
            return None

    def _call(self, service: str, kind: Any, name: str, dies: bool = False) -> Call:
        return Call(
            principal=Principal(kind, name),
            cause=self._world.cause(),
            now=self._world.now,
            resources={"keys": self._world.keys, "limits": USUAL_LIMITS},
            idempotency_key=None,
            request_id="r",
            runtime=cast(Any, _Runtime(self._world, service, dies)),
        )


class _Runtime:
    """What a running service lends to its routes."""

    def __init__(self, world: ThreeServices, service: str, dies: bool) -> None:
        self._world, self._service, self._dies = world, service, dies
        self._consequences: list[Consequence] = []
        self._principal = ""
        self.api_pool = SimpleNamespace(acquire=self._acquire, release=self._release)

    def store(self, connection: Any) -> Any:
        return self._world.store(self._service, self._principal)

    async def write_consequences(self, connection: Any, consequences: list[Consequence]) -> None:
        self._consequences += consequences

    def wake(self) -> None:
        """Whoever steps through the world wakes itself."""

    async def fetchrow(self, statement: str, principal: str) -> dict[str, Any]:
        self._principal = principal
        return {"now": self._world.now}

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        with self._committing():
            yield

    @contextmanager
    def _committing(self) -> Any:
        with self._world.transaction(self._service, dies=self._dies) as consequences:
            yield
            consequences += self._consequences

    async def _acquire(self, timeout: float) -> "_Runtime":
        return self

    async def _release(self, connection: Any, timeout: float) -> None:
        """Nothing is held."""
