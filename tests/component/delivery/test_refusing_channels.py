"""What cannot be a channel is refused, with the place where it is wrong, and leaves nothing behind."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from services.delivery.adapters.sealed_secrets import SealedSecrets
from services.delivery.domain.addresses import Reach
from tests.component.delivery.doors import Runtime, key_of, opened

SECRET = "whsec_" + "A" * 32
MAIL = {"address": "in@pakket.example"}


@pytest.fixture
async def door() -> AsyncIterator[httpx.AsyncClient]:
    couriers = dict.fromkeys(("folder", "sftp", "webhook"))
    lent = {"webhook_reach": Reach(), "channel_secrets": SealedSecrets(b"k" * 32), "couriers": couriers}
    async with opened(Runtime(), **lent) as client:
        client.headers.update(key_of("janssens"))
        yield client


def sftp(**others: Any) -> dict[str, Any]:
    return {"kind": "sftp", "sftp": {"host": "sftp.example", "username": "a", "password": "b"} | others}


def folder(**others: Any) -> dict[str, Any]:
    return {"kind": "folder"} | others


def webhook(**others: Any) -> dict[str, Any]:
    return {"kind": "webhook", "webhook": {"url": "https://a.example/x", "secret": SECRET} | others}


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"kind": "mail", "mail": MAIL}, 409, "channel_not_offered"),
        ({"kind": "fax"}, 422, "request_malformed"),
        ({"kind": "sftp"}, 422, "request_malformed"),
        (folder(mail=MAIL), 422, "request_malformed"),
        (folder(files=[]), 422, "request_malformed"),
        (folder(files=["docx"]), 422, "request_malformed"),
        (folder(name="a\r\nb"), 422, "request_malformed"),
        (folder(companies=["0403170702"]), 422, "enterprise_number_checksum"),
        (folder(language="es"), 422, "request_malformed"),
        (folder(secret="b"), 422, "request_malformed"),
        (sftp(host="10.0.0.1"), 422, "channel_host_address"),
        (sftp(host="[::ffff:127.0.0.1]"), 422, "channel_host_address"),
        (sftp(host="a b"), 422, "channel_host_malformed"),
        (sftp(port=25), 422, "channel_port"),
        (sftp(password=None), 422, "channel_secret_missing"),
        (sftp(folder="../x"), 422, "channel_folder_malformed"),
        (sftp(host_key="MD5:aa"), 422, "request_malformed"),
        (sftp(username="a\nb"), 422, "request_malformed"),
        (webhook(secret=None), 422, "channel_secret_missing"),
        (webhook(secret="short"), 422, "channel_secret_malformed"),
        (webhook(url="http://a.example/x"), 422, "webhook_url_not_https"),
        (webhook(url="https://169.254.169.254/"), 422, "webhook_url_address"),
    ],
)
async def test_what_cannot_be_a_channel_is_refused_with_the_place_where_it_is_wrong(
    door: httpx.AsyncClient, asked: dict[str, Any], status: int, code: str
) -> None:
    answer = await door.post("/v1/channels", json=asked)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert status == 409 or answer.json()["errors"][0]["pointer"].startswith("/")
    assert (await door.get("/v1/channels")).json()["channels"] == []


async def test_the_object_of_another_kind_changes_nothing(door: httpx.AsyncClient) -> None:
    path = (await door.post("/v1/channels", json=folder())).headers["location"]
    answer = await door.patch(path, json={"webhook": {"url": "https://a.example/x", "secret": SECRET}})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/webhook")
    assert (await door.get(path)).json()["webhook"] is None
