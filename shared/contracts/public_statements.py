"""What whoever handed in a bank's file is told of statements in it that are put aside (Febelfin CODA 2.6)."""

from pydantic import Field

from shared.contracts.event import Facts
from shared.values import Language, Sha256


class _OfFile(Facts):
    file_sha256: Sha256 = Field(description="of the file, as it was answered when it was handed in")
    index: int = Field(ge=0, description="position of the statement in the file, from 0")


class StatementQuarantinedFacts(_OfFile):
    """A statement of a file that was handed in is put aside: it is not booked, and delivered to nobody."""

    code: str = Field(description="stable: `E01` to `E17`, `no_mandate`, `mandate_conflict`, `company_mismatch` …")
    line: int = Field(0, description="line in the file, from 1; 0 when it is about the whole statement")
    columns: str = ""
    found: str = ""
    expected: str = ""
    waits: bool = Field(description="true: it is booked by itself as soon as a company gives a mandate for its account")
    i18n: dict[Language, str] = Field(description="a sentence in each language: what is wrong and what to do")


class StatementReleasedFacts(_OfFile):
    """A statement that waited for a mandate was booked for the company that gave it."""
