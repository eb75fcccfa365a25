"""The routes of verification: the directory for operators and offices, readiness for softwares."""

from services.verification.endpoints import companies, parties, readiness
from shared.chassis.http import router

routes = router()
routes.include_router(companies.routes)
routes.include_router(parties.routes)
routes.include_router(readiness.routes)

__all__ = ["routes"]
