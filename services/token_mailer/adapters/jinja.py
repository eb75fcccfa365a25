"""Letters from text files in `templates/`: one text and one HTML file a language."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.token_mailer.domain.issuing import DEFAULT_SCOPES
from services.token_mailer.domain.mails import Letter
from services.token_mailer.domain.moments import in_words
from services.token_mailer.domain.records import Connection, Token
from shared.values import EnterpriseNumber, Language, SoftwareSlug

_TEMPLATES = Path(__file__).with_name("templates")


class JinjaLetters:
    """HTML is escaped by file name; a template that names an unknown fact fails instead of writing
    nothing."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=lambda name: name is not None and name.endswith(".html"),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )

    def token_letter(
        self,
        *,
        token: Token,
        grouped: str,
        software: SoftwareSlug,
        number: EnterpriseNumber,
        scopes: Sequence[str] = DEFAULT_SCOPES,
    ) -> Letter:
        """The letter in the token's language."""
        facts: dict[str, Any] = {
            "code": grouped,
            "company": _one_line(token.company_name),
            "number": number.formatted,
            "software": display_name(software),
            "expires": in_words(token.expires_at, token.language),
            "scopes": tuple(scopes),
        }
        return self._written("token", token.language, facts)

    def ending_letter(self, connection: Connection) -> Letter:
        """The letter in the company's language of now. Raises ValueError for a connection that has not ended."""
        if connection.ended_at is None:
            raise ValueError(f"connection_not_ended: found state {connection.state}, expected revoked")
        began, language = connection.activated_at, connection.language
        facts = {
            "company": _one_line(connection.company_name),
            "number": connection.enterprise_number.formatted,
            "software": display_name(connection.software),
            "ended_by": connection.ended_by,
            "ended": in_words(connection.ended_at, language),
            "began": "" if began is None else in_words(began, language),
            "scopes": connection.scopes,
        }
        return self._written("ending", language, facts)

    def _written(self, name: str, language: Language, facts: dict[str, Any]) -> Letter:
        """The first line of the text file is the subject."""
        text = self._environment.get_template(f"{name}.{language.value}.txt").render(facts)
        subject, _, body = text.partition("\n")
        html = self._environment.get_template(f"{name}.{language.value}.html").render(facts | {"subject": subject})
        return Letter(subject, body.lstrip("\n"), html)


def display_name(software: SoftwareSlug) -> str:
    """`club-planner` as a reader of a letter knows it: `Club Planner`."""
    return " ".join(word.capitalize() for word in software.split("-"))


def _one_line(text: str) -> str:
    """A name comes from a directory and goes into a subject: no line breaks or control characters (RFC
    5322 §2.2)."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())
