"""What files are called and where they lie: harmless whatever stands in a document, and the same each time."""

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.delivery.domain.documents import Document
from services.delivery.domain.files import company_folder, file_name, parcel_id, sidecar_file
from shared.contracts.documents import Claim
from shared.contracts.invoices import Difference
from shared.values import ChannelId, ConnectionId, DocumentId, EnterpriseNumber, Sha256, SoftwareSlug

NUMBER = EnterpriseNumber("0403170701")
SHA = Sha256.of(b"<Invoice/>")
DOCUMENT = Document(
    document_id=DocumentId.of(uuid4()),
    enterprise_number=NUMBER,
    connection_id=ConnectionId.of(uuid4()),
    software=SoftwareSlug("robaws"),
    state="delivered",
    received_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
    number="VF/2026-0412",
    issue_date=date(2026, 3, 1),
    document=Claim(path="a/b", sha256=SHA, size=3, media_type="application/xml"),
)


def test_a_file_is_called_by_day_number_supplier_and_digest() -> None:
    assert file_name(DOCUMENT, "xml") == f"20260301_VF-2026-0412_0403170701_{SHA[:8]}.xml"
    assert file_name(DOCUMENT, "pdf").removesuffix("pdf") == file_name(DOCUMENT, "xml").removesuffix("xml")


@pytest.mark.parametrize(
    ("code", "folder"),
    [
        ("K12", "K12"),
        ("Müller & Söhne", "Müller___Söhne_0403170701"),
        ("", "0403170701"),
        ("..", "0403170701"),
        ("../../etc", "etc_0403170701"),
        ("a/b", "a_b_0403170701"),
        ("a\\b", "a_b_0403170701"),
        ("a\x00b", "a_b_0403170701"),
        ("\u202egpj.exe", "gpj.exe_0403170701"),
        ("nul", "0403170701"),
        ("COM1", "0403170701"),
        ("con.txt", "0403170701"),
        (".hidden", "hidden_0403170701"),
        ("end.", "end_0403170701"),
        ("x" * 200, "x" * 60 + "_0403170701"),
    ],
)
def test_a_client_code_becomes_one_harmless_folder_of_its_own(code: str, folder: str) -> None:
    assert company_folder(code, NUMBER) == folder


@given(st.text(max_size=300))
def test_no_client_code_leads_out_of_its_folder_or_is_refused_by_a_volume(code: str) -> None:
    folder = company_folder(code, NUMBER)
    assert folder not in ("", ".", "..")
    assert not re.search(r"[/\\\x00-\x1f\x7f:*?\"<>|]", folder) and folder.isprintable()
    assert not folder.startswith(".") and not folder.endswith((".", " "))
    assert len(folder.encode()) <= 255


@given(st.text(max_size=300))
def test_no_invoice_number_makes_a_name_that_is_more_than_a_name(number: str) -> None:
    name = file_name(replace(DOCUMENT, number=number), "xml")
    assert re.fullmatch(r"20260301_[A-Za-z0-9][A-Za-z0-9.-]*_0403170701_[0-9a-f]{8}\.xml", name)
    assert ".." not in name and len(name) <= 120


def test_two_companies_whose_codes_are_told_apart_by_forbidden_characters_share_no_folder() -> None:
    assert company_folder("a/b", NUMBER) != company_folder("a_b", EnterpriseNumber("0010.080.080"))
    assert company_folder("a/b", NUMBER) != company_folder("a:b", EnterpriseNumber("0010.080.080"))


def test_the_sidecar_tells_the_version_and_its_differences_beside_what_was_read() -> None:
    newer = replace(
        DOCUMENT,
        invoice_version=2,
        supersedes=DOCUMENT.document_id,
        differences=(Difference(field="payable", before="121.00", after="100.00"),),
    )
    told = json.loads(sidecar_file(newer, '{"number":"é"}'.encode()))
    assert told["number"] == "é"
    assert (told["relais"]["version"], told["relais"]["supersedes"]) == (2, DOCUMENT.document_id)
    assert told["relais"]["differences"] == [{"field": "payable", "before": "121.00", "after": "100.00"}]
    moved = replace(newer, state="booked", version=9, payment="settled")
    assert sidecar_file(moved, b"{}") == sidecar_file(newer, b"{}"), "what happens later changes no byte"


def test_a_parcel_is_known_by_document_channel_and_redelivery() -> None:
    one, other = ChannelId.of(uuid4()), ChannelId.of(uuid4())
    ids = [parcel_id(one, DOCUMENT, ""), parcel_id(other, DOCUMENT, ""), parcel_id(one, DOCUMENT, "red_1")]
    assert len(set(ids)) == 3
    assert parcel_id(one, DOCUMENT, "") == ids[0]
