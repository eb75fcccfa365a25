"""Other names and numbers in place of the real ones: the same one always by the same one, by a keyed hash.

Letters become letters of their class (capital or not, with accent or without), each another one; digits become
digits. What carries check digits (IBAN, OGM, RF, enterprise numbers, creditor identifiers) gets right ones again.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from itertools import count, islice

from services.coda_reconciler.domain.coda_structured import reference_of
from services.coda_reconciler.domain.marked_numbers import Marked, marked_numbers

SHORTEST_WORD = 4
"""Letters; from there on no original word is left over."""
SHORTEST_NUMBER = 5
"""Digits behind leading zeros; the same. Shorter ones are replaced as well, by what may be another one's original."""
_LONG_NUMBER = 8
"""Digits; from there on an original does not even stand inside of another number."""
_UNIQUE_NUMBER = 4
_ATTEMPTS = 2_000
# Letters that have no other one of their class are no part of a word; nor are the figures of cp1252 that are no digits.
_RUN = re.compile(r"[^\W\d_ªºµƒ²³¹¼½¾]+|[0-9]+")
_LOWER = "abcdefghijklmnopqrstuvwxyz"
_ACCENTS_LOWER = "àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþšœžÿ"
_DIGITS = "0123456789"
_ACCENTS = (_ACCENTS_LOWER, _ACCENTS_LOWER.upper())
_CLASSES = ((_LOWER, _LOWER.upper()), _ACCENTS)


class CannotDisguise(Exception):
    """No copy can be made; the text says why, to a person."""


class Substitutes:
    """What stands for what. `learn` every text first, so that no substitute is somebody's real name."""

    def __init__(self, key: bytes) -> None:
        self._key = hashlib.blake2b(key).digest()
        self._originals: set[str] = set()
        self._chosen: dict[str, str] = {}
        self._taken: set[str] = set()

    def learn(self, text: str) -> None:
        """Remember the words and numbers of a text, as what must not be left over."""
        for run in _RUN.findall(text):
            if run[0] in _DIGITS:
                self._remember(run.lstrip("0"), SHORTEST_NUMBER)
            else:
                self._remember("".join(map(_small, run)), SHORTEST_WORD)

    def _remember(self, run: str, shortest: int) -> None:
        if len(run) >= shortest:
            self._originals.add(run)

    def text(self, text: str, salt: int = 0) -> str:
        """The text with every word and number replaced; its length, blanks and signs stay."""
        parts, at = [], 0
        for marked in marked_numbers(text):
            parts += [self._runs(text[at : marked.start], salt), self._marked(marked)]
            at = marked.end
        return "".join([*parts, self._runs(text[at:], salt)])

    def field(self, text: str, holds: Callable[[str], bool], *, kept: int = 0) -> str:
        """The same, but `holds` says of the result what it says of the original: an invalid number stays invalid.

        The first `kept` characters of an invalid one stay.
        """
        wanted = holds(text)
        if wanted:
            kept = 0
        for salt in range(_ATTEMPTS):
            found = text[:kept] + self.text(text[kept:], salt)
            if holds(found) == wanted:
                return found
        raise CannotDisguise("nothing could be found that is as valid or as wrong as what stands there")

    def letters(self, text: str) -> str:
        """Only the letters replaced: for columns that should hold none."""
        return _RUN.sub(lambda run: run[0] if run[0][0] in _DIGITS else self._word(run[0], 0), text)

    def _runs(self, text: str, salt: int) -> str:
        return _RUN.sub(
            lambda run: self._number(run[0], salt) if run[0][0] in _DIGITS else self._word(run[0], salt), text
        )

    def _word(self, word: str, salt: int) -> str:
        small = "".join(map(_small, word))
        name = f"word {salt} {small}"
        found = self._choice(name, lambda steps: "".join(map(_another_letter, small, steps)), self._is_new)
        return "".join(map(_in_the_case_of, word, found))

    def _number(self, digits: str, salt: int) -> str:
        """Leading zeros stay, for people leave them out elsewhere; nothing but zeros is an unused field."""
        significant = digits.lstrip("0")
        if not significant:
            return digits
        zeros = digits[: len(digits) - len(significant)]
        unique = len(significant) >= _UNIQUE_NUMBER
        name = f"number {salt} {significant}"
        return zeros + self._choice(name, lambda steps: _other_digits(significant, steps), self._is_new, unique=unique)

    def _marked(self, marked: Marked) -> str:
        """The number's body by another one, its check digits right again, its separators where they were."""
        if marked.kind == "creditor":
            # The body is most often an enterprise number, which stands elsewhere as well.
            return marked.spelled(marked.complete(self.text(marked.body)))
        body = self._choice(
            f"{marked.kind} {marked.normal}",
            lambda steps: "".join(_another_character(each, steps) for each in marked.body),
            lambda body: self._is_new(marked.complete(body)),
            unique=True,
        )
        return marked.spelled(marked.complete(body))

    def _is_new(self, text: str) -> bool:
        """No original word or long number stands anywhere in it, and none of its numbers is an original one."""
        originals = self._originals
        for run in _RUN.findall(text.lower()):
            is_number = run[0] in _DIGITS
            # An OGM is written in groups too, and the last one has five digits.
            if is_number and (run.lstrip("0") in originals or run[-SHORTEST_NUMBER:].lstrip("0") in originals):
                return False
            for size in range(_LONG_NUMBER if is_number else SHORTEST_WORD, len(run) + 1):
                if any(run[at : at + size] in originals for at in range(len(run) - size + 1)):
                    return False
        return True

    def _choice(
        self,
        name: str,
        made: Callable[[Iterator[int]], str],
        suits: Callable[[str], bool],
        *,
        unique: bool = False,
    ) -> str:
        """The first candidate that suits and, with `unique`, that stands for nothing else; always the same one.

        Where all are taken, as the numbers of four digits may be, one stands for two.
        """
        if name in self._chosen:
            return self._chosen[name]
        candidates = (made(self._steps(f"{attempt} {name}")) for attempt in range(_ATTEMPTS))
        suitable = None
        for candidate in candidates:
            if suits(candidate):
                suitable = candidate
                if not (unique and candidate in self._taken):
                    break
        if suitable is None:
            raise CannotDisguise("every other word or number of that length is somebody's own")
        found = suitable
        if unique:
            self._taken.add(found)  # names of all kinds together: more is refused than need be, never too little
        self._chosen[name] = found
        return found

    def _steps(self, name: str) -> Iterator[int]:
        """Numbers from 0 to 65,535 without end, by the key."""
        for block in count():
            digest = hashlib.blake2b(f"{block} {name}".encode("utf-8", "surrogatepass"), key=self._key).digest()
            for at in range(0, len(digest), 2):
                yield int.from_bytes(digest[at : at + 2])


def holds_reference(text: str) -> bool:
    """Whether it is an OGM or an RF reference with right check digits."""
    return reference_of(text) is not None


def _another_letter(letter: str, step: int) -> str:
    """Another one of the class of a small letter."""
    for small, _ in _CLASSES:
        at = small.find(letter)
        if at >= 0:
            return small[(at + 1 + step % (len(small) - 1)) % len(small)]
    return _ACCENTS_LOWER[step % len(_ACCENTS_LOWER)] if letter.isalpha() else letter


def _small(letter: str) -> str:
    """One letter for one letter, always."""
    small = letter.lower()
    return small if len(small) == 1 else letter


def _in_the_case_of(original: str, letter: str) -> str:
    return letter.upper() if original.isupper() else letter


def _other_digits(digits: str, steps: Iterator[int]) -> str:
    """As many digits, the first one no zero."""
    first, *rest = islice(steps, len(digits))
    return f"{1 + first % 9}" + "".join(str(step % 10) for step in rest)


def _another_character(character: str, steps: Iterator[int]) -> str:
    if character in _DIGITS:
        return str(next(steps) % 10)
    return _another_letter(character.lower(), next(steps)).upper()
