"""A letter with a token: whole in each language, readable by everyone, and nothing in it that acts or loads."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from uuid import UUID

import pytest

from services.token_mailer.adapters.jinja import JinjaLetters
from services.token_mailer.domain.mails import Letter
from services.token_mailer.domain.records import Token
from shared.values import ConnectionId, EnterpriseNumber, Language, Sha256, SoftwareSlug

LEAST_CONTRAST = 4.5
"""WCAG 2.2 §1.4.3, for text of ordinary size."""
SAID = {
    Language.NL: ("Robaws vraagt", "verkoopfacturen", "bankrekeningen", "nieuwste", "niets te doen"),
    Language.FR: ("Robaws demande", "factures de vente", "comptes bancaires", "plus récent", "rien à faire"),
    Language.DE: ("Robaws möchte", "Verkaufsrechnungen", "Bankkonten", "der neueste", "nichts zu tun"),
    Language.EN: ("Robaws asks", "sales invoices", "bank accounts", "newest", "nothing to do"),
}


def letter(language: Language, *scopes: str) -> Letter:
    moment = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
    token = Token(
        connection_id=ConnectionId.of(UUID(int=7)), issue=1, software=SoftwareSlug("robaws"), key_id="k",
        nonce=bytes(16), sha256=Sha256.of(b""), address_version=1, language=language,
        company_name="Bakkerij <De Korenaar>", issued_at=moment, expires_at=moment,
    )  # fmt: skip
    facts = {"token": token, "grouped": "ABC-DEF", "software": token.software}
    return JinjaLetters().token_letter(
        **facts,  # type: ignore[arg-type]
        number=EnterpriseNumber("0010.080.080"),
        scopes=scopes or ("invoices:write", "statements:read"),
    )


@pytest.mark.parametrize("language", list(Language))
def test_a_letter_says_who_asks_what_it_allows_until_when_and_what_to_do(language: Language) -> None:
    written = letter(language)
    for said in (*SAID[language], "2026", "10:30", "ABC-DEF"):
        assert said in written.text and said in written.html


@pytest.mark.parametrize("language", list(Language))
def test_a_letter_names_only_what_was_asked_for(language: Language) -> None:
    _, invoices, accounts, _, _ = SAID[language]
    written = letter(language, "statements:read")
    assert accounts in written.text and invoices not in written.text
    assert accounts in written.html and invoices not in written.html


@pytest.mark.parametrize("language", list(Language))
def test_the_html_of_a_letter_is_semantic_and_has_nothing_to_click_or_to_load(language: Language) -> None:
    tags = _Tags()
    tags.feed(letter(language).html)
    assert tags.of("html") == [{"lang": language.value}] and len(tags.of("h1")) == len(tags.of("title")) == 1
    assert len(tags.of("li")) == 2
    assert all(table.get("role") == "presentation" for table in tags.of("table"))
    assert not {name for name, _ in tags.seen} & {"a", "img", "form", "script", "link", "iframe", "style", "object"}
    assert not re.search(r"https?:|src=|href=|url\(|@import|\son\w+=", letter(language).html)


def test_every_colour_of_a_letter_can_be_read_on_every_ground_of_it() -> None:
    html = letter(Language.NL).html
    grounds = set(re.findall(r"background:(#[0-9a-f]{6})", html))
    colours = set(re.findall(r"(?<![-\w])color:(#[0-9a-f]{6})", html))
    assert len(grounds) > 1 and len(colours) > 2
    for colour in colours:
        for ground in grounds:
            assert _contrast(colour, ground) >= LEAST_CONTRAST, (colour, ground)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.seen if name == tag]


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
