"""The whole story of connecting, driven at random over the three services and over the model at once."""

from datetime import timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.token_mailer.domain.duties import NoteBounce, RenewToken, SendTokenMail, TellOfEnding
from services.verification.ports import CompanyAwaited, CompanyTouched
from shared.contracts import (
    ConnectionActivated,
    ConnectionRequested,
    ConnectionRevoked,
    ConnectionVerified,
    MailBounced,
    TokenMailed,
)
from shared.values import ConnectionId, EnterpriseNumber, Sha256
from tests.component.connecting import promises
from tests.component.connecting.callers import Callers, Refused
from tests.component.connecting.model import Link, Model
from tests.component.connecting.post import OUTCOMES
from tests.component.connecting.three_services import BILLIT, ROBAWS, ThreeServices

BAKERY, MILL = EnterpriseNumber("0010.080.080"), EnterpriseNumber("0010.080.179")
MISHAPS = ("", "", "undone", "again")
TICKS = ("expire_tokens", "expire_requests", "sweep_blocked")
softwares, numbers = st.sampled_from((ROBAWS, BILLIT)), st.sampled_from((BAKERY, MILL))
dice = st.integers(0, 2**32).map(Random)


class Connecting(RuleBasedStateMachine):
    """Rules are what people, softwares, mail servers and the clock do, and what may go wrong in between."""

    world_type: type[ThreeServices] = ThreeServices

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.world = self.world_type(self._noticed)
        self.callers = Callers(self.world)
        self.given: dict[ConnectionId, set[str]] = {}

    @initialize()
    def begin(self) -> None:
        for office, client in (("janssens", True), ("lambert", True), ("dupont", False)):
            self.enters_office(office, client)
        self.enters(BAKERY, False, "janssens", "an@bakery.example")

    @rule(software=softwares, number=numbers, dies=st.booleans())
    def asks(self, software: Any, number: Any, dies: bool) -> None:
        """Whatever is known of the company, it is accepted; who was not answered asks again."""
        before = len(self.world.published)
        if dies:
            assert self.callers.ask(software, number, dies=True) is None or self._active(software, number)
            assert len(self.world.published) == before, "a call that died left an event"
        assert self.callers.ask(software, number).status_code == 202
        for event in self.world.published[before:]:
            body = event.body
            link = self.model.links.setdefault(body.connection_id, Link(body.software, body.enterprise_number))
            link.asked += 1
            assert body.ordinal == link.asked

    @rule(
        number=numbers,
        ceased=st.sampled_from((False, False, False, True)),
        office=st.sampled_from(("janssens", "janssens", "lambert", "dupont", None)),
        email=st.sampled_from(("an@bakery.example", "bea@bakery.example", None)),
    )
    def enters(self, number: Any, ceased: bool, office: str | None, email: str | None) -> None:
        self.callers.enter(number, ceased=ceased, office=office, email=email)
        self.model.enter(number, ceased, office, email)

    @rule(office=st.sampled_from(("lambert", "dupont")), client=st.booleans())
    def enters_office(self, office: str, client: bool) -> None:
        self.callers.enter_office(office, client=client)
        self.model.clients[office] = client

    @rule(chance=dice, steps=st.integers(1, 30))
    def flows(self, chance: Random, steps: int) -> None:
        """Some of what is under way arrives, whatever comes first, and some of it goes wrong."""
        for _ in range(steps):
            busy = [topic for topic, queue in self.world.queues.items() if queue]
            due = self.world.due()
            if not busy and not due:
                return
            mishap = chance.choice(MISHAPS)
            self.world.advance(timedelta(seconds=chance.choice((0, 1, 5))))
            if due and (not busy or chance.random() < 0.4):
                self.world.perform(chance.choice(due), chance.choice(("sent", *OUTCOMES)), mishap)
            else:
                self.world.deliver(chance.choice(busy), chance.randint(1, 4), mishap)

    @rule(chance=dice)
    def repeats(self, chance: Random) -> None:
        for topic in self.world.queues:
            self.world.repeat(topic, chance.randrange(1000))

    @rule()
    def settles(self) -> None:
        """Everything arrives; then each software sees what the model says."""
        self._settle()

    @rule(minutes=st.sampled_from((1, 1, 5, 11, 24 * 60, 3 * 24 * 60, 31 * 24 * 60)), tick=st.sampled_from(TICKS))
    def time_passes(self, minutes: int, tick: str) -> None:
        self.world.advance(timedelta(minutes=minutes))
        self.world.tick(tick, "undone")
        self.world.tick(tick)

    @precondition(lambda self: self.world.post.arrived)
    @rule(chance=dice, software=softwares, mistyped=st.booleans(), dies=st.booleans())
    def registers(self, chance: Random, software: Any, mistyped: bool, dies: bool) -> None:
        """Some code that was mailed, by the software that it is for or by another."""
        mail = chance.choice(self.world.post.arrived)
        link = self.model.links[mail.connection_id]
        known = self.world.tokens.connections
        own = [each for each in known if self.model.links[each].software == software]
        wanted = mail.connection_id if software == link.software else next(iter(own), None)
        if wanted is None:
            return
        if mistyped:
            answer = self.callers.activate(software, wanted, mail.code[:-1] + ("2" if mail.code[-1] != "2" else "3"))
            assert answer == Refused("token_invalid")
        elif software != link.software:
            assert self.callers.activate(software, wanted, mail.code) == Refused("token_of_another_software")
        else:
            self._register(mail.connection_id, mail.issue, mail.code, dies)

    @precondition(lambda self: self.world.tokens.connections)
    @rule(chance=dice, renewed=st.booleans())
    def wants_another_mail(self, chance: Random, renewed: bool) -> None:
        wanted = chance.choice(sorted(self.world.tokens.connections))
        act = self.callers.renew if renewed else self.callers.resend
        answer = act(self.world.tokens.connections[wanted].software, wanted)
        refusals = {"rate_limited", "connection_not_pending"} | (set() if renewed else {"token_expired"})
        assert not isinstance(answer, Refused) or answer.code in refusals

    @precondition(lambda self: self.world.tokens.connections)
    @rule(chance=dice, dies=st.booleans())
    def revokes(self, chance: Random, dies: bool) -> None:
        wanted = chance.choice(sorted(self.world.tokens.connections))
        if dies:
            self.callers.revoke(wanted, dies=True)
        self.callers.revoke(wanted)
        self.model.revoke(self.model.links[wanted])

    @precondition(lambda self: self.world.post.arrived)
    @rule(chance=dice, verdict=st.sampled_from(("bounced", "given_up", "delayed")))
    def mail_comes_back(self, chance: Random, verdict: Any) -> None:
        mail = chance.choice(self.world.post.arrived)
        self.world.post.refused.add(mail.connection_id)
        task = NoteBounce(
            sha256=Sha256.of(chance.randbytes(8)), connection_id=mail.connection_id, issue=mail.issue,
            ordinal=mail.ordinal, verdict=verdict, status="5.1.1", reply_code=550,
        )  # fmt: skip
        with self.world.transaction("token_mailer") as consequences:
            consequences.append(self.world.cause().then_do(task, task.sha256, once=True))

    @invariant()
    def keeps_its_promises(self) -> None:
        promises.of_every_moment(self.world, self.model)

    def teardown(self) -> None:
        """In the end everything is told, everyone can connect who may, and nothing waits for ever."""
        self._settle()
        promises.of_any_order(self.world)
        self._register_what_can_be()
        for _ in range(3):
            self.world.advance(timedelta(days=31))
            for tick in TICKS:
                self.world.tick(tick)
            self._settle()
        promises.of_the_end(self.world)

    def _settle(self) -> None:
        for _ in range(10_000):
            busy = [topic for topic, queue in self.world.queues.items() if queue]
            due = self.world.due()
            if not busy and not due:
                break
            for topic in busy:
                self.world.deliver(topic, 500)
            for waiting in due:
                self.world.perform(waiting)
        else:
            raise AssertionError("it never comes to rest")
        promises.of_every_moment(self.world, self.model)
        promises.of_rest(self.world, self.model)

    def _register(self, connection_id: ConnectionId, issue: int, code: str, dies: bool) -> None:
        link = self.model.links[connection_id]
        expected = self.model.verdict(link, issue, self.world.now)
        if dies:
            self.callers.activate(link.software, connection_id, code, dies=True)
        answer = self.callers.activate(link.software, connection_id, code)  # type: ignore[arg-type]
        if expected == "ok":
            assert not isinstance(answer, Refused), answer
            self.model.activate(link, issue, self.world.now)
            self.given.setdefault(connection_id, set()).add(answer)
            assert len(self.given[connection_id]) == 1, "two credentials for one code"
        else:
            assert answer == Refused(expected)

    def _register_what_can_be(self) -> None:
        """Every second of the mailed codes that hold: the others run out."""
        for mail in self.world.post.arrived[::2]:
            self._register(mail.connection_id, mail.issue, mail.code, dies=False)
        self._settle()

    def _active(self, software: str, number: str) -> bool:
        known = self.world.intake.connections.values()
        return any((c.software, c.enterprise_number, c.access) == (software, number, "active") for c in known)

    def _noticed(self, service: str, what: Any, sequence: int) -> None:
        now, model = self.world.now, self.model
        match what:
            case ConnectionRequested():
                model.hear_request(model.links[what.connection_id], what.ordinal, now)
            case ConnectionActivated() if service == "verification":
                model.hear_activated(model.links[what.connection_id])
            case ConnectionRevoked() if service == "verification":
                model.links[what.connection_id].answer = "revoked"
            case MailBounced() if service == "verification" and not what.given_up:
                model.bounced(what.enterprise_number, what.address_version)
            case ConnectionVerified() if service == "token_mailer":
                model.hear_verified(model.links[what.connection_id], sequence, what.address_version, now)
            case TokenMailed():
                model.links[what.connection_id].mailed.add(what.issue)
            case CompanyTouched() | CompanyAwaited():
                model.reconsider(what.enterprise_number, now)
            case RenewToken():
                held = self.world.tokens.connections[what.connection_id]
                model.renew(model.links[what.connection_id], what.issue, held.address_version, now)
            case SendTokenMail() | NoteBounce() | TellOfEnding():
                pass
            case "expire_tokens":
                model.expire_codes(now)
            case "expire_requests":
                model.expire(now)
