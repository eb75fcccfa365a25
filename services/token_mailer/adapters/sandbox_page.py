"""The page with the mails of mode `test`, from a template that escapes everything."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.token_mailer.adapters.jinja import display_name
from services.token_mailer.domain.sandbox import SandboxMail
from shared.values import SoftwareSlug


class JinjaSandboxPages:
    """A mail's own HTML stands in a frame that may do nothing: no script, no form, no link that opens."""

    def __init__(self) -> None:
        self._template = Environment(
            loader=FileSystemLoader(Path(__file__).with_name("templates")),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        ).get_template("sandbox_mails.html")

    def sandbox_page(self, software: SoftwareSlug, mails: Sequence[SandboxMail]) -> str:
        """The whole page."""
        return self._template.render(software=display_name(software), mails=mails)
