"""The catalogue of reasons: told to people, whole in four languages, never doubled, no office by name."""

import re
from collections import Counter

import pytest

from shared.contracts.reason_texts import dutch, english, french, german, office_mails
from shared.contracts.reasons import ACCOUNTING_OFFICE, REASONS, Reason, contact_in_words, office_mail, reason
from shared.values import Language

WAITING = {
    "company_unknown",
    "no_accounting_office",
    "office_not_a_client",
    "email_unknown",
    "email_unverified",
    "email_bounced",
}
FINAL = {"company_ceased", "software_not_allowed", "software_suspended"}
CODES = {
    *WAITING,
    *FINAL,
    "enterprise_number_malformed",
    "enterprise_number_checksum",
    "establishment_number",
    "already_connected",
    "consent_withdrawn",
    "token_invalid",
    "token_expired",
    "token_used",
    "token_superseded",
    "token_of_another_software",
    "token_locked",
    "document_invalid",
    "document_too_large",
    "period_closed",
    "seller_mismatch",
    "already_accepted",
    "sandbox_document",
    "office_changed",
    "rate_limited",
    "temporarily_unavailable",
}


def texts_of(entry: Reason, language: Language) -> tuple[str, str, str]:
    return entry.title[language], entry.detail[language], entry.next_action[language]


def test_the_catalogue_has_these_codes_and_no_other() -> None:
    assert set(REASONS) == CODES
    for texts in (dutch.TEXTS, french.TEXTS, german.TEXTS, english.TEXTS):
        assert set(texts) == CODES


@pytest.mark.parametrize("entry", REASONS.values(), ids=REASONS)
def test_a_reason_is_whole_in_four_languages(entry: Reason) -> None:
    for language in Language:
        title, detail, next_action = texts_of(entry, language)
        assert re.search(r"[^.!?]$", title), f"{language}: a title is no sentence"
        assert re.search(r"[.!?]$", detail), f"{language}: a detail is a sentence"
        assert re.search(r"[.!?]$", next_action), f"{language}: a next action is a sentence"


def test_no_text_is_told_twice() -> None:
    told = Counter(
        text for entry in REASONS.values() for language in Language for text in set(texts_of(entry, language))
    )
    assert [text for text, count in told.items() if count > 1] == []


@pytest.mark.parametrize("entry", REASONS.values(), ids=REASONS)
def test_a_request_that_waits_or_ends_says_whom_to_contact(entry: Reason) -> None:
    for language in Language:
        title, detail, next_action = texts_of(entry, language)
        assert "{" not in title + detail
        assert next_action.count("{contact}") == (0 if entry.outcome == "none" else 1)
        assert "{" not in next_action.replace("{contact}", "")


def test_what_someone_can_mend_waits_and_goes_on_by_itself() -> None:
    assert {code for code, entry in REASONS.items() if entry.outcome == "blocked"} == WAITING
    assert {code for code, entry in REASONS.items() if entry.outcome == "refused"} == FINAL
    assert all(REASONS[code].resumes for code in WAITING)
    assert not any(REASONS[code].resumes for code in FINAL)


def test_the_office_is_named_in_general_words_only() -> None:
    told = reason("email_unknown").next_action_for(ACCOUNTING_OFFICE)
    assert told[Language.EN].startswith("Contact your accounting office and")
    assert told[Language.NL].startswith("Neem contact op met uw accountantskantoor en")
    assert told[Language.FR].startswith("Contactez votre bureau comptable et")
    assert told[Language.DE].startswith("Wenden Sie sich an Ihre Buchhaltungskanzlei und")


def test_the_help_desk_is_told_as_the_operator_writes_it() -> None:
    assert contact_in_words("help@desk.test", Language.FR) == "help@desk.test"
    assert "help@desk.test" in reason("company_ceased").next_action_for("help@desk.test")[Language.NL]


def test_an_unknown_code_is_refused_with_what_was_expected() -> None:
    with pytest.raises(LookupError, match=r"reason_unknown: found 'bad_mood', expected one of enterprise_number"):
        reason("bad_mood")


@pytest.mark.parametrize("language", Language)
def test_what_an_office_can_mend_comes_with_a_mail_to_send_it_as_it_is(language: Language) -> None:
    assert set(office_mails.TEXTS[language]) == WAITING
    for code in WAITING:
        mail = office_mail(code, "0403.170.701", language)
        assert mail is not None
        assert "0403.170.701" in mail.subject
        assert mail.body.count("0403.170.701") == 1
        assert len(mail.body.split("\n\n")) == 3
        assert "{" not in mail.subject + mail.body
        assert "\n" not in mail.subject
    assert office_mail("company_ceased", "0403.170.701", language) is None


def test_the_mails_differ_in_every_language() -> None:
    told = [text for texts in office_mails.TEXTS.values() for pair in texts.values() for text in pair]
    assert len(set(told)) == len(told) == 4 * len(WAITING) * 2


def test_a_reason_is_explained_on_a_page_of_its_own() -> None:
    assert {entry.page for entry in REASONS.values()} == {f"/problems/{code}" for code in CODES}


ACTORS = {
    "company_unknown": "company",
    "company_ceased": "company",
    "no_accounting_office": "company",
    "office_not_a_client": "office",
    "email_unknown": "office",
    "software_not_allowed": "software",
    "software_suspended": "software",
    "already_connected": "user",
    "consent_withdrawn": "company",
    "token_expired": "user",
    "rate_limited": "nobody",
    "temporarily_unavailable": "nobody",
}


@pytest.mark.parametrize(("code", "actor"), ACTORS.items())
def test_a_reason_says_who_acts(code: str, actor: str) -> None:
    assert reason(code).actor == actor
