"""From nothing to the portal in a browser: set up, measure, render, build, serve.

Examples:
  python scripts/portal.py                 everything, then http://127.0.0.1:8000
  python scripts/portal.py --reuse         without measuring: the records that are there
  python scripts/portal.py --no-serve      stop after the build (site/)
  python scripts/portal.py --port 8123     serve elsewhere
"""

from __future__ import annotations

import argparse
import functools
import http.server
import socket
import subprocess
import sys
from pathlib import Path

from environment import ROOT, OneSentenceParser, enter, fail

HOST = "127.0.0.1"
HIGHEST_PORT = 65535
MEASUREMENT_FAILED = 4  # the other cases were measured and are worth showing
STEPS = {
    "Measuring": ["run_benchmarks.py", "--profile", "quick"],
    "Rendering": ["render_charts.py"],
    "Building": ["build_site.py", "--quiet"],
}


class SiteHandler(http.server.SimpleHTTPRequestHandler):
    """Serve the site quietly, with its own page for what is missing."""

    def log_message(self, *_: object) -> None:
        """Say nothing: a line a request would bury the address."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer with the site's 404 page where something is missing."""
        page = Path(self.directory) / "404.html"
        if code != http.HTTPStatus.NOT_FOUND or not page.exists():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def parse() -> argparse.Namespace:
    """Read the options."""
    parser = OneSentenceParser(
        prog="portal.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--no-serve", action="store_true", help="stop after the build")
    parser.add_argument("--reuse", action="store_true", help="skip measuring")
    parser.add_argument("--port", type=int, default=8000, help="the port to serve on (default: 8000)")
    return parser.parse_args()


def check_port(port: int) -> None:
    """Refuse a port that cannot be had, before any time is spent."""
    if not 1 <= port <= HIGHEST_PORT:
        fail(f"--port {port} is not a port; give a number from 1 to {HIGHEST_PORT}")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does: a closed one is free at once
        try:
            probe.bind((HOST, port))
        except OSError as error:
            fail(f"port {port} on {HOST} cannot be used ({error.strerror}); give another with --port, or --no-serve")


def serve(port: int) -> None:
    """Serve `site/` on the loopback interface until interrupted."""
    handler = functools.partial(SiteHandler, directory=str(ROOT / "site"))
    with http.server.ThreadingHTTPServer((HOST, port), handler) as server:
        print(f"The portal is at http://{HOST}:{port}/ (Ctrl-C stops it).", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


def main() -> None:
    """Run the pipeline's steps in order, then serve."""
    options = parse()
    if not options.no_serve:
        check_port(options.port)
    enter("portal")
    for name, (script, *arguments) in STEPS.items():
        if options.reuse and name == "Measuring":
            continue
        print(f"{name} ...", file=sys.stderr, flush=True)
        done = subprocess.run([sys.executable, str(ROOT / "scripts" / script), *arguments], check=False)
        if done.returncode == MEASUREMENT_FAILED:
            print("A case could not be measured; its row on the pages says why.", file=sys.stderr)
        elif done.returncode:
            raise SystemExit(done.returncode)
    print(f"Built {ROOT.name}/site.", file=sys.stderr)
    if not options.no_serve:
        serve(options.port)


if __name__ == "__main__":
    main()
