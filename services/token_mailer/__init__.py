"""Mails one-time tokens, checks the ones that come back, issues and revokes the credentials of a connection.

Decides    when a token is issued, mailed again, superseded or expired; who may register it; which
credentials hold; whether a company is written to when its connection ends.
Consumes   connection.verified, company.changed (which office may see a connection)
Publishes  token.mailed, token.expired, mail.bounced, connection.activated, connection.rotated,
connection.revoked, and the compacted connection.changed
Owns       tokens (it alone holds the key they are derived with), their mails, the credentials of connections
"""
