"""One service alone: verified requests become mails, mails become events."""

import email
import email.policy
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast
from uuid import uuid4

import pytest

from services.token_mailer.adapters.jinja import JinjaLetters
from services.token_mailer.adapters.memory import MemoryPost, MemoryTokens
from services.token_mailer.domain.tokens import OneTimeToken
from services.token_mailer.ports import Receipt
from services.token_mailer.tasks import expire_tokens, mail_gave_up
from shared.chassis.errors import Unavailable
from shared.chassis.messages import Cause, Do, Publish
from shared.contracts.connections import (
    ConnectionChanged,
    MailBounced,
    TokenExpired,
    TokenMailed,
)
from shared.values import EnterpriseNumber, Language, SoftwareSlug
from tests.component.token_mailer.mailing import (
    ADDRESS,
    CONNECTION,
    NOW,
    Run,
    duty,
    issue,
    send,
    verified,
)


async def test_a_verified_request_becomes_a_mail_with_a_token_that_fits() -> None:
    store, post = MemoryTokens(), MemoryPost()
    consequences = await issue(store, verified())
    assert [type(f.body) for f in consequences if isinstance(f, Publish)] == [ConnectionChanged]
    (told,) = await send(Run(duty(consequences), store), post)
    assert isinstance(told, TokenMailed) and (told.issue, told.ordinal) == (1, 1)
    message = email.message_from_bytes(post.sent[0][1], policy=email.policy.default)
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    code = re.search(r"^    (\S+)\s*$", text, re.M)
    assert code is not None
    assert OneTimeToken(code[1]).sha256 == store.tokens[CONNECTION, 1].sha256
    assert message["To"] == ADDRESS


async def test_a_retry_after_an_uncertain_outcome_sends_the_same_bytes() -> None:
    store = MemoryTokens()
    post = MemoryPost(Receipt("uncertain", 0, "line broke"), Receipt("retry", 451, "greylisted"))
    task = duty(await issue(store, verified()))
    for attempt in (1, 2):
        with pytest.raises(Unavailable):
            await send(Run(task, store, attempt), post)
    assert store.mails[CONNECTION, 1, 1].state == "retry"
    await send(Run(task, store, 3, NOW + timedelta(hours=5)), post)
    assert len({message for _, message in post.sent}) == 1 and len(post.sent) == 3
    assert store.mails[CONNECTION, 1, 1].state == "sent"


async def test_a_requested_resend_has_the_same_token_and_another_message_id() -> None:
    store, post = MemoryTokens(), MemoryPost()
    await send(Run(duty(await issue(store, verified())), store), post)
    later = NOW + timedelta(minutes=2)
    await send(Run(duty(await issue(store, verified(ordinal=2), now=later)), store, now=later), post)
    first, second = (email.message_from_bytes(message) for _, message in post.sent)
    assert first["Message-ID"] != second["Message-ID"]
    assert first.get_payload(0).get_payload() == second.get_payload(0).get_payload()  # type: ignore[union-attr]


async def test_a_mail_that_was_sent_already_is_not_sent_again() -> None:
    store, post = MemoryTokens(), MemoryPost()
    task = duty(await issue(store, verified()))
    await send(Run(task, store), post)
    assert await send(Run(task, store, 2), post) == []
    assert len(post.sent) == 1


async def test_an_address_that_does_not_exist_is_told_with_its_version() -> None:
    store = MemoryTokens()
    task = duty(await issue(store, verified(address_version=3)))
    (told,) = await send(Run(task, store), MemoryPost(Receipt("bounced", 550, "no such user")))
    assert isinstance(told, MailBounced)
    assert (told.address_version, told.reply_code) == (3, 550)


@pytest.mark.parametrize("reply", ["550 5.1.1 <jan@x.be>: unknown", "SMTPRecipientRefused: 5.1.1 <jan@x.be>: unknown"])
async def test_the_words_of_a_mail_server_that_quote_the_address_are_not_repeated(reply: str) -> None:
    store = MemoryTokens()
    task = duty(await issue(store, verified()))
    (told,) = await send(Run(task, store), MemoryPost(Receipt("bounced", 550, reply)))
    assert isinstance(told, MailBounced)
    assert told.detail == "the mail server answered 550 5.1.1"
    assert "jan@" not in repr(store.mails)


async def test_a_mail_is_told_of_as_it_was_sent_whatever_came_after_it() -> None:
    class SlowPost(MemoryPost):
        async def send(self, *mail: Any) -> Receipt:
            await issue(store, verified(ordinal=2, address_version=2, masked_email="n***@n***.be"))
            return await super().send(*mail)

    store = MemoryTokens()
    task = duty(await issue(store, verified()))
    (told,) = await send(Run(task, store), SlowPost(Receipt("bounced", 550, "no")))
    assert isinstance(told, MailBounced) and told.address_version == 1


async def test_a_mail_that_nobody_took_for_72_hours_is_told_apart_from_a_bounce() -> None:
    store = MemoryTokens()
    task = duty(await issue(store, verified()))
    (follow,) = await mail_gave_up(cast(Any, Run(task, store)), Unavailable("no server"), store)
    assert isinstance(follow, Publish) and isinstance(follow.body, MailBounced)
    assert follow.body.reply_code == 451 and follow.body.given_up


async def test_a_mail_whose_token_ended_before_it_left_is_given_up_and_said_once() -> None:
    store, post = MemoryTokens(), MemoryPost()
    task = duty(await issue(store, verified()))
    late = NOW + timedelta(hours=72)
    (told,) = await send(Run(task, store, 900, late), post)
    assert isinstance(told, MailBounced) and told.given_up and post.sent == []
    assert await send(Run(task, store, 901, late), post) == []


async def test_after_an_outage_the_newest_mail_with_a_token_stands_for_the_older_ones() -> None:
    store, post = MemoryTokens(), MemoryPost()
    first = duty(await issue(store, verified()))
    later = NOW + timedelta(minutes=2)
    second = duty(await issue(store, verified(ordinal=2), now=later))
    (told,) = await send(Run(second, store, now=later), post)
    assert isinstance(told, TokenMailed) and told.ordinal == 2
    assert await send(Run(first, store, 5, later), post) == []
    assert len(post.sent) == 1 and store.mails[CONNECTION, 1, 1].state == "dropped"


async def test_a_superseded_token_is_never_mailed() -> None:
    store, post = MemoryTokens(), MemoryPost()
    old = duty(await issue(store, verified()))
    await issue(store, verified(ordinal=2, address_version=2))
    assert await send(Run(old, store), post) == []
    assert post.sent == [] and store.mails[CONNECTION, 1, 1].state == "dropped"


async def test_events_of_one_connection_in_one_batch_are_answered_in_turn() -> None:
    store = MemoryTokens()
    events = [verified(), verified(ordinal=2), verified(ordinal=3, address_version=2)]
    consequences = await issue(store, *events)
    assert [follow.task.issue for follow in consequences if isinstance(follow, Do)] == [1, 2]  # type: ignore[attr-defined]
    assert store.tokens[CONNECTION, 1].ended == "superseded"


async def test_a_token_that_nobody_registers_expires_once() -> None:
    store = MemoryTokens()
    await issue(store, verified())
    late, cause = NOW + timedelta(hours=72), Cause(id=uuid4(), correlation_id="c")
    assert await expire_tokens(late - timedelta(seconds=1), cause, store) == []
    (follow,) = await expire_tokens(late, cause, store)
    assert isinstance(follow, Publish) and isinstance(follow.body, TokenExpired)
    assert await expire_tokens(late, cause, store) == []


async def test_no_event_and_no_task_carries_the_token_or_the_address() -> None:
    store, post = MemoryTokens(), MemoryPost()
    consequences = await issue(store, verified())
    told = await send(Run(duty(consequences), store), post)
    text = post.sent[0][1].decode()
    code = re.search(r"[0-9A-Z]{3}(-[0-9A-Z]{3}){8}", text)
    assert code is not None
    seen = repr(consequences) + "".join(body.model_dump_json() for body in told) + repr(store.tokens)
    assert code[0] not in seen and OneTimeToken(code[0]) + "" not in seen and ADDRESS not in seen


@pytest.mark.parametrize("language", list(Language))
def test_a_letter_in_each_language_is_escaped_and_loads_nothing(language: Language) -> None:
    token = replace(_token(), language=language)
    letter = JinjaLetters().token_letter(
        token=token, grouped="ABC-DEF", software=SoftwareSlug("club-planner"), number=EnterpriseNumber("0010.080.080")
    )
    assert "Club Planner" in letter.subject and "\n" not in letter.subject
    assert "ABC-DEF" in letter.text and "ABC-DEF" in letter.html
    assert "&lt;De Korenaar&gt; &amp; Zonen" in letter.html and "<De Korenaar>" in letter.text
    assert f'lang="{language.value}"' in letter.html
    assert not re.search(r"https?:|src=|href=|url\(", letter.html)


def _token() -> Any:
    from services.token_mailer.domain.records import Token
    from shared.values import Sha256

    return Token(
        connection_id=CONNECTION, issue=1, software=SoftwareSlug("robaws"), key_id="k", nonce=bytes(16),
        sha256=Sha256.of(b""), address_version=1, language=Language.NL,
        company_name="Bakkerij <De Korenaar>\r\n& Zonen", issued_at=NOW, expires_at=NOW,
    )  # fmt: skip
