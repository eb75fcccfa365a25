"""The pipeline as it is drawn: services as boxes from left to right, topics as the lines between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.console.domain.readings import Reading, bars, rate_per_minute

LAG_BUDGET = 500
"""Messages a service may be behind before the page turns amber: one batch."""

STALE_SECONDS = 15
BOX_WIDTH, BOX_HEIGHT = 188, 66


Dead = Mapping[tuple[str, str], int]
"""Messages that wait for an operator, by the service that could not handle them and the topic they came from."""

_SUBMISSIONS = ".submissions.v1"


@dataclass(frozen=True, slots=True)
class TopicFact:
    """What the contracts say of a topic."""

    name: str
    owner: str
    compacted: bool = False


@dataclass(frozen=True, slots=True)
class TopicView:
    """A topic's line in a table. `rate` is records a minute; `lag` the worst of its listeners; `dead` counts, by
    listener, the messages that wait for an operator."""

    name: str
    rate: float | None
    total: int | None
    lag: int
    behind: str
    listeners: tuple[str, ...]
    points: str
    dead: Mapping[str, int]
    state: str


@dataclass(frozen=True, slots=True)
class Box:
    """A service or a party outside, where it stands in the drawing (viewBox units)."""

    name: str
    title: str
    about: str
    x: int
    y: int
    outside: bool = False


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A service's box with its figures. `dead` counts messages that wait for an operator."""

    box: Box
    topics: tuple[TopicView, ...]
    rate: float | None
    lag: int
    dead: int
    state: str


@dataclass(frozen=True, slots=True)
class Line:
    """What flows from one box to another: `path` is SVG path data, `title` names the topics."""

    path: str
    title: str
    label: str
    state: str
    flowing: bool


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The whole page. `age_seconds` is the age of the newest reading, None where there is none yet."""

    services: tuple[ServiceView, ...]
    outside: tuple[Box, ...]
    lines: tuple[Line, ...]
    age_seconds: int | None
    dead: int
    lag: int
    state: str


OUTSIDE = (
    Box("softwares_in", "Billing softwares", "ask and send", 10, 110, True),
    Box("banks", "Banks", "CODA files", 10, 330, True),
    Box("companies", "Companies", "token by e-mail", 990, 20, True),
    Box("softwares_out", "Billing softwares", "hear what happened", 1224, 130, True),
    Box("offices", "Accounting offices", "receive documents", 1224, 290, True),
)
BOXES = (
    Box("intake", "Intake", "checks and stores what comes in", 244, 210),
    Box("verification", "Verification", "may this company be connected?", 482, 60),
    Box("invoice_router", "Invoice router", "whose invoice, which accountant", 482, 210),
    Box("coda_reconciler", "CODA reconciler", "books and settles", 482, 360),
    Box("token_mailer", "Token mailer", "mails and checks tokens", 736, 60),
    Box("delivery", "Delivery", "hands over", 990, 210),
    Box("console", "Console", "operators", 990, 390),
)
_DOORS = (
    ("softwares_in", "intake", ("connection.requested.v1", "invoice.submitted.v1")),
    ("banks", "intake", ("bank_file.received.v1",)),
    ("token_mailer", "companies", ("token.mailed.v1",)),
    ("delivery", "softwares_out", ("document.delivered.v1", "transactions.booked.v1", "invoice.settled.v1")),
    ("delivery", "offices", ("document.delivered.v1",)),
)
"""What stands for the traffic with those outside: the topics that follow from it."""


def draw(facts: Sequence[TopicFact], readings: Sequence[Reading], dead: Dead, now: datetime) -> Pipeline:
    """The page from what is known: readings oldest first, dead letters by service and topic."""
    newest = readings[-1] if readings else None
    views = {fact.name: _topic(fact, readings, newest, dead) for fact in facts}
    services = tuple(_service(box, facts, views, dead, newest) for box in BOXES)
    age = int((now - newest.at).total_seconds()) if newest else None
    lag = sum(service.lag for service in services)
    stale = age is None or age > STALE_SECONDS
    total = sum(dead.values())
    state = "unknown" if stale else _state(max((service.lag for service in services), default=0), total)
    return Pipeline(services, OUTSIDE, tuple(_lines(facts, views, dead)), age, total, lag, state)


def in_words(name: str) -> str:
    """The title of a service: `coda_reconciler` is the CODA reconciler."""
    return next((box.title for box in BOXES if box.name == name), name)


def short(number: float | None) -> str:
    """A figure for people: `0`, `0.4`, `37`, `1.2 k`; an en dash where nothing is known."""
    if number is None:
        return "–"
    if number >= 10_000:
        return f"{number / 1000:.0f} k"
    if number >= 1_000:
        return f"{number / 1000:.1f} k"
    return f"{number:.0f}" if number >= 10 or number == int(number) else f"{number:.1f}"


def _topic(fact: TopicFact, readings: Sequence[Reading], newest: Reading | None, dead: Dead) -> TopicView:
    died = {service: count for (service, topic), count in dead.items() if topic == fact.name}
    found = newest.topics.get(fact.name) if newest else None
    lags = dict(found.lags) if found else {}
    worst = max(lags, key=lambda name: lags[name], default="")
    lag = lags.get(worst, 0)
    return TopicView(
        name=fact.name.rsplit(".v", 1)[0],
        rate=rate_per_minute(readings, fact.name),
        total=found.end if found else None,
        lag=lag,
        behind=worst if lag else "",
        listeners=tuple(sorted(lags)),
        points=_points(bars(readings, fact.name)),
        dead=died,
        state=_state(lag, sum(died.values())) if found else "unknown",
    )


def _service(
    box: Box,
    facts: Sequence[TopicFact],
    views: Mapping[str, TopicView],
    dead: Dead,
    newest: Reading | None,
) -> ServiceView:
    topics = tuple(views[fact.name] for fact in facts if fact.owner == box.name)
    rates = [topic.rate for topic in topics if topic.rate is not None]
    read = newest.topics.values() if newest else ()
    lag = sum(reading.lags.get(box.name, 0) for reading in read)
    died = sum(count for (service, _), count in dead.items() if service == box.name)
    state = _state(lag, died) if newest else "unknown"
    return ServiceView(box, topics, sum(rates) if rates else None, lag, died, state)


def _lines(facts: Sequence[TopicFact], views: Mapping[str, TopicView], dead: Dead) -> list[Line]:
    """One line a pair of boxes, forwards only: what goes back are projections, and the tables show them."""
    boxes = {box.name: box for box in (*BOXES, *OUTSIDE)}
    pairs: dict[tuple[str, str], list[TopicView]] = {}
    for fact in facts:
        view = views[fact.name]
        for listener in () if fact.compacted else sorted({*view.listeners, *view.dead}):
            if listener in boxes and fact.owner in boxes and _forwards(boxes[fact.owner], boxes[listener]):
                pairs.setdefault((fact.owner, listener), []).append(view)
    for source, target, names in _DOORS:
        pairs[source, target] = [views[name] for name in names if name in views]
    submitted = sum(count for (_, topic), count in dead.items() if topic.endswith(_SUBMISSIONS))
    return [
        _line(boxes[source], boxes[target], topics, submitted if source == "softwares_in" else 0)
        for (source, target), topics in pairs.items()
    ]


def _forwards(source: Box, target: Box) -> bool:
    return target.x > source.x or (target.x == source.x and target.y > source.y)


def _line(source: Box, target: Box, topics: Sequence[TopicView], submitted_dead: int) -> Line:
    rates = [topic.rate for topic in topics if topic.rate is not None]
    rate = sum(rates) if rates else None
    inside = not (source.outside or target.outside)
    lag = max((topic.lag for topic in topics if topic.behind == target.name), default=0)
    dead = submitted_dead + sum(topic.dead.get(target.name, 0) for topic in topics if inside)
    told = (f"{short(rate)}/min" if rate else "", f"{dead} dead" if dead else "")
    return Line(
        path=_path(source, target),
        title=", ".join(topic.name for topic in topics),
        label=" · ".join(each for each in told if each),
        state=_state(lag if inside else 0, dead),
        flowing=bool(rate),
    )


def _path(source: Box, target: Box) -> str:
    if source.x == target.x:
        x = source.x + BOX_WIDTH // 2
        return f"M{x} {source.y + BOX_HEIGHT} L{x} {target.y}"
    x1, y1 = source.x + BOX_WIDTH, source.y + BOX_HEIGHT // 2
    x2, y2 = target.x, target.y + BOX_HEIGHT // 2
    bend = max(24, (x2 - x1) // 2)
    return f"M{x1} {y1} C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"


def _state(lag: int, dead: int) -> str:
    if dead:
        return "bad"
    return "slow" if lag > LAG_BUDGET else "good"


def _points(heights: Sequence[int]) -> str:
    """A sparkline of 80 by 18 units as SVG polyline points."""
    if len(heights) < 2:
        return ""
    top = max(1, *heights)
    step = 80 / (len(heights) - 1)
    return " ".join(f"{place * step:.1f},{17 - 16 * height / top:.1f}" for place, height in enumerate(heights))
