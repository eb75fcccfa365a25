"""What the token mailer listens to: a company may be connected, an office serves it."""

from collections.abc import Callable
from dataclasses import replace

from services.token_mailer.domain.duties import SendTokenMail
from services.token_mailer.domain.issuing import DAY, Answer, Issuing, answer_request
from services.token_mailer.domain.records import Connection, Mail, Token, snapshot
from services.token_mailer.ports import TokenStore
from shared.chassis.messages import Batch, Consequence, Received
from shared.contracts.connections import ConnectionVerified
from shared.contracts.directory import CompanyChanged
from shared.values import EnterpriseNumber


async def issue_tokens(
    batch: Batch[ConnectionVerified], store: TokenStore, *, issuing: Issuing, nonce: Callable[[], bytes]
) -> list[Consequence]:
    """Issues a token for each verified request, or mails the one that is live again.

    `nonce` gives 16 bytes of chance. Events of one connection are answered one after the other.
    """
    ids = sorted({event.body.connection_id for event in batch})
    known = await store.lock_connections(ids)
    tokens = await store.newest_tokens(ids)
    numbers = sorted({event.body.enterprise_number for event in batch})
    mailings = {number: list(times) for number, times in (await store.lock_mailings(numbers, batch.now - DAY)).items()}
    changed_tokens: dict[tuple[str, int], Token] = {}
    mails: list[Mail] = []
    consequences: list[Consequence] = []
    for event in batch:
        body = event.body
        # Mails of mode test reach nobody, so they wait for nobody and count for nobody.
        times = mailings.setdefault(body.enterprise_number, []) if body.mode == "live" else []
        answer = answer_request(
            body,
            event.sequence,
            known.get(body.connection_id),
            tokens.get(body.connection_id),
            times,
            batch.now,
            nonce(),
            issuing.until(body.token_lifetime_s),
        )
        if answer is None:
            continue
        connection, following = _follow(event, answer)
        known[body.connection_id] = connection
        for token in answer.tokens:
            tokens[token.connection_id] = changed_tokens[token.connection_id, token.issue] = token
        if answer.mail is not None:
            mails.append(answer.mail)
            times.append(answer.mail.requested_at)
        consequences += following
    await store.save_connections([known[each] for each in ids if each in known])
    await store.save_tokens(list(changed_tokens.values()))
    await store.save_mails(mails)
    return consequences


async def know_offices(batch: Batch[CompanyChanged], store: TokenStore) -> list[Consequence]:
    """Which offices serve a company: they may see and end its connections."""
    newest: dict[EnterpriseNumber, tuple[CompanyChanged, int]] = {}
    for event in batch:
        known = newest.get(event.body.enterprise_number)
        if known is None or known[1] < event.sequence:
            newest[event.body.enterprise_number] = (event.body, event.sequence)
    await store.save_company_offices(list(newest.values()))
    return []


def _follow(event: Received[ConnectionVerified], answer: Answer) -> tuple[Connection, list[Consequence]]:
    connection = answer.connection
    consequences: list[Consequence] = []
    if answer.changed and connection.state == "pending":
        connection = replace(connection, version=connection.version + 1)
        consequences.append(event.then(snapshot(connection, (), event.time), sequence=connection.version))
    if answer.mail is not None:
        duty = SendTokenMail.of(answer.mail)
        consequences.append(event.then_do(duty, duty.key, due=answer.mail.due_at))
    return connection, consequences
