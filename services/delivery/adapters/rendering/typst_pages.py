"""Pages become PDF files: typst over our templates, with nothing of this machine in its reach.

PDF/A-3a and PDF/UA-1: archived as it is, read aloud, with the source inside. The fonts are those that the wheel of
typst embeds, and a file's only date is its document's: the same document gives the same bytes on every machine.
"""

from datetime import UTC, datetime, time
from importlib.resources import files
from pathlib import Path

import typst

from services.delivery.domain.rendering.pages import Page, page_json
from services.delivery.ports.rendering import Source

_TEMPLATES = ("page.typ", "invoice.typ", "statement.typ")
_SOURCE = "attached"


class TypstPages:
    """Compiles pages below `folder`, which it fills with the templates and which must hold nothing else."""

    def __init__(self, folder: Path) -> None:
        self._source = folder / _SOURCE
        fonts = typst.Fonts(include_system_fonts=False)
        texts = files("services.delivery.adapters.rendering") / "templates"
        for name in _TEMPLATES:
            (folder / name).write_bytes((texts / name).read_bytes())
        self._compilers = {
            name: typst.Compiler(str(folder / name), root=str(folder), font_paths=fonts, ignore_system_fonts=True)
            for name in _TEMPLATES[1:]
        }

    def pdf(self, template: str, page: Page, source: Source) -> bytes:
        """The page by the template `invoice` or `statement`, with its source inside. Raises `typst.TypstError`."""
        self._source.write_bytes(source.data)
        inputs = {"page": page_json(page), _SOURCE: source.name, "media-type": source.media_type}
        moment = datetime.combine(page.dated, time(), UTC)
        made = self._compilers[f"{template}.typ"].compile(
            format="pdf", sys_inputs=inputs, pdf_standards=["a-3a", "ua-1"], timestamp=moment
        )
        if not isinstance(made, bytes):
            raise TypeError("a PDF is one file")
        return made
