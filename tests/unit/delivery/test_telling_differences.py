"""A newer version is told with its differences on every channel, within what each has room for."""

import json
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.delivery.domain.differences import told_differences
from services.delivery.domain.files import File, Parcel
from services.delivery.domain.office_calls import BODY_BYTES, call_body
from services.delivery.domain.package_mails import MAIL_BYTES, package_mail
from services.delivery.domain.records import DIFFERENCES_BYTES, record_headers
from shared.contracts.invoices import Difference
from shared.values import DocumentId, EmailAddress, Language
from tests.unit.delivery.test_naming_files import DOCUMENT

MAILBOX = EmailAddress("in@pakket.example")
SENDER = "Relais <documents@relais.example>"
DIFFERENCE = Difference(field="payable", before="121.00", after="100.00")
OLDER = DocumentId.of(uuid4())
NEWER = replace(
    DOCUMENT, invoice_version=2, supersedes=OLDER, differences=(DIFFERENCE,), client_code="K12", customer_name="Molen"
)


def a_parcel(**others: object) -> Parcel:
    files = (File("pdf", "a.pdf", b"%PDF-"), File("xml", "a.xml", b"<Invoice/>"))
    parcel = Parcel(parcel_id=uuid4(), document=NEWER, added_at=NEWER.received_at, language=Language.NL, files=files)
    return replace(parcel, **others)  # type: ignore[arg-type]


texts = st.text(max_size=2_000)
differences = st.lists(st.builds(Difference, field=texts, before=texts, after=texts), max_size=30)


@given(differences)
def test_as_many_differences_are_told_as_fit(found: list[Difference]) -> None:
    told = told_differences(found, DIFFERENCES_BYTES)
    assert len(json.dumps(told, separators=(",", ":"))) <= DIFFERENCES_BYTES
    assert [each["field"][:200] for each in told] == [each.field[:200] for each in found[: len(told)]]


def test_a_record_tells_version_and_differences_in_headers() -> None:
    headers = dict(record_headers(NEWER))
    assert (headers["relais_version"], headers["relais_supersedes"]) == ("2", OLDER)
    assert headers["relais_difference_count"] == "1"
    assert json.loads(headers["relais_differences"]) == [{"field": "payable", "before": "121.00", "after": "100.00"}]
    first = dict(record_headers(DOCUMENT))
    assert (first["relais_version"], first["relais_supersedes"], first["relais_difference_count"]) == ("1", "", "0")
    assert "relais_differences" not in first and "relais_redelivery" not in first
    assert dict(record_headers(DOCUMENT, "red_1"))["relais_redelivery"] == "red_1"


@given(st.text(max_size=5_000), differences)
def test_a_call_stays_below_20_kb_whatever_the_document_says(text: str, found: list[Difference]) -> None:
    text = text or "\U0001f9fe" * 400
    document = replace(
        NEWER, number=text, customer_name=text, customer_number=text, client_code=text, differences=tuple(found)
    )
    parcel = a_parcel(document=document)
    body = call_body(parcel)
    assert len(body) < BODY_BYTES
    told = json.loads(body)
    assert told["data"]["difference_count"] == len(found)
    assert call_body(parcel) == body


@pytest.mark.parametrize("language", list(Language))
def test_a_mail_tells_the_difference_in_the_office_s_language(language: Language) -> None:
    message = message_from_bytes(package_mail(a_parcel(language=language), SENDER, MAILBOX) or b"", policy=default)
    body = message.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    assert "- payable: 121.00 -> 100.00" in text and OLDER in text and "K12" in text
    names = [(each.get_filename(), each.get_content_type()) for each in message.iter_attachments()]
    assert names == [("a.pdf", "application/pdf"), ("a.xml", "application/xml")]
    assert [each.get_content() for each in message.iter_attachments()] == [b"%PDF-", b"<Invoice/>"]


def test_the_same_mail_is_the_same_to_the_byte_and_another_document_s_is_not() -> None:
    parcel = a_parcel()
    assert package_mail(parcel, SENDER, MAILBOX) == package_mail(parcel, SENDER, MAILBOX)
    message = message_from_bytes(package_mail(parcel, SENDER, MAILBOX) or b"", policy=default)
    assert message["Message-ID"] == f"<{parcel.parcel_id.hex}@relais.example>"


@given(st.text(max_size=300))
def test_no_number_reaches_another_header_of_a_mail(text: str) -> None:
    document = replace(NEWER, number=f"{text}\r\nBcc: thief@x.example\u202e", customer_name=text, client_code=text)
    message = message_from_bytes(package_mail(a_parcel(document=document), SENDER, MAILBOX) or b"", policy=default)
    assert message["Bcc"] is None and message["To"] == str.__str__(MAILBOX)
    assert "\u202e" not in message["Subject"] and "\n" not in message["Subject"]


def test_a_mail_that_would_be_too_large_goes_with_the_xml_alone_and_says_so() -> None:
    large = File("pdf", "a.pdf", b"x" * MAIL_BYTES)
    xml = File("xml", "a.xml", b"<Invoice/>")
    lean = package_mail(a_parcel(files=(large, xml)), SENDER, MAILBOX)
    message = message_from_bytes(lean or b"", policy=default)
    assert [each.get_filename() for each in message.iter_attachments()] == ["a.xml"]
    body = message.get_body(("plain",))
    assert body is not None and "te groot voor een e-mail" in body.get_content()
    assert package_mail(a_parcel(files=(replace(xml, data=b"x" * MAIL_BYTES),)), SENDER, MAILBOX) is None


def test_a_sample_says_that_it_is_one() -> None:
    message = message_from_bytes(package_mail(a_parcel(test=True), SENDER, MAILBOX) or b"", policy=default)
    assert message["Subject"].startswith("[TEST] ")
    assert json.loads(call_body(a_parcel(test=True)))["test"] is True
