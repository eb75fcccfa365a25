"""Why something cannot be done (now): a closed list of stable codes, told to people in four languages.

The office is named in general words only. `{contact}` in a next action stands for whom to contact: see
`contact_in_words`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from shared.contracts.reason_texts import dutch, english, french, german, office_mails
from shared.values import Language

Actor = Literal["user", "company", "office", "software", "nobody"]
"""Who acts next. `user` works with the billing software; `nobody` means that waiting is all there is to do."""

Outcome = Literal["blocked", "refused", "none"]
"""What becomes of a request for a connection: it waits, it ends, or this reason is not about one."""

ACCOUNTING_OFFICE = "accounting_office"
"""The contact that stands for the company's accounting office."""

_OFFICE_IN_WORDS = {
    Language.NL: "uw accountantskantoor",
    Language.FR: "votre bureau comptable",
    Language.DE: "Ihre Buchhaltungskanzlei",
    Language.EN: "your accounting office",
}

_TEXTS = {
    Language.NL: dutch.TEXTS,
    Language.FR: french.TEXTS,
    Language.DE: german.TEXTS,
    Language.EN: english.TEXTS,
}


@dataclass(frozen=True, slots=True)
class OfficeMail:
    """What a company can send to its accounting office as it is; plain text, lines end in a line feed."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One entry of the catalogue.

    `resumes`: what was asked goes on by itself once the reason is mended. `retryable`: the same call may succeed
    later without anything changed. The texts are sentences for end users; `next_action` may hold `{contact}`.
    """

    code: str
    actor: Actor
    outcome: Outcome
    resumes: bool
    retryable: bool
    title: Mapping[Language, str]
    detail: Mapping[Language, str]
    next_action: Mapping[Language, str]

    @property
    def page(self) -> str:
        """Where the reason is explained in four languages, relative to the door."""
        return f"/problems/{self.code}"

    def next_action_for(self, contact: str) -> dict[Language, str]:
        """What to do now, in each language, with the contact filled in."""
        return {
            language: text.replace("{contact}", contact_in_words(contact, language))
            for language, text in self.next_action.items()
        }


def _entry(
    code: str, actor: Actor, outcome: Outcome = "none", *, resumes: bool = False, retryable: bool = False
) -> Reason:
    title, detail, next_action = (
        MappingProxyType({language: texts[code][part] for language, texts in _TEXTS.items()}) for part in range(3)
    )
    return Reason(code, actor, outcome, resumes, retryable, title, detail, next_action)


_ENTRIES = (
    _entry("enterprise_number_malformed", "user"),
    _entry("enterprise_number_checksum", "user"),
    _entry("establishment_number", "user"),
    _entry("company_unknown", "company", "blocked", resumes=True),
    _entry("company_ceased", "company", "refused"),
    _entry("no_accounting_office", "company", "blocked", resumes=True),
    _entry("office_not_a_client", "office", "blocked", resumes=True),
    _entry("email_unknown", "office", "blocked", resumes=True),
    _entry("email_unverified", "company", "blocked", resumes=True),
    _entry("email_bounced", "office", "blocked", resumes=True),
    _entry("software_not_allowed", "software", "refused"),
    _entry("software_suspended", "software", "refused"),
    _entry("already_connected", "user"),
    _entry("consent_withdrawn", "company"),
    _entry("token_invalid", "user"),
    _entry("token_expired", "user"),
    _entry("token_used", "user"),
    _entry("token_superseded", "user"),
    _entry("token_of_another_software", "user"),
    _entry("token_locked", "user", retryable=True),
    _entry("document_invalid", "software"),
    _entry("document_too_large", "software"),
    _entry("period_closed", "software"),
    _entry("seller_mismatch", "software"),
    _entry("already_accepted", "nobody"),
    _entry("sandbox_document", "nobody"),
    _entry("office_changed", "nobody", resumes=True),
    _entry("rate_limited", "nobody", resumes=True, retryable=True),
    _entry("temporarily_unavailable", "nobody", resumes=True, retryable=True),
)

REASONS: Mapping[str, Reason] = MappingProxyType({entry.code: entry for entry in _ENTRIES})
"""All reasons by their code, in the order of a company's journey."""


def reason(code: str) -> Reason:
    """The reason with this code. Raises LookupError for a code that the catalogue does not have."""
    try:
        return REASONS[code]
    except KeyError:
        raise LookupError(f"reason_unknown: found {code!r}, expected one of {', '.join(REASONS)}") from None


def office_mail(code: str, enterprise_number: str, language: Language) -> OfficeMail | None:
    """A ready-made mail from the company to its accounting office; None where the office cannot mend the reason."""
    texts = office_mails.TEXTS[language].get(code)
    if texts is None:
        return None
    subject, request = (text.replace("{number}", enterprise_number) for text in texts)
    greeting, closing = office_mails.FRAMES[language]
    return OfficeMail(subject, f"{greeting}\n\n{request}\n\n{closing}")


def contact_in_words(contact: str, language: Language) -> str:
    """Whom to contact: the accounting office in general words, or the operator's help desk as it is given."""
    return _OFFICE_IN_WORDS[language] if contact == ACCOUNTING_OFFICE else contact
