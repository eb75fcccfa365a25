"""What all mails to packages say to people alike, in their language, and the frame around what each says of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.delivery.domain.files import Parcel
from services.delivery.domain.handovers import printable
from shared.values import Language

_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class _Words:
    """What people read. Placeholders are named."""

    client_code: str
    test: str


_WORDS = {
    Language.NL: _Words(
        client_code="Uw code van deze onderneming: {code}",
        test="TEST: dit is een voorbeeld om het kanaal te proberen. Boek het niet.",
    ),
    Language.FR: _Words(
        client_code="Votre code de cette entreprise : {code}",
        test="TEST : ceci est un exemple pour essayer le canal. Ne le comptabilisez pas.",
    ),
    Language.DE: _Words(
        client_code="Ihr Code dieses Unternehmens: {code}",
        test="TEST: Dies ist ein Beispiel, um den Kanal zu prüfen. Bitte nicht verbuchen.",
    ),
    Language.EN: _Words(
        client_code="Your code of this company: {code}",
        test="TEST: this is a sample to try the channel. Do not book it.",
    ),
}


def short(text: str) -> str:
    """A name of others as it may stand in a line of ours."""
    return printable(text)[:_LONGEST_NAME]


def client_line(language: Language, client_code: str) -> list[str]:
    """The office's own code of the company, where it has one."""
    code = short(client_code)
    return [_WORDS[language].client_code.format(code=code)] if code else []


def framed(parcel: Parcel, lines: Sequence[str], notes: Mapping[str, bool], sent_by: str) -> list[str]:
    """The text of a mail: that it is a test, its own lines, the notes that hold, who sent it."""
    before = [_WORDS[parcel.language].test, ""] if parcel.test else []
    told = [each for note, holds in notes.items() if holds for each in ("", note)]
    return [*before, *lines, *told, "", sent_by]
