"""Letters from text files in `templates/`: one text and one HTML file a language."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.token_mailer.domain.issuing import DEFAULT_SCOPES
from services.token_mailer.domain.mails import Letter
from services.token_mailer.domain.moments import in_words
from services.token_mailer.domain.records import Token
from shared.values import EnterpriseNumber, SoftwareSlug

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
        """The letter in the token's language. The first line of the text file is the subject."""
        facts: dict[str, Any] = {
            "code": grouped,
            "company": _one_line(token.company_name),
            "number": number.formatted,
            "software": display_name(software),
            "expires": in_words(token.expires_at, token.language),
            "scopes": tuple(scopes),
        }
        text = self._environment.get_template(f"token.{token.language.value}.txt").render(facts)
        subject, _, body = text.partition("\n")
        html = self._environment.get_template(f"token.{token.language.value}.html").render(facts | {"subject": subject})
        return Letter(subject, body.lstrip("\n"), html)


def display_name(software: SoftwareSlug) -> str:
    """`club-planner` as a reader of a letter knows it: `Club Planner`."""
    return " ".join(word.capitalize() for word in software.split("-"))


def _one_line(text: str) -> str:
    """A name comes from a directory and goes into a subject: no line breaks or control characters (RFC
    5322 §2.2)."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())
