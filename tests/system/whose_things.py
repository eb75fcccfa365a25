"""Whose things each route shows, from the route table: what `test_keeping_tenants_apart` asks of it.

A route that is in none of these fails it: whoever adds one says here whose things it shows.
"""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from tests.system.stage import today

TO_OWNERS = {
    "connection_id": {"revoke", "show_connection", "activate", "rotate", "resend_token", "renew_token"},
    "document_id": {
        *("read_document", "mark_booked", "read_original", "mark_refused"),
        *("read_ubl", "read_pdf", "read_sidecar", "mark_processed", "mark_failed"),
    },
    "redelivery_id": {"show_redelivery", "start_redelivery"},
    "payment_id": {"read_payment", "accept_payment", "refuse_payment", "undo_payment"},
    "feed_id": {
        *("v2_read_pod_feed", "v2_move_pod_offset", "v2_read_pod_redownload_feed", "v2_move_pod_redownload_offset"),
    },
    "feed_index": {"v2_download_from_pod", "v2_redownload_from_pod"},
    "fiduciary_id": {"v2_show_fiduciary"},
    "client_id": {"v2_show_client"},
    "channel_id": {
        *("read_channel", "change_channel", "remove_channel"),
        *("test_channel", "confirm_channel", "retry_channel", "list_handovers"),
    },
    "statement_id": {
        *("read_movements", "read_statement", "read_statement_coda", "read_statement_pdf", "read_statement_camt"),
        *("read_statement_json", "mark_statement_processed", "mark_statement_failed"),
    },
    "endpoint_id": {
        *("remove_webhook_endpoint", "read_webhook_endpoint", "change_webhook_endpoint", "read_webhook_attempts"),
        *("replay_webhook_events", "rotate_webhook_secret", "test_webhook_endpoint"),
    },
    "enterprise_number": {
        *("show_company_of_clients", "mend_company_of_clients", "end_client"),
        *("show_company_of_companies", "mend_company_of_companies"),
    },
    "office_id": {"show_office"},
    "licence": {"v2_change_licence", "v2_request_token", "v2_upload_document"},
    "token": {"v2_get_credentials"},
}
"""Routes to one thing that has an owner, by the parameter that names it."""
MAILED = "token"
"""No id but a secret: whoever has it was mailed it, and is told that it was entered in the wrong software."""
LISTS = {
    *("list_connections", "list_documents", "list_clients", "export_clients", "list_webhook_endpoints"),
    *("read_events", "read_payments", "read_channels", "list_sandbox_mails", "show_sandbox_mails"),
    *("list_client_connections", "v2_list_licences", "list_series", "list_accounts", "list_statements"),
    *("v2_show_pod_client", "v2_list_fiduciaries", "v2_list_clients", "read_pod_settings"),
}
"""Routes to all that the caller owns."""
OF_THE_CALLER = {
    *("choose_kafka", "request_connection", "hand_in_document", "v2_hand_in_sales_invoice", "hand_in_statements"),
    *("create_webhook_endpoint", "v2_request_access_token", "import_clients", "validate_document"),
    *("hand_in_batch", "hand_in_upload", "hand_in_statements_upload", "v2_ask_for_licence", "v2_check_presence"),
    *("acknowledge_documents", "acknowledge_statements", "ask_redelivery", "create_channel", "choose_pod_settings"),
}
"""Routes that make something for the caller, or keep nothing."""
CLAIMS = {"put_client", "show_readiness"}
"""About companies that need not be the caller's: a claim is refused where another office serves the company
(test_directory_routes), readiness names no office and has a quota."""
OPERATORS = {
    *("move_client", "put_company", "put_office", "show_software", "edit_software", "put_software"),
    *("list_keys", "issue_key", "take_key_back"),
}
PUBLIC = {
    *("show_page", "take_form", "issue_access_token", "list_problems", "show_problem", "revoke_by_code"),
    *("list_sandbox_companies", "list_softwares", "take_bounce"),
}
BODIES: dict[str, dict[str, Any]] = {
    "confirm_channel": {"code": "00000000"},
    "activate": {"token": "0" * 27},
    "mark_refused": {"reason": "Not ours."},
    "v2_change_licence": {"email": "iemand@bedrijf.example"},
    **{name: {"reason": "No such journal."} for name in ("mark_failed", "mark_statement_failed")},
    **{name: {"feed_offset": str(uuid4())} for name in ("v2_move_pod_offset", "v2_move_pod_redownload_offset")},
    # A day in Brussels, where it is tomorrow before it is so in UTC.
    "end_client": {"until": (today() + timedelta(days=1)).isoformat()},
}
