"""Bank files with every kind of booking, as camt.053.001.08: laid out in lines, so that a change shows in its place."""

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from deploy.statement_reading import read_statements
from services.delivery.domain.camt import camt053

FILES = Path(__file__).parent / "files"


@pytest.mark.parametrize("name", ["statement", "every_booking"])
def test_a_message_says_what_the_bank_wrote(name: str, golden: Callable[[str, bytes], None]) -> None:
    statements = read_statements((FILES / f"{name}.cod").read_bytes(), None)
    message = etree.fromstring(camt053([(each.body, each.movements) for each in statements]))
    golden(f"{name}.camt.xml", etree.tostring(message, pretty_print=True, encoding="UTF-8", xml_declaration=True))
