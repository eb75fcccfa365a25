"""What may be asked to come once more: documents of an office, or statements of an office or a software."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.delivery.domain.listing import DocumentFilter
from services.delivery.domain.statement_lists import StatementFilter
from services.delivery.endpoints.document_queries import Moment, Text, end_of, start_of
from shared.values import DocumentId, EnterpriseNumber, Iban, StatementId


class StatementWish(BaseModel):
    """Which statements: at least one of accounts, companies, client codes, a period and statements; what is named
    narrows it. The period is of days of the new balance, which belong to it themselves."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    accounts: tuple[Iban, ...] = Field((), max_length=1_000)
    companies: tuple[EnterpriseNumber, ...] = Field((), max_length=1_000)
    client_codes: tuple[Text, ...] = Field((), max_length=1_000, description="the office's own codes; offices only")
    dated_from: date | None = None
    dated_to: date | None = None
    statements: tuple[StatementId, ...] = Field((), max_length=10_000)

    @model_validator(mode="after")
    def _names_something(self) -> "StatementWish":
        named = self.accounts or self.companies or self.client_codes or self.statements
        if not (named or self.dated_from or self.dated_to):
            raise ValueError("name accounts, companies, client codes, statements or a period")
        if self.dated_from and self.dated_to and self.dated_from > self.dated_to:
            raise ValueError("the period ends before it begins")
        return self

    @property
    def wanted(self) -> StatementFilter:
        """What the statements must be."""
        return StatementFilter(
            accounts=self.accounts,
            companies=self.companies,
            client_codes=self.client_codes,
            statements=self.statements,
            dated_from=self.dated_from,
            dated_to=self.dated_to,
        )


class Wish(BaseModel):
    """What is to come again: documents, by at least one of companies, client codes, a time of receipt and documents
    (what is named narrows it; days and moments belong to it themselves), or `statements`.

    `channels` are ids or kinds of the office's channels, `feed` and `v2` among them, of a software `stream` and `v2`;
    none named: all. With `dry_run` nothing comes, and the answer tells what would.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    companies: tuple[EnterpriseNumber, ...] = Field((), max_length=1_000)
    client_codes: tuple[Text, ...] = Field((), max_length=1_000)
    received_from: Moment | None = None
    received_to: Moment | None = None
    documents: tuple[DocumentId, ...] = Field((), max_length=10_000)
    statements: StatementWish | None = None
    channels: tuple[Text, ...] = Field((), max_length=30)
    dry_run: bool = False

    @model_validator(mode="after")
    def _names_one_kind(self) -> "Wish":
        documents = self.companies or self.client_codes or self.documents or self.received_from or self.received_to
        if documents and self.statements is not None:
            raise ValueError("one redelivery is of documents or of statements: ask for each by itself")
        if not documents and self.statements is None:
            raise ValueError("name companies, client codes, documents, a time of receipt or statements")
        return self

    @property
    def wanted(self) -> DocumentFilter:
        """What the documents must be. Raises `Problem` 422 where the time of receipt cannot be used."""
        return DocumentFilter(
            companies=self.companies,
            client_codes=self.client_codes,
            documents=self.documents,
            received_from=start_of(self.received_from, "received_from"),
            received_to=end_of(self.received_to, "received_to"),
        )
