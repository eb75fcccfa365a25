"""The token mailer as a process of its own."""

from datetime import timedelta
from functools import partial
from secrets import token_bytes

from services.token_mailer import endpoints, handlers, tasks
from services.token_mailer.adapters.jinja import JinjaLetters
from services.token_mailer.adapters.postgres import PostgresTokens
from services.token_mailer.adapters.smtp import SmtpPost
from services.token_mailer.domain.duties import SendTokenMail
from services.token_mailer.domain.issuing import Issuing
from services.token_mailer.domain.tokens import NONCE_BYTES
from services.token_mailer.ports import TokenStore
from services.token_mailer.settings import Settings
from shared.chassis.sealing import Opener
from shared.chassis.service import Service
from shared.chassis.settings import load
from shared.contracts.connections import ConnectionVerified

_DELIVERY_TIME = timedelta(hours=72)


def build(settings: Settings) -> Service[TokenStore]:
    """The service: on a verified company issue a token, mail it, end it; answer those who register it."""
    keys = settings.token_keys
    service: Service[TokenStore] = Service("token_mailer", settings, store=PostgresTokens)
    issuing = Issuing(keys.current, settings.token_lifetime)
    service.on(ConnectionVerified)(
        partial(handlers.issue_tokens, issuing=issuing, nonce=partial(token_bytes, NONCE_BYTES))
    )
    # Half an hour between late attempts: 72 hours end the delivery, not the number of attempts.
    service.task(
        SendTokenMail,
        attempts=400,
        longest=_DELIVERY_TIME,
        longest_pause_seconds=1800,
        gave_up=tasks.mail_gave_up,
    )(
        partial(
            tasks.send_token_mail,
            keys=keys,
            opener=Opener(settings.sealing_keys),
            letters=JinjaLetters(),
            post=_post(settings),
            sender=settings.mail_from,
        )
    )
    service.every("expire_tokens", seconds=10)(tasks.expire_tokens)
    service.serve(endpoints.routes, resources={"keys": keys})
    return service


def _post(settings: Settings) -> SmtpPost:
    return SmtpPost(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_tls,
        settings.smtp_username,
        settings.smtp_password.get_secret_value(),
        settings.smtp_timeout_s,
    )


def main() -> None:
    """Runs until SIGTERM."""
    build(load(Settings)).run()


if __name__ == "__main__":
    main()
