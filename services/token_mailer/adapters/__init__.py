"""What the token mailer needs from the world: Postgres (and the same in memory), SMTP, Jinja, libsodium."""
