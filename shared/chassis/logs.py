"""JSON lines on standard output: time, level, service, event, correlation id - and never a secret.

Fields with telling names are blanked; all text is searched for keys and e-mail addresses first.
"""

import logging
import re
import sys
import time
from collections.abc import Mapping, MutableMapping
from typing import Any, cast

import structlog
from structlog.contextvars import bound_contextvars

REDACTED = "[redacted]"
_NAMES = re.compile(r"token|secret|passw|e_?mail|authorization|cookie|credentials?$|private_key", re.IGNORECASE)
_KEY = re.compile(r"rl_(?:live|test)_[A-Za-z0-9_]+")
_EMAIL = re.compile(r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+\.[A-Za-z]{2,}")
_ADDRESS_PASSWORD = re.compile(r"(?<=://)([^\s:/@]*):[^\s@]*@")
_DEEPEST = 5
_AGAIN_SECONDS = 5.0
_MOST_HEARD = 500


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of one module; `name` is told with each line."""
    return cast(structlog.stdlib.BoundLogger, structlog.get_logger(part=name))


def configure(service: str, level: str = "INFO") -> None:
    """Set up this process's logs: those of structlog and those of libraries, as the same JSON lines."""
    steps: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        _naming(service),
        redact,
    ]
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*steps, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(sys.stdout),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.addFilter(_NotAgain())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *steps],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _render],
        )
    )
    root = logging.getLogger()
    root.handlers, root.level = [handler], max(number, logging.WARNING)


class _NotAgain(logging.Filter):
    """A library that repeats itself is heard once in five seconds: dozens of readers tell of one absent Kafka."""

    def __init__(self) -> None:
        super().__init__()
        self._heard: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        said, now = (record.name, str(record.msg)), time.monotonic()
        if now - self._heard.get(said, -_AGAIN_SECONDS) < _AGAIN_SECONDS:
            return False
        if len(self._heard) > _MOST_HEARD:
            self._heard.clear()
        self._heard[said] = now
        return True


def bound(**facts: str) -> Any:
    """A context in which every line carries these facts: `with bound(correlation_id=...)`."""
    return bound_contextvars(**facts)


def redact(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The step that blanks what nobody may read in a log."""
    return {name: _clean(name, value, 0) for name, value in line.items()}


def redacted_text(text: str) -> str:
    """The text without keys, e-mail addresses and the passwords of addresses."""
    text = _ADDRESS_PASSWORD.sub(rf"\1:{REDACTED}@", _KEY.sub(REDACTED, text))
    return _EMAIL.sub(lambda found: found[0] if REDACTED in found[0] else REDACTED, text)


def _clean(name: str, value: Any, depth: int) -> Any:
    if _NAMES.search(name) and isinstance(value, str | bytes | Mapping | list | tuple | set):
        return REDACTED
    if isinstance(value, str):
        return redacted_text(value)
    if depth > _DEEPEST:
        return REDACTED
    if isinstance(value, Mapping):
        return {str(inner): _clean(str(inner), item, depth + 1) for inner, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean("", item, depth + 1) for item in value]
    # An object's own words are text as well; numbers and truth values are kept as they are.
    return value if value is None or isinstance(value, bool | int | float) else redacted_text(str(value))


def _naming(service: str) -> Any:
    def name(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        line["service"] = service
        return line

    return name


def _render(logger_: Any, method: str, line: MutableMapping[str, Any]) -> Any:
    return structlog.processors.JSONRenderer()(logger_, method, line)
