"""The token mailer as a process of its own."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from secrets import token_bytes
from typing import TypedDict

from services.token_mailer import endpoints, handlers, tasks
from services.token_mailer.adapters.access_page import JinjaAccessPages
from services.token_mailer.adapters.figures import PrometheusMailCounts
from services.token_mailer.adapters.jinja import JinjaLetters
from services.token_mailer.adapters.maildir import MaildirBounces
from services.token_mailer.adapters.postgres import PostgresTokens
from services.token_mailer.adapters.sandbox_page import JinjaSandboxPages
from services.token_mailer.domain.bounces import MailName, ReturnPaths
from services.token_mailer.domain.duties import NoteBounce, RenewToken, SendTokenMail, TellOfEnding
from services.token_mailer.domain.issuing import Issuing
from services.token_mailer.domain.tokens import NONCE_BYTES, TokenKeys
from services.token_mailer.ports import MailCounts, TokenStore
from services.token_mailer.settings import Settings
from shared.chassis.bearers import BearerSigner
from shared.chassis.sealing import Opener
from shared.chassis.service import Service
from shared.chassis.settings import load
from shared.chassis.smtp import SmtpPost
from shared.contracts.connections import ConnectionVerified
from shared.contracts.directory import CompanyChanged

_DELIVERY_TIME = timedelta(hours=72)
_NONCE = partial(token_bytes, NONCE_BYTES)


class _Delivery(TypedDict):
    """How long a mail is tried."""

    attempts: int
    longest: timedelta
    longest_pause_seconds: float


class _Mailing(TypedDict):
    """What every mail needs."""

    opener: Opener
    letters: JinjaLetters
    post: SmtpPost
    sender: str
    return_path: Callable[[MailName], str] | None
    counts: MailCounts


def build(settings: Settings) -> Service[TokenStore]:
    """The service: on a verified company issue a token, mail it, end it; answer those who register it."""
    keys, counts = settings.token_keys, PrometheusMailCounts()
    service: Service[TokenStore] = Service("token_mailer", settings, store=PostgresTokens)
    service.measure(counts.collector)
    issuing = Issuing(keys.current, settings.token_lifetime)
    service.on(ConnectionVerified)(partial(handlers.issue_tokens, issuing=issuing, nonce=_NONCE))
    _mail(service, settings, keys, counts)
    service.task(RenewToken)(partial(tasks.renew_token, issuing=issuing, nonce=_NONCE))
    service.every("expire_tokens", seconds=10)(tasks.expire_tokens)
    service.on(CompanyChanged)(handlers.know_offices)
    service.every("forget_tries", seconds=600)(tasks.forget_tries)
    resources = {
        "keys": keys,
        "bearers": BearerSigner(settings.bearer_private_key.get_secret_value()),
        "access_pages": JinjaAccessPages(),
        "sandbox_pages": JinjaSandboxPages(),
        "duty_of_report": _hear_of_bounces(service, settings, keys, counts),
        "bounce_key_sha256": settings.bounce_key_sha256,
    }
    service.serve(endpoints.routes, resources=resources)
    return service


def _mail(service: Service[TokenStore], settings: Settings, keys: TokenKeys, counts: MailCounts) -> None:
    post = _post(settings)
    # Five minutes between late attempts, so that an outage is over for everybody soon after it ends: 72 hours end
    # the delivery, not the number of attempts.
    delivery: _Delivery = {"attempts": 3000, "longest": _DELIVERY_TIME, "longest_pause_seconds": 300}
    mailing: _Mailing = {
        "opener": Opener(settings.sealing_keys),
        "letters": JinjaLetters(),
        "post": post,
        "sender": settings.mail_from,
        "return_path": ReturnPaths(keys, settings.bounce_address).of if settings.bounce_address else None,
        "counts": counts,
    }
    gave_up = partial(tasks.mail_gave_up, counts=counts)
    service.task(SendTokenMail, **delivery, concurrency=settings.smtp_lines, gave_up=gave_up)(
        partial(tasks.send_token_mail, keys=keys, **mailing)
    )
    service.task(TellOfEnding, **delivery, gave_up=partial(tasks.ending_gave_up, counts=counts))(
        partial(tasks.tell_of_ending, **mailing)
    )
    service.on_close(post.close)


def _hear_of_bounces(
    service: Service[TokenStore], settings: Settings, keys: TokenKeys, counts: MailCounts
) -> Callable[..., NoteBounce | None]:
    """What a report means for us; nothing, where no return address is set."""
    service.task(NoteBounce)(partial(tasks.note_bounce, counts=counts))
    if settings.bounce_address is None:
        return lambda *_: None
    paths = ReturnPaths(keys, settings.bounce_address)
    if settings.bounce_folder is not None:
        box = MaildirBounces(settings.bounce_folder)
        service.every("read_bounces", seconds=5)(partial(tasks.read_bounces, box=box, paths=paths, counts=counts))
    return partial(tasks.duty_of, paths=paths)


def _post(settings: Settings) -> SmtpPost:
    return SmtpPost(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_tls,
        settings.smtp_username,
        settings.smtp_password.get_secret_value(),
        settings.smtp_timeout_s,
        ca_file=settings.smtp_ca_file,
        lines=settings.smtp_lines,
    )


def main() -> None:
    """Runs until SIGTERM."""
    build(load(Settings)).run()


if __name__ == "__main__":
    main()
