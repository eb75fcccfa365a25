"""The operators' pages; their port is not behind the public door."""

from fastapi import APIRouter

from services.console.endpoints import failures, pipeline, session, statements

routes = APIRouter(include_in_schema=False)
routes.include_router(session.routes)
routes.include_router(pipeline.routes)
routes.include_router(failures.routes)
routes.include_router(statements.routes)
