"""Delivery's routes: a software's stream, documents on their way, the channels, webhooks."""

from fastapi import APIRouter

from services.delivery.endpoints import channels, documents, events, statements, webhook_calls, webhooks

routes = APIRouter()
routes.include_router(events.routes)
routes.include_router(documents.routes)
routes.include_router(statements.routes)
routes.include_router(channels.routes)
routes.include_router(webhooks.routes)
routes.include_router(webhook_calls.routes)
