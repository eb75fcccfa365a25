"""intake - everything that comes in: requests for connections, sales documents, bank files.

Decides    whether what came in can be used at all; which connection a request stands for; whether the same
           bytes came before. What a request leads to is decided by others.
Consumes   the softwares' submissions; connection.verified, connection.blocked, connection.refused,
           connection.expired, connection.activated, connection.revoked, token.mailed, token.expired,
           mail.bounced, software.changed. Looks into the folders that banks fill.
Publishes  connection.requested, invoice.submitted, bank_file.received, submission.rejected.
Owns       the connections as their software sees them, with their timelines; which documents and bank files
           came in; uploads that records on Kafka refer to; what lies in watched folders; which softwares are
           suspended; the answers kept for idempotency keys.
"""
