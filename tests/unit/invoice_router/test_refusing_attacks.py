"""Is every attack on the reader refused, or read as if it were not there, with nothing touched?"""

import base64
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

import pytest
from lxml import etree

from services.invoice_router.domain import safe_xml
from services.invoice_router.domain.reading import read_document
from services.invoice_router.domain.rejection import DocumentRejected
from tests.unit.invoice_router.attacks import DOCTYPE, TABLE, Attack, Canary, Refused
from tests.unit.invoice_router.attacks_of_ours import HEAVY, OURS, pdf_of
from tests.unit.invoice_router.documents import attachment, invoice

CONTENT = "CANARY-6f1e9a"
calls: list[str] = []


class Listening(BaseHTTPRequestHandler):
    """Whoever calls is noted, and gets what would be seen in the invoice."""

    def do_GET(self) -> None:
        calls.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(CONTENT.encode())

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Listening) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def canary(address: str, tmp_path: Path) -> Canary:
    calls.clear()
    file = tmp_path / "canary.txt"
    file.write_text(CONTENT)
    return Canary(str(file), address, CONTENT)


def without_numbers(location: str) -> str:
    return re.sub(r"\b(line|column|byte) \d+", r"\1 …", location)


def check_refusal(caught: DocumentRejected, refused: Refused) -> None:
    assert caught.code == refused.code
    assert caught.expected
    for found, expected in (
        (without_numbers(caught.location), refused.location),
        (caught.found, refused.found),
        (caught.expected, refused.expected),
    ):
        assert found == expected or not expected


def check(attack: Attack, data: bytes) -> str:
    """Everything that was said of the document."""
    if isinstance(attack.outcome, Refused):
        with pytest.raises(DocumentRejected) as caught:
            read_document(data)
        check_refusal(caught.value, attack.outcome)
        return repr(caught.value.finding)
    read = read_document(data).invoice
    assert read.number == attack.outcome.number
    assert {file.set_apart for file in read.attachments if file.set_apart} == set(attack.outcome.set_apart)
    if attack.outcome.attachment_names:
        assert tuple(file.name for file in read.attachments) == attack.outcome.attachment_names
    return read.model_dump_json()


@pytest.mark.parametrize("attack", [*TABLE, *OURS, *HEAVY], ids=str)
def test_each_attack_becomes_what_the_table_says_and_touches_nothing(attack: Attack, canary: Canary) -> None:
    told = check(attack, attack.document(canary))
    assert canary.content not in told
    assert calls == []


def test_the_table_has_the_43_inputs_of_the_design_in_their_order() -> None:
    assert [attack.number for attack in TABLE] == list(range(1, 44))


WITH_DOCTYPE = [attack for attack in (*TABLE, *OURS) if attack.outcome == DOCTYPE]


@pytest.mark.parametrize("attack", WITH_DOCTYPE, ids=str)
def test_the_parser_refuses_a_document_type_also_where_nobody_looked_before(
    attack: Attack, canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(safe_xml, "_check_prolog", lambda data: None)
    with pytest.raises(DocumentRejected) as caught:
        read_document(attack.document(canary))
    assert caught.value.code in ("XML_DOCTYPE", "XML_SYNTAX")
    assert canary.content not in repr(caught.value.finding)
    assert calls == []


def test_the_canary_sings_when_a_parser_does_what_it_is_asked(canary: Canary) -> None:
    external = next(attack for attack in TABLE if attack.number == 1)
    careless = etree.XMLParser(resolve_entities=True, load_dtd=True)
    assert CONTENT in "".join(etree.fromstring(external.document(canary), careless).itertext())
    with urlopen(canary.address + "/asked") as answer:
        assert answer.read() == CONTENT.encode()
    assert calls == ["/asked"]


@pytest.mark.parametrize("size", [2_000_000, 7_600_000, 15_000_000, 20_000_000])
def test_a_large_pdf_inside_is_read_to_the_byte(size: int) -> None:
    content = pdf_of(size)
    read = read_document(invoice(attachment=attachment(content)))
    assert read.pdf == base64.b64decode(content)
    assert len(read.pdf) > size - 20


def test_a_large_pdf_in_lines_of_76_characters_is_read_as_well() -> None:
    content = base64.encodebytes(base64.b64decode(pdf_of(15_000_000))).decode()
    assert read_document(invoice(attachment=attachment(content))).pdf == base64.b64decode(content)


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("64 levels", "<a>" * 64 + "</a>" * 64),
        ("20 attributes", "<a " + " ".join(f'a{n}="1"' for n in range(20)) + "/>"),
        ("50 namespaces", "<a " + " ".join(f'xmlns:n{n}="u:{n}"' for n in range(50)) + "/>"),
        ("150,000 elements", "<a>" + "<b/>" * 149_999 + "</a>"),
        ("100,000 characters", f"<a>{'x' * 100_000}</a>"),
        ("an attribute of 10,000 characters", f"<a b='{'x' * 10_000}'/>"),
    ],
)
def test_what_reaches_a_limit_and_does_not_exceed_it_passes_the_gate(name: str, inside: str) -> None:
    assert safe_xml.read_xml(inside.encode()).tag == "a"


def test_a_comment_hides_no_characters_from_whoever_reads_a_text() -> None:
    root = safe_xml.read_xml(b"<a>one<!--x-->two<?y z?>three<![CDATA[four]]></a>")
    assert (root.text, len(root)) == ("onetwothreefour", 0)


def test_no_memory_is_told_as_that_and_not_as_a_flaw_of_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_memory(data: bytes, parser: etree.XMLParser) -> None:
        raise etree.XMLSyntaxError("out of memory", etree.ErrorTypes.ERR_NO_MEMORY, 1, 1)

    monkeypatch.setattr(safe_xml.etree, "fromstring", without_memory)
    with pytest.raises(MemoryError):
        safe_xml.read_xml(b"<a/>")
