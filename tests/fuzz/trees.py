"""Mutations that keep a document well-formed, so that fuzzing gets past the gate."""

import random
from collections.abc import Callable
from copy import deepcopy

from lxml import etree

from services.invoice_router.domain.rejection import DocumentRejected
from services.invoice_router.domain.safe_xml import read_xml
from tests.unit.invoice_router.documents import credit_note, invoice
from tests.unit.invoice_router.rules.mutations import ATTRIBUTES, TEXTS

Mutate = Callable[[bytes, int], bytes]

_NAMES = sorted({str(each.tag) for seed in (invoice(), credit_note()) for each in etree.fromstring(seed).iter()})


def mutated(data: bytes, largest: int, seed: int, mutate_bytes: Mutate) -> bytes:
    """A custom mutator of libFuzzer: mostly a change of the tree, sometimes one of the bytes."""
    dice = random.Random(seed)
    if dice.random() < 0.2:
        return mutate_bytes(data, largest)
    try:
        root = read_xml(data)
    except DocumentRejected:
        root = etree.fromstring(dice.choice((invoice(), credit_note())))
    for _ in range(dice.randint(1, 3)):
        _change(root, dice, mutate_bytes)
    written = etree.tostring(root)
    return written if len(written) <= largest else data


def _change(root: etree._Element, dice: random.Random, mutate_bytes: Mutate) -> None:
    element = dice.choice(list(root.iter()))
    parent = element.getparent()
    kind = dice.choice(("text", "text", "bytes", "attribute", "remove", "double", "move", "rename"))
    if kind == "attribute":
        element.set(dice.choice(ATTRIBUTES), dice.choice(TEXTS))
    elif kind == "rename":
        element.tag = dice.choice(_NAMES)
    elif kind == "text" and not len(element):
        element.text = dice.choice(TEXTS)
    elif kind == "bytes" and not len(element):
        changed = mutate_bytes((element.text or "").encode(), 40).decode(errors="replace")
        element.text = "".join(each for each in changed if each.isprintable() and each not in "\ufffe\uffff")
    elif parent is not None and kind == "remove":
        parent.remove(element)
    elif parent is not None and kind == "double":
        parent.insert(parent.index(element), deepcopy(element))
    elif parent is not None and kind == "move":
        dice.choice(list(root.iter())).append(deepcopy(element))
