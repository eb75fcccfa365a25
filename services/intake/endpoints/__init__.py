"""The routes of intake: askings, documents and bank files; the v2 shapes beside our own."""

from services.intake.endpoints import (
    batches,
    compatibility,
    connections,
    documents,
    peppol,
    problems,
    statements,
    uploads,
)
from shared.chassis.http import router

routes = router()
routes.include_router(connections.routes)
routes.include_router(documents.routes)
routes.include_router(batches.routes)
routes.include_router(uploads.routes)
routes.include_router(statements.routes)
routes.include_router(compatibility.routes)
routes.include_router(peppol.routes)
routes.include_router(problems.routes)

__all__ = ["routes"]
