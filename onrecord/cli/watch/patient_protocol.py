"""Drop connections to the preview that ask for nothing, ask too slowly, or are too many."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

_MOST_CONNECTIONS = 100  # a browser opens six, and one more for each page that waits for news
REQUEST_S = 10.0  # within that time a request must be complete


class PatientProtocol(H11Protocol):
    """HTTP as uvicorn reads it, with limits of time and number: another program of this machine may open any port."""

    _check: asyncio.TimerHandle | None = None
    _was_idle = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to watch the connection; close it if there are too many."""
        super().connection_made(transport)
        if len(self.connections) > _MOST_CONNECTIONS:
            transport.close()
        self._was_idle = True  # it must send its first request until the first check
        self._check = self.loop.call_later(REQUEST_S, self._close_if_idle)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop checking on a connection of the preview that is lost."""
        if self._check is not None:
            self._check.cancel()
        super().connection_lost(exc)

    def _close_if_idle(self) -> None:
        """Close the connection if no request was answered since the last check."""
        is_idle = self.cycle is None or self.cycle.response_complete
        if is_idle and self._was_idle:
            self.transport.close()
            return
        self._was_idle = is_idle
        self._check = self.loop.call_later(REQUEST_S, self._close_if_idle)
