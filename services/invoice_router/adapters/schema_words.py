"""What libxml2 says of an XML schema, in our words: where, what was found, what was expected."""

import re
from collections.abc import Callable

from lxml import etree

from services.invoice_router.domain.places import path_of, place_of, short_name
from services.invoice_router.domain.rejection import DocumentRejected

CODE = "XSD_INVALID"
_OF = re.compile(r"Element '([^']*)'(?:, attribute '([^']*)')?: (.*)", re.DOTALL)
_EXPECTED = re.compile(r"Expected is (?:one of )?\( (.*?) \)", re.DOTALL)
_VALUE = re.compile(r"'(.*)' is not (?:a valid value of|an element of the set)", re.DOTALL)
_QUOTED = re.compile(r"'([^']*)'")
_QUALIFIED = re.compile(r"\{[^{}]*\}[^\s,)']+")
_STEP = re.compile(r"(?<=[^/])/(?:(?P<prefix>[^/:@[]+):)?(?P<name>[^/:@[]+)(?:\[(?P<position>\d+)\])?")

_BY_END_OF_NAME = {
    "Date": "a day that exists, written YYYY-MM-DD",
    "Time": "a time, written hh:mm:ss",
    "Indicator": "true or false",
    **dict.fromkeys(
        ("Amount", "Quantity", "Percent", "Numeric", "Rate", "Measure"), "a number, written as 760 or 760.00"
    ),
}
"""UBL 2.1 §4.3.1.1: the last word of a name is its type."""


def rejection_of(root: etree._Element, errors: "etree._ListErrorLog", *, lined: bool) -> DocumentRejected:
    """The first error of a validation of this tree; `lined`: whether its lines are those of the document."""
    first = next(iter(errors), None)
    if first is None:
        return DocumentRejected(CODE, "/", "an invalid document", "a document that UBL 2.1 allows")
    said = _OF.match(first.message)
    element, attribute, sentence = (said[1], said[2] or "", said[3]) if said else ("", "", first.message)
    words = _WORDS.get(first.type_name, _as_it_is)
    found, expected = words(short_name(element), short_name(attribute), sentence)
    return DocumentRejected(CODE, _place(root, first.path, place_of if lined else path_of), found, expected)


def _place(root: etree._Element, path: str | None, told: Callable[[etree._Element], str]) -> str:
    """libxml2 counts, of the children of an element, those with the same prefix and name; of `*` all."""
    element = root
    for step in _STEP.finditer(path or ""):
        prefix, name, position = step["prefix"], step["name"], int(step["position"] or 1)
        alike = [each for each in element if name == "*" or _is(each, prefix, name)]
        if len(alike) < position:
            return path or "/"
        element = alike[position - 1]
    return told(element)


def _is(element: etree._Element, prefix: str | None, name: str) -> bool:
    return element.prefix == prefix and etree.QName(element).localname == name


def _content(element: str, attribute: str, sentence: str) -> tuple[str, str]:
    allowed = _EXPECTED.search(sentence)
    # libxml2 names ten at most.
    names = " or ".join(short_name(name) for name in allowed[1].split(", ")) if allowed else "no more elements here"
    return (f"no more in {element}" if sentence.startswith("Missing child") else element), names


def _value(element: str, attribute: str, sentence: str) -> tuple[str, str]:
    value = _VALUE.search(sentence)
    name = attribute or element
    expected = next((words for end, words in _BY_END_OF_NAME.items() if name.endswith(end)), f"a value of {name}")
    return value[1] if value else sentence, expected


def _attribute_missing(element: str, attribute: str, sentence: str) -> tuple[str, str]:
    name = _QUOTED.search(sentence)
    return f"{element} without attribute", f"the attribute {short_name(name[1]) if name else ''}"


def _attribute_not_allowed(element: str, attribute: str, sentence: str) -> tuple[str, str]:
    return f"the attribute {attribute}", f"{element} without it"


def _elements_in_text(element: str, attribute: str, sentence: str) -> tuple[str, str]:
    return f"elements inside {element}", "text only"


def _text_between_elements(element: str, attribute: str, sentence: str) -> tuple[str, str]:
    return f"text inside {element}", "elements only"


def _own_type(element: str, attribute: str, sentence: str) -> tuple[str, str]:
    name = _QUOTED.search(sentence)
    return f"the type '{short_name(name[1]) if name else ''}' of one's own", f"the type of {element}"


def _as_it_is(element: str, attribute: str, sentence: str) -> tuple[str, str]:
    return _QUALIFIED.sub(lambda name: short_name(name[0]), sentence), "what UBL 2.1 allows there"


_WORDS: dict[str, Callable[[str, str, str], tuple[str, str]]] = {
    "SCHEMAV_ELEMENT_CONTENT": _content,
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": _value,
    "SCHEMAV_CVC_ENUMERATION_VALID": _value,
    "SCHEMAV_CVC_COMPLEX_TYPE_4": _attribute_missing,
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": _attribute_not_allowed,
    "SCHEMAV_CVC_COMPLEX_TYPE_2_2": _elements_in_text,
    "SCHEMAV_CVC_COMPLEX_TYPE_2_3": _text_between_elements,
    "SCHEMAV_CVC_ELT_4_2": _own_type,
    "SCHEMAV_CVC_ELT_4_3": _own_type,
}
