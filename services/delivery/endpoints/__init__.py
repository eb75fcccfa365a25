"""Delivery's routes: a software's stream, documents on their way, the channels of offices and softwares."""

from fastapi import APIRouter

from services.delivery.endpoints import channels, documents, events, statements

routes = APIRouter()
routes.include_router(events.routes)
routes.include_router(documents.routes)
routes.include_router(statements.routes)
routes.include_router(channels.routes)
