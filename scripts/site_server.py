"""A server of the built site for this machine: quiet, with the site's own page for what is missing."""

from __future__ import annotations

import http.server
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import io


class SiteHandler(http.server.SimpleHTTPRequestHandler):
    """Serve the site quietly, with its own page for what is missing."""

    def log_message(self, *_: object) -> None:
        """Say nothing: a line a request would bury the address."""

    def send_head(self) -> io.BytesIO | Any:  # noqa: ANN401 -- an open file of any kind
        """Answer as usual; a path that no file can have, such as one with a zero byte, is missing."""
        try:
            return super().send_head()
        except ValueError:
            self.send_error(http.HTTPStatus.NOT_FOUND)
            return None

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer with the site's 404 page where something is missing; HEAD gets no page."""
        page = Path(self.directory) / "404.html"
        if code != http.HTTPStatus.NOT_FOUND or not page.exists():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


class SiteServer(http.server.ThreadingHTTPServer):
    """A server that says nothing about a reader who closes the connection."""

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 -- as declared there
        """Report an error, unless the connection has gone."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)
