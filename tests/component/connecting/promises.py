"""What must hold while companies are being connected: at every moment, at rest, in any order, in the end."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from services.intake.adapters.memory import MemoryIntake, Shelf
from services.intake.domain.connections import Connection
from services.token_mailer.domain.records import Token
from shared.chassis.messages import Batch, Received
from shared.chassis.parking import MemoryParking
from shared.contracts import ConnectionActivated, MailBounced, TokenMailed
from shared.values import ConnectionId
from tests.component.connecting.model import Model
from tests.component.connecting.three_services import ThreeServices, finished

_OF_VERIFICATION = ["verified", "blocked", "refused", "expired", "office_changed"]
_OF_CODES = ("token.expired", "connection.activated", "connection.revoked")
OVER = {"active", "revoked", "refused", "expired", "token_expired"}


def of_every_moment(world: ThreeServices, model: Model) -> None:
    """One live code at most, one activation at most, nothing without a cause, and told is what the model says."""
    codes: dict[ConnectionId, list[Token]] = defaultdict(list)
    for token in world.tokens.tokens.values():
        codes[token.connection_id].append(token)
    for connection_id, tokens in codes.items():
        assert sum(token.is_live(world.now) for token in tokens) <= 1, "two live codes"
        assert sum(token.consumed_at is not None for token in tokens) <= 1, "two codes registered"
        fates = ["used" if token.consumed_at else token.ended for token in sorted(tokens, key=lambda t: t.issue)]
        assert fates == [code.fate for code in model.links[connection_id].codes]
    _told_what_the_model_says(world, model)
    _mails_are_right(world, model)
    activated = Counter(one.body.connection_id for one in world.published if isinstance(one.body, ConnectionActivated))
    assert max(activated.values(), default=0) <= 1, "activated twice"
    assert max(Counter(one.connection_id for one in world.tokens.issued.values()).values(), default=0) <= 1
    for one in world.published:
        assert getattr(one.body, "connection_id", None) in {None, *world.intake.connections}, "nobody asked for it"


def of_rest(world: ThreeServices, model: Model) -> None:
    """Nothing is under way: each software sees what the model says, and holds a mailed code where one is live."""
    assert set(world.intake.connections) == set(model.links)
    postponed = {one.task.connection_id for one in world.waiting if hasattr(one.task, "connection_id")}
    for connection_id, link in model.links.items():
        seen = world.intake.connections[connection_id]
        expected = (link.access, "") if link.access in ("active", "revoked") else link.seen
        found = seen.state, "" if seen.access != "none" else seen.reason
        assert found == expected, f"software sees {found}, model says {expected}"
        if seen.state == "token_sent" and connection_id not in postponed | world.post.refused:
            assert seen.mail_state(world.now) == "sent"
        lost = link.access == "pending" and link.newest is not None and not link.newest.fate
        if lost and connection_id not in postponed | world.post.refused and world.now < link.codes[-1].until:
            assert len(link.codes) in link.mailed, "a live code whose mail never left"


def of_any_order(world: ThreeServices) -> None:
    """Whatever order the topics have among each other, and however often events come, all sees end alike."""
    final = {id: _seen(one) for id, one in world.intake.connections.items()}
    for seed in range(3):
        shelf = Shelf(connections={id: _only_asked(one) for id, one in world.intake.connections.items()})
        for event in _shuffled(world.heard_by_intake, Random(seed)):
            batch = Batch([event], world.now, MemoryParking())
            follow = world.handlers()["intake", type(event.body)]
            finished(follow(batch, MemoryIntake(shelf)))
        for id, one in shelf.connections.items():
            assert _seen(one) == final[id], f"in another order {_seen(one)}, in this one {final[id]}"


def of_the_end(world: ThreeServices) -> None:
    """Every asking came to an end, and nothing is left to be done."""
    assert {one.state for one in world.intake.connections.values()} <= OVER
    assert not world.waiting


def _told_what_the_model_says(world: ThreeServices, model: Model) -> None:
    told: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    told_of_codes: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for one in world.published:
        topic = one.body.topic.rpartition(".")[0]
        if topic.removeprefix("connection.") in _OF_VERIFICATION:
            told[one.body.connection_id].append(_said(topic, one.body))
        elif topic in _OF_CODES:
            told_of_codes[one.body.connection_id].append(_said(topic, one.body))
    for connection_id, link in model.links.items():
        assert told[connection_id] == link.told
        assert told_of_codes[connection_id] == link.told_of_codes


def _said(topic: str, body: Any) -> tuple[str, ...]:
    said = {"connection.verified": "address_version", "token.expired": "issue"}.get(topic, "reason")
    return (topic, str(getattr(body, said))) if hasattr(body, said) else (topic,)


def _mails_are_right(world: ThreeServices, model: Model) -> None:
    codes: dict[tuple[str, int], str] = {}
    contents: dict[tuple[str, int, int], bytes] = {}
    for mail in world.post.arrived:
        assert codes.setdefault((mail.connection_id, mail.issue), mail.code) == mail.code, "two codes of one issue"
        place = (mail.connection_id, mail.issue, mail.ordinal)
        assert contents.setdefault(place, mail.content) == mail.content, "one mail in two versions"
        link = model.links[mail.connection_id]
        address = link.codes[mail.issue - 1].address
        assert mail.recipient == model.addresses[link.number, address], "a code at another address than its own"
    assert len(set(codes.values())) == len(codes), "one code for two issues"
    for one in world.published:
        if isinstance(one.body, TokenMailed):
            assert (one.body.connection_id, one.body.issue) in codes, "told of a mail that never left"
        if isinstance(one.body, MailBounced) and not one.body.given_up:
            assert one.body.connection_id in world.post.refused, "told of a bounce that never came"


def _shuffled(events: Sequence[Received[Any]], chance: Random) -> list[Received[Any]]:
    topics: dict[str, list[Received[Any]]] = defaultdict(list)
    for event in events:
        topics[event.body.topic].append(event)
    queues, mixed = list(topics.values()), list[Received[Any]]()
    while queues:
        queue = chance.choice(queues)
        mixed.append(queue.pop(0))
        queues = [each for each in queues if each]
    return mixed


def _only_asked(one: Connection) -> Connection:
    fresh = Connection(
        one.connection_id, one.software, one.mode, one.enterprise_number, one.requested_at, one.requested_at
    )
    return replace(fresh, generation=one.generation, ordinal=one.ordinal, language=one.language, scopes=one.scopes)


def _seen(one: Connection) -> tuple[Any, ...]:
    """What matters in a state; the rest is what earlier ones left behind."""
    match one.state:
        case "blocked" | "refused":
            return one.state, one.reason, one.contact, one.expires_at
        case "expired":
            return one.state, one.reason
        case "token_sent":
            return one.state, one.token_issue, one.token_expires_at
        case "verified" | "token_expired":
            return one.state, one.token_issue
        case _:
            return one.state, one.active_since
