"""Delivery hands over: documents to offices, answers, transactions and settlements to billing softwares.

Decides    who is told what, in which order, and on which channels a document stands at an office's disposal.
Consumes   token.mailed / expired, connection.blocked / refused / expired / activated / rotated / revoked / changed /
           office_changed, mail.bounced, submission.rejected, invoice.accepted / routed / held / quarantined,
           transactions.booked, invoice.settled / partially_paid / reopened, payment.suggested, software.changed.
Publishes  document.delivered / fetched / booked / refused; the edge topics software.<slug>.events.v1 and
           office.<id>.documents.v1; the same to webhook endpoints.
Owns       software streams, webhook endpoints with their queues and logs, office feeds, delivered documents and their
           timeline, booked statements and who was told of them, the channels of offices, the principals that may
           use Kafka at the edge.
"""
