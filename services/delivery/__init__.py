"""Delivery hands over: documents to offices, answers, transactions and settlements to billing softwares.

Decides    who is told what, in which order, and on which channels a document stands at an office's disposal.
Consumes   token.mailed / expired, connection.blocked / refused / expired / activated / rotated / revoked / changed /
           office_changed, mail.bounced, submission.rejected, invoice.submitted / accepted / routed / held /
           repeated / quarantined, document.fetched / booked / refused, transactions.booked, invoice.settled /
           partially_paid / reopened, payment.suggested / undone / withdrawn, statement.gap_opened / gap_alarmed /
           gap_closed / quarantined / released, bank_file.received, company.changed, office.changed, software.changed.
Publishes  document.delivered / fetched / booked / refused; the edge topics software.<slug>.events.v1 and
           office.<id>.documents.v1; the same to webhook endpoints, and documents and statements to the folders,
           servers, mailboxes and webhooks of offices.
Owns       software streams, webhook endpoints with their queues and logs, documents with their timeline from their
           receipt on, office feeds with what packages said of them, redeliveries, clients and offices (projections),
           booked statements with who was told of them and which office has them, what offices are told of gaps and of
           files that they handed in, who handed in which bank file, the channels of offices with what
           each has to hand over and its sealed secret, the principals that may use Kafka at the edge, the pods that
           offices and connections fetch from the v2 way, the PDF files that were made of documents and statements.
"""
