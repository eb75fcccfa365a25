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


_CODES: Mapping[Remedy, Mapping[tuple[int, ...], str]] = {
    "correct": {
        (): "bank_file_unreadable ibans_too_many submission_malformed submission_type_unknown",
        (400,): (
            "charset_not_utf8 cursor_invalid idempotency_key_malformed json_malformed request_refused "
            "request_unreadable"
        ),
        (413,): "batch_too_long body_too_large",
        (415,): "media_type_unsupported",
        (422,): (
            "archive_unreadable bank_file_too_long base64_malformed "
            "channel_code_wrong channel_folder_malformed channel_host_address channel_host_malformed "
            "channel_id_malformed channel_port channel_secret_malformed channel_secret_missing "
            "charset_unknown column_doubled column_missing "
            "connection_id_malformed connection_missing credential_id_malformed currency_mismatch currency_unknown "
            "document_empty document_id_malformed email_malformed event_type_unknown iban_checksum iban_malformed "
            "idempotency_key_reused import_refused key_end_passed language_unknown list_empty mandate_backwards "
            "mandate_doubled model_not_offered money_malformed money_out_of_range office_id_malformed "
            "office_id_reserved office_missing part_missing payment_id_malformed pdf_invalid period_backwards "
            "periods_overlap redelivery_id_malformed redelivery_too_large reference_checksum reference_malformed "
            "request_malformed scope_not_allowed sha256_malformed since_ahead "
            "software_slug_malformed statement_id_malformed text_unusable until_past upload_id_malformed "
            "webhook_endpoint_id_malformed webhook_url_address webhook_url_malformed webhook_url_not_https "
            "webhook_url_port"
        ),
    },
    "authenticate": {
        (303,): "sign_in",
        (401,): "credentials_expired credentials_invalid credentials_missing credentials_unreadable",
        (403,): "form_token_invalid",
    },
    "permission": {
        (403,): "caller_not_allowed live_key_needed operators_only scope_missing test_key_needed",
    },
    "search": {
        (404,): (
            "channel_unknown connection_unknown document_unknown failure_unknown feed_entry_unknown feed_unknown "
            "format_not_offered key_unknown not_found payment_unknown problem_unknown redelivery_unknown "
            "route_unknown software_unknown statement_unknown upload_unknown webhook_endpoint_unknown"
        ),
        (404, 422): "office_unknown",
        (405,): "method_not_allowed",
    },
    "look": {
        (): "duplicate",
        (409,): (
            "channel_not_offered channels_exhausted "
            "company_served_by_another_office connection_not_active connection_not_pending document_booked "
            "failure_handled mandate_of_another_company payment_stale software_keys_full webhook_endpoint_disabled "
            "webhook_endpoints_exhausted"
        ),
        (410,): "cursor_expired",
    },
    "wait": {
        (409,): "directory_changed idempotency_key_in_flight replay_running",
    },
    "report": {
        (500,): "internal_error",
        (502,): "door_error",
    },
}
"""What is wrong with calls: codes by what to do about them, and by the statuses with which they come."""

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
    "token_of_another_software": (409,),
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
        for remedy, groups in _CODES.items()
        for statuses, codes in groups.items()
        for code in codes.split()
    }
)
"""All codes: the reasons first, in the order of a company's journey, then what is wrong with calls."""
