"""The pages that the `type` of a problem leads to: what a code means and what to do, in four languages."""

from fastapi import Response
from fastapi.responses import HTMLResponse

from shared.chassis.errors import Problem
from shared.chassis.http import router
from shared.contracts.problem_pages import list_page, problem_page
from shared.contracts.problems import PROBLEMS

routes = router()

_HEADERS = {
    "Cache-Control": "public, max-age=3600",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
}


@routes.get("/problems", response_class=HTMLResponse)
async def list_problems() -> Response:
    """Every code of the catalogue, as a page."""
    return HTMLResponse(list_page(), headers=_HEADERS)


@routes.get("/problems/{code}", response_class=HTMLResponse)
async def show_problem(code: str) -> Response:
    """One code, as a page. 404 `problem_unknown`."""
    entry = PROBLEMS.get(code)
    if entry is None:
        raise Problem(404, "problem_unknown", "There is no such code in the catalogue of problems.")
    return HTMLResponse(problem_page(entry), headers=_HEADERS)
