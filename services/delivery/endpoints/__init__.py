"""Delivery's routes: a software's stream, documents on their way, the channels, webhooks."""

from fastapi import APIRouter

from services.delivery.endpoints import (
    accounts,
    acknowledging,
    acknowledging_statements,
    channel_calls,
    channel_settings,
    channels,
    documents,
    events,
    files,
    payments,
    pod_downloads,
    pod_settings,
    pods,
    redelivering,
    series,
    statement_files,
    statements,
    webhook_calls,
    webhooks,
)

routes = APIRouter()
routes.include_router(events.routes)
routes.include_router(accounts.routes)
routes.include_router(payments.routes)
# Before the routes of one document, whose id would stand where their word does.
routes.include_router(series.routes)
routes.include_router(acknowledging.routes)
routes.include_router(documents.routes)
routes.include_router(files.routes)
routes.include_router(redelivering.routes)
# Before the routes of one statement, whose id would stand where their word does.
routes.include_router(acknowledging_statements.routes)
routes.include_router(statements.routes)
routes.include_router(statement_files.routes)
# Before the routes of one channel, whose id would stand where their word does.
routes.include_router(pod_settings.routes)
routes.include_router(channels.routes)
routes.include_router(channel_settings.routes)
routes.include_router(channel_calls.routes)
routes.include_router(pods.routes)
routes.include_router(pod_downloads.routes)
routes.include_router(webhooks.routes)
routes.include_router(webhook_calls.routes)
