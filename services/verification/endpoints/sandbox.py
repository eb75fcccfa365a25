"""The ten numbers that test keys reach, told to anyone: the one list for people, documentation and tests."""

from typing import Annotated

from fastapi import Depends
from pydantic import BaseModel, Field

from services.verification.domain.sandbox import SIMULATED_COMPANIES, SimulatedCompany
from shared.chassis.http import Call, caller, router
from shared.values import EnterpriseNumber, Language

routes = router()


class SandboxCompany(BaseModel):
    """One simulated company and what happens to whoever asks for it with a test key."""

    enterprise_number: EnterpriseNumber
    formatted: str = Field(description="the number as people write it")
    name: str | None = Field(description="null: known to nobody")
    language: Language
    behaviour: str = Field(description="a stable word for what happens")
    does: str = Field(description="the same as a sentence")
    reason: str | None = Field(description="the code of the reason that a request is told; null: it is verified")
    answered_after_s: int
    resumes_after_s: int | None = Field(description="after so long the office mends the reason by itself")
    token_lifetime_s: int | None = Field(description="null: as long as a live token")


class SandboxCompanies(BaseModel):
    """All of them; any other number is unknown to the sandbox."""

    companies: tuple[SandboxCompany, ...]


@routes.get("/v1/sandbox/companies")
async def list_sandbox_companies(call: Annotated[Call, Depends(caller("public"))]) -> SandboxCompanies:
    """The ten test numbers and what each of them does."""
    return SandboxCompanies(companies=tuple(_view(each) for each in SIMULATED_COMPANIES))


def _view(company: SimulatedCompany) -> SandboxCompany:
    return SandboxCompany(
        enterprise_number=company.number,
        formatted=company.number.formatted,
        name=company.name or None,
        language=company.language,
        behaviour=company.behaviour,
        does=company.does,
        reason=company.reason or None,
        answered_after_s=int(company.answered_after.total_seconds()) if company.answered_after else 0,
        resumes_after_s=int(company.mended_after.total_seconds()) if company.mended_after else None,
        token_lifetime_s=int(company.token_lifetime.total_seconds()) if company.token_lifetime else None,
    )
