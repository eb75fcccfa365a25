"""The letter that tells of an ending: who, since when, what stops, what to do; in each language, for each side."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.token_mailer.adapters.jinja import JinjaLetters
from services.token_mailer.domain.mails import compose_ending, ending_mail, message_id
from services.token_mailer.domain.records import Connection, Side
from services.token_mailer.domain.registering import activated, revoked
from shared.contracts.documents import Sealed
from shared.values import ConnectionId, EmailAddress, EnterpriseNumber, Language, OfficeId, SoftwareSlug

BEGAN = datetime(2025, 11, 3, 8, 5, tzinfo=UTC)
LETTERS = JinjaLetters()
SAID = {
    Language.NL: ("verkoopfacturen", "bankrekeningen", "niet verwacht", "beëindigd"),
    Language.FR: ("factures de vente", "comptes bancaires", "attendiez pas", "mis fin"),
    Language.DE: ("Verkaufsrechnungen", "Bankkonten", "nicht erwartet", "beendet"),
    Language.EN: ("sales invoices", "bank accounts", "did not expect", "has ended"),
}
BY: dict[tuple[Language, Side], str] = {
    (Language.NL, "software"): "Uw software Club Planner heeft",
    (Language.NL, "office"): "Uw boekhoudkantoor heeft",
    (Language.NL, "operator"): "Relais, dat de verbinding verzorgt, heeft",
    (Language.FR, "software"): "Votre logiciel Club Planner a",
    (Language.FR, "office"): "Votre bureau comptable a",
    (Language.FR, "operator"): "Relais, qui assure la liaison, a",
    (Language.DE, "software"): "Ihre Software Club Planner hat",
    (Language.DE, "office"): "Ihr Steuer- und Buchhaltungsbüro hat",
    (Language.DE, "operator"): "Relais, der Betreiber der Verbindung, hat",
    (Language.EN, "software"): "Your software Club Planner has",
    (Language.EN, "office"): "Your accounting office has",
    (Language.EN, "operator"): "Relais, which runs the connection, has",
}


def ended(language: Language = Language.NL, by: Side = "office") -> Connection:
    pending = Connection(
        connection_id=ConnectionId.of(UUID(int=7)),
        enterprise_number=EnterpriseNumber("0010.080.080"),
        software=SoftwareSlug("club-planner"),
        mode="live",
        office_id=OfficeId("janssens"),
        language=language,
        company_name="Bakkerij <De Korenaar>\r\nBcc: x@y.example",
        scopes=("invoices:write", "statements:read"),
        email=Sealed(key_id="0" * 16, ciphertext="AAAA"),
        masked_email="z***@e***.be",
        address_version=1,
    )
    return revoked(activated(pending, BEGAN), by, BEGAN + timedelta(days=131))


@pytest.mark.parametrize(("language", "by"), list(BY))
def test_it_says_who_ended_what_since_when_and_what_to_do_and_never_names_the_office(
    language: Language, by: Side
) -> None:
    written = LETTERS.ending_letter(ended(language, by))
    said = (BY[language, by], *SAID[language], "Club Planner", "0010.080.080", "2025", "09:05", "2026", "2026")
    for each in said:
        assert each in written.text and each in written.html, each
    assert "anssens" not in written.text + written.html
    others = {BY[language, other] for other in ("software", "office", "operator") if other != by}  # type: ignore[index]
    assert not any(other in written.text or other in written.html for other in others)


@pytest.mark.parametrize("language", list(Language))
def test_it_leaves_out_what_was_never_exchanged_and_a_beginning_that_is_not_known(language: Language) -> None:
    of = replace(ended(language), activated_at=None, scopes=("statements:read",))
    invoices, accounts, _, _ = SAID[language]
    written = LETTERS.ending_letter(of)
    for body in (written.text, written.html):
        assert "2025" not in body and invoices not in body and accounts in body


@pytest.mark.parametrize("language", list(Language))
def test_its_html_has_nothing_to_click_to_load_or_to_copy(language: Language) -> None:
    html = LETTERS.ending_letter(ended(language)).html
    assert f'<html lang="{language.value}">' in html and html.count("<h1") == 1 and "&lt;De Korenaar&gt;" in html
    assert not re.search(r"<(a|img|form|script|link|iframe|style|object)\b|https?:|src=|href=|url\(|monospace", html)


def test_its_bytes_are_the_same_whenever_it_is_written_and_are_no_token_mails() -> None:
    of, recipient = ended(), EmailAddress("info@bakkerij.example")
    one, other = (
        compose_ending(LETTERS.ending_letter(of), of, "Relais <tokens@relais.example>", recipient) for _ in range(2)
    )
    assert one == other and b"\r\nBcc:" not in one
    assert message_id(of.connection_id, 0, 1, "relais.example").encode() in one
    assert (ending_mail(of).issue, ending_mail(of).ordinal) == (0, 1)


def test_nothing_is_told_of_a_connection_that_has_not_ended() -> None:
    open_still = replace(ended(), state="active", ended_at=None, ended_by="")
    with pytest.raises(ValueError, match="connection_not_ended"):
        LETTERS.ending_letter(open_still)
