"""An office's own SFTP server, a real one: its key is pinned, files come whole, and no address inside is reached."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from services.delivery.adapters.sftp import SftpCourier
from services.delivery.domain.addresses import Reach
from services.delivery.domain.channel_secrets import SftpSecret, sftp_text
from services.delivery.domain.channels import Channel, SftpPlace
from tests.adapters.delivery.parcels import a_channel, a_document, a_parcel
from tests.adapters.delivery.sftp_server import PASSWORD, USERNAME, Office, serving
from tests.waiting import let_time_pass, until

HERE = Reach.of(["127.0.0.0/8"])
LIMIT_S = 60.0
SECRET = sftp_text(SftpSecret(password=PASSWORD))
PLACE = "in/K12/2026/Invoices-OUT-01"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with serving(tmp_path / "office") as running:
        (running.root / "in").mkdir()
        yield running


@pytest.fixture
async def courier() -> AsyncIterator[SftpCourier]:
    made = SftpCourier(HERE)
    yield made
    await made.close()


def channel_to(office: Office, **others: Any) -> Channel:
    place = SftpPlace("127.0.0.1", USERNAME, office.port, "in", office.fingerprint)
    return a_channel("sftp", replace(place, **others))


async def test_the_files_of_a_document_arrive_whole_with_the_xml_last(office: Office, courier: SftpCourier) -> None:
    parcel = a_parcel()
    outcome = await courier.deliver(channel_to(office), SECRET, parcel)
    assert (outcome.verdict, outcome.words) == ("done", f"{PLACE}/{parcel.files[-1].name}")
    assert office.files() == sorted(f"{PLACE}/{file.name}" for file in parcel.files)
    for file in parcel.files:
        assert (office.root / PLACE / file.name).read_bytes() == file.data
    names = [file.name for file in parcel.files]
    each = [(("write", f".{name}.part"), ("posix_rename", name)) for name in names]
    assert office.steps == [step for pair in each for step in pair]


async def test_a_run_of_documents_uses_one_connection_and_the_same_again_writes_nothing(
    office: Office, courier: SftpCourier
) -> None:
    channel, parcel = channel_to(office), a_parcel()
    for each in (parcel, a_parcel(a_document("2")), parcel):
        assert (await courier.deliver(channel, SECRET, each)).verdict == "done"
    assert office.logins == 1
    assert len(office.steps) == 12


async def test_a_server_that_hung_up_meanwhile_is_called_again(office: Office, courier: SftpCourier) -> None:
    channel = channel_to(office)
    assert (await courier.deliver(channel, SECRET, a_parcel())).verdict == "done"
    office.hang_up()
    assert (await courier.deliver(channel, SECRET, a_parcel(a_document("2")))).verdict == "done"
    assert office.logins == 2


async def test_a_server_without_posix_rename_is_served_too(office: Office, courier: SftpCourier) -> None:
    office.posix_rename = False
    assert (await courier.deliver(channel_to(office), SECRET, a_parcel())).verdict == "done"
    assert [step for step, _ in office.steps if step != "write"] == ["rename"] * 3


async def test_a_large_file_arrives_byte_for_byte(office: Office, courier: SftpCourier) -> None:
    large = bytes(range(256)) * 16_000
    parcel = a_parcel(xml=large)
    assert (await courier.deliver(channel_to(office), SECRET, parcel)).verdict == "done"
    assert (office.root / PLACE / parcel.files[-1].name).read_bytes() == large


async def test_an_unknown_key_is_shown_and_nothing_is_sent(office: Office, courier: SftpCourier) -> None:
    outcome = await courier.deliver(channel_to(office, host_key=""), SECRET, a_parcel())
    assert (outcome.verdict, outcome.code) == ("retry", "host_key_unknown")
    assert office.fingerprint in outcome.words
    assert (office.logins, office.files()) == (0, []), "the password was not shown either"


async def test_another_key_than_the_pinned_one_is_refused_before_the_password(
    office: Office, courier: SftpCourier
) -> None:
    other = "SHA256:" + "A" * 43
    outcome = await courier.deliver(channel_to(office, host_key=other), SECRET, a_parcel())
    assert (outcome.verdict, outcome.code) == ("retry", "host_key_changed")
    assert office.fingerprint in outcome.words and other in outcome.words
    assert (office.logins, office.files()) == (0, [])


async def test_a_private_key_opens_the_door_as_well(office: Office, courier: SftpCourier) -> None:
    office.user_key = asyncssh.generate_private_key("ssh-ed25519")
    exported = office.user_key.export_private_key("pkcs8-pem", passphrase="of the key").decode()
    secret = sftp_text(SftpSecret(private_key=exported, passphrase="of the key"))
    assert (await courier.deliver(channel_to(office), secret, a_parcel())).verdict == "done"
    bare = sftp_text(SftpSecret(private_key=office.user_key.export_private_key().decode()))
    assert (await courier.deliver(channel_to(office), bare, a_parcel(a_document("2")))).verdict == "done"
    wrong = sftp_text(SftpSecret(private_key=exported, passphrase="not that"))
    assert (await courier.deliver(channel_to(office), wrong, a_parcel())).code == "private_key_unusable"


async def test_a_wrong_password_is_told_and_may_be_mended(office: Office, courier: SftpCourier) -> None:
    wrong = sftp_text(SftpSecret(password="not that"))
    outcome = await courier.deliver(channel_to(office), wrong, a_parcel())
    assert (outcome.verdict, outcome.code) == ("retry", "access_denied")
    assert "not that" not in outcome.text


async def test_a_name_that_holds_something_else_is_an_error_and_stays(office: Office, courier: SftpCourier) -> None:
    parcel = a_parcel()
    (office.root / PLACE).mkdir(parents=True)
    (office.root / PLACE / parcel.files[-1].name).write_bytes(b"other")
    outcome = await courier.deliver(channel_to(office), SECRET, parcel)
    assert (outcome.verdict, outcome.code) == ("refused", "name_taken")
    assert (office.root / PLACE / parcel.files[-1].name).read_bytes() == b"other"


@pytest.mark.parametrize("posix_rename", [True, False])
async def test_a_page_that_is_made_otherwise_now_takes_the_place_of_the_one_before(
    office: Office, courier: SftpCourier, posix_rename: bool
) -> None:
    office.posix_rename = posix_rename
    channel, parcel = channel_to(office), a_parcel()
    for data in (b"%PDF-1.7 in Dutch", b"%PDF-1.7 in French"):
        files = tuple(replace(each, data=data, made_here=True) for each in parcel.files if each.kind == "pdf")
        assert (await courier.deliver(channel, SECRET, replace(parcel, files=files))).verdict == "done"
    assert (office.root / PLACE / files[0].name).read_bytes() == b"%PDF-1.7 in French"


async def test_a_server_that_has_no_end_of_bytes_is_read_no_further_than_what_is_compared(
    office: Office, courier: SftpCourier
) -> None:
    channel, parcel = channel_to(office), a_parcel()
    assert (await courier.deliver(channel, SECRET, parcel)).verdict == "done"
    office.claims_size = 50_000_000
    assert (await courier.deliver(channel, SECRET, parcel)).code == "name_taken"
    assert office.bytes_read <= len(parcel.files[0].data) + 1


async def test_a_link_in_place_of_a_folder_is_not_followed(office: Office, courier: SftpCourier) -> None:
    (office.root / "elsewhere").mkdir()
    (office.root / "in" / "K12").symlink_to("../elsewhere")
    outcome = await courier.deliver(channel_to(office), SECRET, a_parcel())
    assert (outcome.verdict, outcome.code) == ("refused", "name_not_allowed")
    assert office.files() == []


async def test_a_full_disk_and_a_silent_server_are_waited_for(office: Office) -> None:
    courier = SftpCourier(HERE, timeout_seconds=LIMIT_S)
    office.full = True
    outcome = await courier.deliver(channel_to(office), SECRET, a_parcel())
    assert (outcome.verdict, outcome.code) == ("retry", "sftp_failed")
    assert "no space left" in outcome.words
    office.full, office.silent_s = False, 3600.0
    delivering = asyncio.create_task(courier.deliver(channel_to(office), SECRET, a_parcel()))
    await until(lambda: office.silent)
    let_time_pass(LIMIT_S + 1)
    assert (await delivering).code == "timeout"
    office.silent_s = 0.0
    assert (await courier.deliver(channel_to(office), SECRET, a_parcel())).verdict == "done"
    await courier.close()


async def test_a_port_that_listens_and_says_nothing_is_a_timeout() -> None:
    courier = SftpCourier(HERE, timeout_seconds=LIMIT_S)
    with socket.create_server(("127.0.0.1", 0)) as hole:
        place = SftpPlace("127.0.0.1", USERNAME, hole.getsockname()[1], "", "SHA256:" + "A" * 43)
        delivering = asyncio.create_task(courier.deliver(a_channel("sftp", place), SECRET, a_parcel()))
        caller, _ = await asyncio.to_thread(hole.accept)
        let_time_pass(LIMIT_S + 1)
        outcome = await delivering
        caller.close()
    assert (outcome.verdict, outcome.code) == ("retry", "timeout")
    refused = await courier.deliver(a_channel("sftp", place), SECRET, a_parcel())
    assert (refused.verdict, refused.code) == ("retry", "connection_failed")
    await courier.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "0.0.0.0", "::ffff:127.0.0.1", "127.1"])
async def test_no_address_inside_is_connected_to_by_whatever_name(office: Office, host: str) -> None:
    courier = SftpCourier(Reach())
    outcome = await courier.deliver(channel_to(office, host=host), SECRET, a_parcel())
    assert (outcome.verdict, outcome.code) == ("retry", "address_refused")
    assert office.connections == []
    await courier.close()
