"""What a problem's code means, for people: the page behind the `type` of a problem body, and `docs/problems.md`."""

from collections.abc import Iterator
from html import escape
from http import HTTPStatus

from shared.contracts.problems import PROBLEMS, ProblemEntry
from shared.values import Language

_OPENING = """# Problems

<!-- Written by `make contracts` from shared/contracts/problems.py. Change that, never this page. -->

Every error of an HTTP call is `application/problem+json` (RFC 9457). `code` is stable: programs decide on it, people
read `i18n` and `next_action`. `type` leads to the page of the code, which stands on the door under `/problems/<code>`.
Under `/v2` an error is plain JSON with `detail` as one sentence, and `code` beside it. `actor` says who mends it:
`caller` is whoever wrote the request, `user` works with the billing software.
"""
_IN_WORDS = {
    Language.NL: ("Nederlands", "Wat nu?"),
    Language.FR: ("Français", "Que faire ?"),
    Language.DE: ("Deutsch", "Was nun?"),
    Language.EN: ("English", "What now?"),
}
_STYLE = (
    "body{font:1.05rem/1.6 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;"
    "color:#1a1a1a;background:#fff}a{color:#0b4f9c}code{background:#f0f0f0;padding:.1em .3em}"
    "section{border-top:1px solid #767676;margin-top:1.5rem}"
)


def markdown() -> str:
    """`docs/problems.md`: every code with its statuses and who acts, then the four texts of each."""
    return "\n".join([_OPENING, *_table(), *(line for entry in PROBLEMS.values() for line in _chapter(entry))]) + "\n"


def problem_page(entry: ProblemEntry) -> str:
    """One code as an HTML page in four languages, each marked with its own (WCAG 2.2 §3.1.2)."""
    statuses = ", ".join(_status(status) for status in entry.statuses) or "told in bodies and events only"
    links = " ".join(f'<a href="#{each}" lang="{each}">{_IN_WORDS[each][0]}</a>' for each in Language)
    facts = f"<p><code>{entry.code}</code> ({escape(statuses)}; actor: {entry.actor})</p>"
    sections = "".join(_section(entry, language) for language in Language)
    body = f'<nav aria-label="Languages">{links}</nav><h1>{escape(entry.title[Language.EN])}</h1>{facts}{sections}'
    return _html(entry.code, body + '<p><a href="/problems">All problems</a></p>')


def list_page() -> str:
    """All codes as an HTML page, each with a link to its own."""
    rows = "".join(
        f'<li><a href="{entry.page}"><code>{entry.code}</code></a> {escape(entry.title[Language.EN])}</li>'
        for entry in PROBLEMS.values()
    )
    return _html("Problems", f"<h1>Problems</h1><ul>{rows}</ul>")


def _html(title: str, body: str) -> str:
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    style = f"<style>{_STYLE}</style>"
    return f'<!doctype html><html lang="en"><head>{head}{style}</head><body><main>{body}</main></body></html>\n'


def _section(entry: ProblemEntry, language: Language) -> str:
    now = _IN_WORDS[language][1]
    return (
        f'<section id="{language}" lang="{language}"><h2>{escape(entry.title[language])}</h2>'
        f"<p>{escape(entry.detail[language])}</p>"
        f"<p><strong>{now}</strong> {escape(entry.next_action[language])}</p></section>"
    )


def _table() -> Iterator[str]:
    yield from ("| Code | Status | Actor | The same call may succeed later |", "|---|---|---|---|")
    for entry in PROBLEMS.values():
        statuses = ", ".join(str(status) for status in entry.statuses) or "–"
        retry = "yes" if entry.retryable else "no"
        yield f"| [{entry.code}](#{entry.code}) | {statuses} | {entry.actor} | {retry} |"


def _chapter(entry: ProblemEntry) -> Iterator[str]:
    yield from ("", f"## {entry.code}", "")
    for language in Language:
        texts = (entry.title[language] + ".", entry.detail[language], entry.next_action[language])
        yield f"- {language}: {' '.join(texts)}"


def _status(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase}"
