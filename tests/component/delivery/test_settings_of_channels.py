"""Wrong settings of channels never start the service; those of before there were channels still do."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from services.delivery.settings import Settings

OLD: dict[str, Any] = {
    "kafka_bootstrap_servers": "127.0.0.1:9092",
    "kafka_username": "delivery",
    "kafka_password": "a",
    "database_url": "postgresql://a:b@127.0.0.1/relais",
    "api_database_url": "postgresql://a:b@127.0.0.1/relais",
    "object_store_url": "file:///var/lib/relais",
    "kafka_admin_username": "admin",
    "kafka_admin_password": "a",
    "kafka_password_secret": "a2FuYXJpZXZvZ2VsdGplIQ==",
    "webhook_key": "a2FuYXJpZXZvZ2VsdGplIQ==",
    "http_port": 8000,
    "operator_key_sha256": "0" * 64,
}


def test_settings_of_before_start_a_house_without_folders_and_mail() -> None:
    settings = Settings(**OLD)
    assert (settings.folder_root, settings.smtp_host) == (None, "")


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"smtp_host": "mail"}, "mail_from_malformed"),
        ({"smtp_host": "mail", "mail_from": "nobody"}, "mail_from_malformed"),
        ({"mail_from": "Relais <a@b.example>\r\nBcc: c@d.example"}, "mail_from_malformed"),
        ({"smtp_host": "mail", "mail_from": "a@b.example", "smtp_timeout_s": 60}, "smtp_timeout_s"),
        ({"bounce_address": "nobody"}, "bounce_address"),
        ({"folder_root": "/nowhere/at/all"}, "folder_root"),
    ],
)
def test_wrong_settings_are_refused_at_the_start(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError, match=named) as refusal:
        Settings(**OLD | wrong)
    assert refusal.value.error_count() == 1


def test_mails_come_back_to_the_bounce_address_or_else_to_the_sender(tmp_path: Path) -> None:
    mail = {"smtp_host": "mail", "mail_from": "Relais <documents@relais.example>", "folder_root": str(tmp_path)}
    assert Settings(**OLD | mail).return_path == "documents@relais.example"
    assert Settings(**OLD | mail | {"bounce_address": "b@relais.example"}).return_path == "b@relais.example"
    assert Settings(**OLD | mail | {"mail_from": "plain@relais.example"}).return_path == "plain@relais.example"
