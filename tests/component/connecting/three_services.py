"""Intake, verification and token_mailer over memory, and between them topics and tasks that a test holds in its hands.

The handlers, tasks and routes are the services' own. What the chassis promises is kept here in its simplest form:
one transaction of state, inbox and consequences; topics at least once, each in order, in no order among each other.
"""

import copy
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from uuid import UUID, uuid5

from services.intake import handlers as of_intake
from services.intake.adapters.memory import MemoryIntake
from services.intake.adapters.memory import Shelf as IntakeShelf
from services.intake.domain.progress import TOLD
from services.token_mailer import handlers as of_tokens
from services.token_mailer import tasks as token_tasks
from services.token_mailer.adapters.jinja import JinjaLetters
from services.token_mailer.adapters.memory import MemoryMailCounts, MemoryTokens
from services.token_mailer.domain.duties import NoteBounce, RenewToken, SendTokenMail, TellOfEnding
from services.token_mailer.domain.issuing import Issuing
from services.token_mailer.domain.tokens import TokenKey, TokenKeys
from services.verification import handlers as of_verification
from services.verification import tasks as directory_tasks
from services.verification.adapters.memory import MemoryDirectory
from services.verification.adapters.memory import Shelf as DirectoryShelf
from services.verification.domain.directory import Software
from services.verification.ports import CompanyAwaited, CompanyTouched, OfficeTouched
from shared.chassis.errors import Unavailable
from shared.chassis.messages import Batch, Cause, Consequence, Do, Publish, Received, Task, consequence_id
from shared.chassis.parking import MemoryParking
from shared.contracts import (
    CompanyChanged,
    ConnectionActivated,
    ConnectionRequested,
    ConnectionRevoked,
    ConnectionVerified,
    MailBounced,
)
from shared.contracts.documents import Sealed
from shared.contracts.event import Event
from shared.values import EmailAddress, SoftwareSlug
from tests.component.connecting.post import Post

BEGIN = datetime(2026, 11, 2, 9, tzinfo=UTC)
SINCE = date(2020, 1, 1)
LIFETIME = timedelta(hours=72)
KEYS = TokenKeys(TokenKey(bytes(range(32))))
LETTERS = JinjaLetters()
ROBAWS, BILLIT = SoftwareSlug("robaws"), SoftwareSlug("billit")
Found = TypeVar("Found")
Store = MemoryIntake | MemoryDirectory | MemoryTokens


class Crashed(Exception):
    """The process died before its transaction was committed."""


@dataclass
class Waiting:
    """A durable task that is to be done."""

    service: str
    task: Task
    key: str
    due: datetime
    id: UUID
    attempt: int = 0


def seal(email: EmailAddress) -> Sealed[EmailAddress]:
    return Sealed[EmailAddress](key_id="k", ciphertext=str(email))


class Opened:
    def open(self, sealed: Sealed[Any]) -> str:
        return sealed.ciphertext


def finished(work: Coroutine[Any, Any, Found]) -> Found:
    """What it returns; over memory nothing ever waits."""
    try:
        work.send(None)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    raise AssertionError("it waited for something outside")


class ThreeServices:
    """The three, and what is under way. `noticed` is told what a committed transaction took in."""

    tokens_in_memory: type[MemoryTokens] = MemoryTokens
    keys = KEYS

    def __init__(self, noticed: Callable[[str, Any, int], None]) -> None:
        self.noticed = noticed
        self.now = BEGIN
        self.intake = IntakeShelf()
        self.directory = DirectoryShelf(now=BEGIN)
        self.directory.softwares |= {slug: Software(slug, slug) for slug in (ROBAWS, BILLIT)}
        self.tokens = self.tokens_in_memory()
        self.post = Post()
        self.queues: dict[tuple[str, type[Event]], list[Received[Any]]] = {each: [] for each in self.handlers()}
        self.inbox: dict[str, set[UUID]] = {service: set() for service in ("intake", "verification", "token_mailer")}
        self.waiting: list[Waiting] = []
        self.published: list[Received[Any]] = []
        self.heard_by_intake: list[Received[Any]] = []
        self._causes = 0

    def handlers(self) -> dict[tuple[str, type[Event]], Callable[..., Any]]:
        """Who listens to what, as in each service's `main.py`."""
        answering: dict[str, Any] = {"seal": seal, "help_desk": "help@relais.example"}
        issue = partial(of_tokens.issue_tokens, issuing=Issuing(KEYS.current, LIFETIME), nonce=self.nonce)
        return {
            ("verification", ConnectionRequested): partial(of_verification.verify_requests, **answering),
            ("verification", ConnectionActivated): of_verification.close_requests,
            ("verification", ConnectionRevoked): of_verification.end_requests,
            ("verification", MailBounced): partial(of_verification.note_bounces, **answering),
            ("token_mailer", ConnectionVerified): issue,
            ("token_mailer", CompanyChanged): of_tokens.know_offices,
            **{("intake", event): of_intake.follow_connections for event in TOLD},
        }

    def performers(self) -> dict[type[Task], Callable[..., Any]]:
        answering: dict[str, Any] = {"seal": seal, "help_desk": "help@relais.example"}
        mailing: dict[str, Any] = {
            "opener": Opened(), "letters": LETTERS, "post": self.post, "sender": "no-reply@relais.example"
        }  # fmt: skip
        return {
            CompanyTouched: partial(directory_tasks.publish_company, **answering),
            OfficeTouched: directory_tasks.publish_office,
            CompanyAwaited: partial(directory_tasks.reconsider_company, **answering),
            SendTokenMail: partial(token_tasks.send_token_mail, keys=self.keys, **mailing),
            TellOfEnding: partial(token_tasks.tell_of_ending, **mailing),
            RenewToken: partial(
                token_tasks.renew_token, issuing=Issuing(KEYS.current, LIFETIME), nonce=self.nonce
            ),
            NoteBounce: partial(token_tasks.note_bounce, counts=MemoryMailCounts()),
        }  # fmt: skip

    def store(self, service: str, principal: str = "worker") -> Store:
        if service == "intake":
            return MemoryIntake(self.intake, principal)
        return MemoryDirectory(self.directory, principal) if service == "verification" else self.tokens

    def nonce(self) -> bytes:
        return self.cause().id.bytes

    def cause(self) -> Cause:
        """Something that nothing here caused: a call, a tick of the clock."""
        self._causes += 1
        return Cause(id=uuid5(UUID(int=0), str(self._causes)), correlation_id="c")

    def advance(self, passed: timedelta) -> None:
        self.now += passed
        self.directory.now = self.now

    @contextmanager
    def transaction(self, service: str, *, dies: bool = False) -> Iterator[list[Consequence]]:
        """What is put into the list follows when it commits; what was changed is undone when it does not."""
        rows = {"intake": self.intake, "verification": self.directory, "token_mailer": self.tokens}[service]
        before = {name: copy.copy(value) for name, value in vars(rows).items()}
        consequences: list[Consequence] = []
        try:
            yield consequences
            if dies:
                raise Crashed
        except BaseException:
            vars(rows).update(before)
            raise
        self._write(service, consequences)

    def deliver(self, topic: tuple[str, type[Event]], count: int, mishap: str = "") -> None:
        """A batch of a topic's oldest records. `undone`: its process died before the commit; `again`: after it, so
        that the records come once more."""
        service = topic[0]
        records = self.queues[topic][:count]
        new = list({one.id: one for one in records if one.id not in self.inbox[service]}.values())
        try:
            with self.transaction(service, dies=mishap == "undone") as consequences:
                batch = Batch(new, self.now, MemoryParking())
                consequences += finished(self.handlers()[topic](batch, self.store(service)))
        except Crashed:
            return
        self.inbox[service] |= {one.id for one in new}
        if mishap != "again":
            del self.queues[topic][: len(records)]
        self.heard_by_intake += new if service == "intake" else []
        for one in new:
            self.noticed(service, one.body, one.sequence)

    def repeat(self, topic: tuple[str, type[Event]], which: int) -> None:
        """Kafka is made whole: an old record is published once more."""
        old = [one for one in self.published if isinstance(one.body, topic[1])]
        if old:
            self.queues[topic].append(old[which % len(old)])

    def due(self) -> list[Waiting]:
        """The tasks that may run now: of one key the first alone."""
        first: dict[tuple[str, str, str], Waiting] = {}
        for one in self.waiting:
            first.setdefault((one.service, one.task.kind, one.key), one)
        return [one for one in first.values() if one.due <= self.now]

    def perform(self, one: Waiting, outcome: str = "sent", mishap: str = "") -> None:
        """One attempt. `undone`: its process died after it acted and before that was committed."""
        one.attempt += 1
        self.post.attempt(one.task, outcome)
        run = _Run(one.task, one.attempt, self.now, Cause(id=one.id, correlation_id="c"), self.store(one.service))
        try:
            settle = finished(self.performers()[type(one.task)](run))
            with self.transaction(one.service, dies=mishap == "undone") as consequences:
                consequences += finished(settle(self.store(one.service)))
        except (Unavailable, Crashed):
            one.due = self.now + timedelta(minutes=1)
            return
        self.waiting.remove(one)
        self.noticed(one.service, one.task, 0)

    def tick(self, name: str, mishap: str = "") -> None:
        """What happens every so often."""
        service = "token_mailer" if name == "expire_tokens" else "verification"
        act: Callable[..., Any] = getattr(token_tasks if service == "token_mailer" else directory_tasks, name)
        try:
            with self.transaction(service, dies=mishap == "undone") as consequences:
                consequences += finished(act(self.now, self.cause(), self.store(service)))
        except Crashed:
            return
        self.noticed(service, name, 0)

    def _write(self, service: str, consequences: Sequence[Consequence]) -> None:
        ordinals: Counter[tuple[UUID, str]] = Counter()
        for follow in consequences:
            if isinstance(follow, Publish):
                place = (follow.cause.id, follow.body.topic)
                self._publish(service, follow, ordinals[place])
                ordinals[place] += 1
            elif isinstance(follow, Do):
                self._remember(service, follow)

    def _publish(self, service: str, follow: Publish, ordinal: int) -> None:
        assert follow.body.owner == service, f"{service} published another service's {follow.body.topic}"
        event_id = consequence_id(follow.cause.id, service, follow.body.topic, ordinal)
        assert event_id not in {one.id for one in self.published}, "two events of one id"
        event = Received(
            id=event_id, correlation_id="c", body=follow.body, time=self.now, sequence=follow.sequence
        )  # fmt: skip
        self.published.append(event)
        for (_, event_type), queue in self.queues.items():
            if isinstance(follow.body, event_type):
                queue.append(event)

    def _remember(self, service: str, follow: Do) -> None:
        named = (service, follow.task.kind, follow.key)
        if follow.once and any((one.service, one.task.kind, one.key) == named for one in self.waiting):
            return
        due = follow.due or self.now
        self.waiting.append(Waiting(service, follow.task, follow.key, due, self.cause().id))


class _Run:
    """A task run over a store in memory."""

    def __init__(self, task: Task, attempt: int, now: datetime, cause: Cause, store: Store) -> None:
        self.task, self.attempt, self.now, self.cause, self._store = task, attempt, now, cause, store

    def transaction(self) -> "_Run":
        return self

    async def __aenter__(self) -> Store:
        return self._store

    async def __aexit__(self, *error: object) -> None:
        """Memory keeps what was written."""
