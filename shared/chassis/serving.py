"""The HTTP server of a process: it listens before anything else is there, and leaves before the connections close."""

import asyncio
import contextlib
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI

_GRACE_SECONDS = 5
_STOP_SECONDS = 8.0


class Serving:
    """Serves one application until it is stopped."""

    def __init__(self, app: FastAPI, host: str, port: int) -> None:
        self._port = port
        self._server = _QuietServer(
            uvicorn.Config(
                app,
                host=host,
                port=port,
                log_config=None,
                access_log=False,
                lifespan="off",
                timeout_graceful_shutdown=_GRACE_SECONDS,
                server_header=False,
            )
        )
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Return once it listens. Raises SystemExit where the port cannot be had."""
        self._task = asyncio.create_task(self._server.serve())
        while not self._server.started:
            if self._task.done():
                raise SystemExit(f"cannot listen on port {self._port}")
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Answer the calls that have begun, take no other."""
        self._server.should_exit = True
        if self._task is not None:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(self._task, _STOP_SECONDS)


class _QuietServer(uvicorn.Server):
    """Leaves the signals to the runtime, which stops more than HTTP."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
