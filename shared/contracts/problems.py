"""What can be wrong with an HTTP call: every code of a problem body (RFC 9457), with its status and who acts.

Codes that are reasons (`shared.contracts.reasons`) keep their texts; the others have theirs in `problem_texts`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from shared.contracts.problem_texts import dutch, english, french, german
from shared.contracts.reasons import ACCOUNTING_OFFICE, REASONS, Actor, Reason
from shared.values import Language

Remedy = Literal["authenticate", "permission", "search", "look", "correct", "report", "wait"]
"""What whoever gets the answer does next."""

_LANGUAGES = {Language.NL: dutch, Language.FR: french, Language.DE: german, Language.EN: english}
_HELP_DESK = {
    Language.NL: "de helpdesk",
    Language.FR: "le service d'assistance",
    Language.DE: "den Helpdesk",
    Language.EN: "the help desk",
}


@dataclass(frozen=True, slots=True)
class ProblemEntry:
    """One code: with which statuses it comes, who acts, and what people read in each language.

    A code without a status is told in bodies only: in events, in the state of a connection or a document. `caller`
    acts where the request itself has to change. `retryable`: the same call may succeed later unchanged.
    """

    code: str
    statuses: tuple[int, ...]
    actor: Actor | Literal["caller"]
    retryable: bool
    title: Mapping[Language, str]
    detail: Mapping[Language, str]
    next_action: Mapping[Language, str]

    @property
    def page(self) -> str:
        """Where it is explained; the `type` of a problem body, relative to the door."""
        return f"/problems/{self.code}"


_STATUSES: Mapping[Remedy, Mapping[str, tuple[int, ...]]] = {
    "correct": {
        "submission_type_unknown": (),
        "submission_malformed": (),
        "ibans_too_many": (),
        "webhook_url_malformed": (422,),
        "webhook_url_not_https": (422,),
        "webhook_url_port": (422,),
        "webhook_url_address": (422,),
        "webhook_endpoint_id_malformed": (422,),
        "event_type_unknown": (422,),
        "since_ahead": (422,),
        **dict.fromkeys(("scope_not_allowed", "key_end_passed"), (422,)),
        "until_past": (422,),
        "office_missing": (422,),
        "import_refused": (422,),
        "list_empty": (422,),
        "charset_unknown": (422,),
        "column_doubled": (422,),
        "column_missing": (422,),
        "office_id_reserved": (422,),
        **dict.fromkeys(("request_unreadable", "json_malformed", "charset_not_utf8"), (400,)),
        **dict.fromkeys(("idempotency_key_malformed", "cursor_invalid"), (400,)),
        "body_too_large": (413,),
        "media_type_unsupported": (415,),
        **dict.fromkeys(("request_malformed", "text_unusable", "idempotency_key_reused"), (422,)),
        **dict.fromkeys(("connection_missing", "document_empty", "pdf_invalid", "part_missing"), (422,)),
        **dict.fromkeys(("reader_failed", "mandate_doubled", "mandate_backwards"), (422,)),
        **dict.fromkeys(("period_backwards", "periods_overlap", "connection_id_malformed"), (422,)),
        **dict.fromkeys(("document_id_malformed", "statement_id_malformed", "office_id_malformed"), (422,)),
        **dict.fromkeys(("software_slug_malformed", "credential_id_malformed", "sha256_malformed"), (422,)),
        **dict.fromkeys(("email_malformed", "language_unknown", "iban_malformed", "iban_checksum"), (422,)),
        **dict.fromkeys(("currency_unknown", "currency_mismatch", "money_malformed"), (422,)),
        **dict.fromkeys(("money_out_of_range", "reference_malformed", "reference_checksum"), (422,)),
        "request_refused": (400,),
    },
    "authenticate": {
        **dict.fromkeys(("credentials_missing", "credentials_unreadable"), (401,)),
        **dict.fromkeys(("credentials_invalid", "credentials_expired"), (401,)),
        "sign_in": (303,),
        "form_token_invalid": (403,),
    },
    "permission": {
        "test_key_needed": (403,),
        "live_key_needed": (403,),
        "operators_only": (403,),
        **dict.fromkeys(("caller_not_allowed", "scope_missing"), (403,)),
    },
    "search": {
        "webhook_endpoint_unknown": (404,),
        "key_unknown": (404,),
        **dict.fromkeys(("route_unknown", "not_found", "problem_unknown", "connection_unknown"), (404,)),
        **dict.fromkeys(("document_unknown", "statement_unknown", "software_unknown", "failure_unknown"), (404,)),
        "office_unknown": (404, 422),
        "method_not_allowed": (405,),
    },
    "look": {
        "duplicate": (),
        "cursor_expired": (410,),
        "webhook_endpoints_exhausted": (409,),
        "software_keys_full": (409,),
        "webhook_endpoint_disabled": (409,),
        "company_served_by_another_office": (409,),
        "mandate_of_another_company": (409,),
        **dict.fromkeys(("connection_not_active", "connection_not_pending", "document_booked"), (409,)),
        "failure_handled": (409,),
    },
    "wait": {
        "replay_running": (409,),
        "directory_changed": (409,),
        "idempotency_key_in_flight": (409,),
    },
    "report": {"internal_error": (500,), "door_error": (502,)},
}
_STATUSES_OF_REASONS: Mapping[str, tuple[int, ...]] = {
    "enterprise_number_malformed": (422,),
    "enterprise_number_checksum": (422,),
    "establishment_number": (422,),
    "company_unknown": (400, 404),
    **{code: (400,) for code, entry in REASONS.items() if entry.outcome != "none" and code != "company_unknown"},
    "software_suspended": (400, 403),
    "already_connected": (409,),
    "consent_withdrawn": (400,),
    "token_invalid": (404,),
    "token_expired": (410,),
    "token_used": (409,),
    "token_superseded": (409,),
    "token_locked": (429,),
    "document_invalid": (422,),
    "document_too_large": (413,),
    "rate_limited": (429,),
    "temporarily_unavailable": (503,),
}


def _entry(code: str, statuses: tuple[int, ...], remedy: Remedy) -> ProblemEntry:
    title, detail = (
        MappingProxyType({language: texts.TEXTS[code][part] for language, texts in _LANGUAGES.items()})
        for part in range(2)
    )
    next_action = MappingProxyType({language: texts.REMEDIES[remedy] for language, texts in _LANGUAGES.items()})
    return ProblemEntry(code, statuses, "caller", remedy in ("wait", "report"), title, detail, next_action)


def _of_reason(known: Reason) -> ProblemEntry:
    """Whom to contact is the office where it can mend the reason, else the help desk."""
    contact = {
        language: known.next_action_for(ACCOUNTING_OFFICE if known.outcome == "blocked" else words)[language]
        for language, words in _HELP_DESK.items()
    }
    statuses = _STATUSES_OF_REASONS.get(known.code, ())
    return ProblemEntry(
        known.code, statuses, known.actor, known.retryable, known.title, known.detail, MappingProxyType(contact)
    )


PROBLEMS: Mapping[str, ProblemEntry] = MappingProxyType(
    {code: _of_reason(known) for code, known in REASONS.items()}
    | {
        code: _entry(code, statuses, remedy)
        for remedy, entries in _STATUSES.items()
        for code, statuses in entries.items()
    }
)
"""All codes: the reasons first, in the order of a company's journey, then what is wrong with calls."""
