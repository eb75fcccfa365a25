"""What the token mailer does on the outside and on time: send mails, hear of those that come back, end and
renew tokens."""

from services.token_mailer.tasks.access import forget_tries
from services.token_mailer.tasks.bounces import duty_of, note_bounce, read_bounces
from services.token_mailer.tasks.ending import ending_gave_up, tell_of_ending
from services.token_mailer.tasks.mailing import mail_gave_up, send_token_mail
from services.token_mailer.tasks.tokens import expire_tokens, renew_token

__all__ = [
    "duty_of",
    "ending_gave_up",
    "expire_tokens",
    "forget_tries",
    "mail_gave_up",
    "note_bounce",
    "read_bounces",
    "renew_token",
    "send_token_mail",
    "tell_of_ending",
]
