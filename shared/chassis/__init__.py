"""What every service is bolted onto: Kafka, transaction, inbox, outbox, tasks, HTTP, credentials, settings.

`service.Service` is the way in; services know events, stores and consequences, and nothing of what is inside.
"""
