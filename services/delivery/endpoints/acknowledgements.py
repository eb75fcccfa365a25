"""What an office's package says of documents and statements alike: the bodies of such calls, what follows from one."""

from collections.abc import Container, Iterable
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.delivery.domain.feeds import Acknowledgement
from shared.chassis.errors import Problem

MOST_AT_ONCE = 500

Outcome = Literal["processed", "failed"]
Reason = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]


class Failure(BaseModel):
    """Why the package could not take a document in, in its own words."""

    reason: Reason


class Said(BaseModel):
    """What the package says of one document; `reason` goes with `failed`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(max_length=100)
    outcome: Outcome
    reason: str = Field("", max_length=500, pattern=r"^[^\x00]*$")

    @model_validator(mode="after")
    def _says_why_it_failed(self) -> "Said":
        if self.outcome == "failed" and not self.reason:
            raise ValueError("say why it failed")
        return self


class Acknowledgements(BaseModel):
    """Many at once; of several about one document the last counts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    acknowledgements: tuple[Said, ...] = Field(min_length=1, max_length=MOST_AT_ONCE)


def as_said(said: Said, before: Acknowledgement, now: datetime) -> Acknowledgement:
    """What is kept from then on (UTC); said again it stays what it was, with its moment."""
    reason = said.reason if said.outcome == "failed" else ""
    if (before.outcome, before.reason) == (said.outcome, reason):
        return before
    return Acknowledgement(said.outcome, reason, now)


def answers_to(asked: Iterable[tuple[Said, Any]], known: Container[Any], unknown: Problem) -> dict[str, Any]:
    """An answer for each that was said, in order: of those whose id is not known, that it is not."""
    told = {True: ("", ""), False: (unknown.code, unknown.detail)}
    answers = [(said, *told[each in known]) for said, each in asked]
    return {
        "answers": [
            {"id": said.id, "outcome": said.outcome, "code": code, "detail": detail} for said, code, detail in answers
        ]
    }
