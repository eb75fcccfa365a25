"""The routes of verification: the directory for operators and offices, readiness for softwares."""

from services.verification.endpoints import clients, companies, fiduciaries, imports, keys, parties, readiness, sandbox
from shared.chassis.http import router

routes = router()
# Before the routes of one client, whose number would stand where their words do.
routes.include_router(imports.routes)
routes.include_router(clients.routes)
routes.include_router(companies.routes)
routes.include_router(parties.routes)
routes.include_router(keys.routes)
routes.include_router(readiness.routes)
routes.include_router(sandbox.routes)
routes.include_router(fiduciaries.routes)

__all__ = ["routes"]
