"""The rules of tokens, their mails and the credentials of connections. No clock, no dice, no outside."""
