"""From nothing to the portal in a browser: set up, measure, render, build, serve.

Examples:
  python scripts/portal.py                 everything, then http://127.0.0.1:8000
  python scripts/portal.py --reuse         without measuring: the records that are there
  python scripts/portal.py --no-serve      stop after the build (site/)
  python scripts/portal.py --port 8123     serve elsewhere
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import socket
import sys
from typing import TYPE_CHECKING, NoReturn

from environment import ROOT, OneSentenceParser, enter, fail
from launching import run_program
from shared_lock import SharedLock
from site_server import SiteHandler, SiteServer

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"
HIGHEST_PORT = 65535
MEASUREMENT_FAILED = 4  # the other cases were measured and are worth showing
STEPS = {
    "Measuring": ["run_benchmarks", "--profile", "quick"],
    "Rendering": ["render_charts"],
    "Building": ["build_site", "--quiet"],
}


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
            refuse_port(port, error)


def refuse_port(port: int, error: OSError) -> NoReturn:
    """End the program: another one has the port."""
    fail(f"port {port} on {HOST} cannot be used ({error.strerror}); give another with --port, or --no-serve")


@contextlib.contextmanager
def reserved(port: int) -> Iterator[SiteServer]:
    """Keep a port from now on, so that no other program takes it while the site is built."""
    try:
        server = SiteServer((HOST, port), functools.partial(SiteHandler, directory=str(ROOT / "site")))
    except OSError as error:
        refuse_port(port, error)
    with server:
        yield server


def build(*, reuse: bool) -> None:
    """Run the pipeline's steps in order; two programs that build the same site take turns."""
    folder = ROOT / "build"
    folder.mkdir(exist_ok=True)
    lock = SharedLock(folder / "portal.lock")
    lock.take_alone("Another portal.py builds this site; waiting until it is done ...")
    for name, (program, *arguments) in STEPS.items():
        if reuse and name == "Measuring":
            continue
        print(f"{name} ...", file=sys.stderr, flush=True)
        code = run_program(program, *arguments)
        if code == MEASUREMENT_FAILED:
            print("A case could not be measured; its row on the pages says why.", file=sys.stderr)
        elif code:
            raise SystemExit(code)
    lock.release()
    print(f"Built {ROOT.name}/site.", file=sys.stderr)


def main() -> None:
    """Build the site, then serve it on the loopback interface until interrupted."""
    options = parse()
    if options.no_serve:
        enter("portal")
        build(reuse=options.reuse)
        return
    check_port(options.port)  # at once, before the environment is set up
    enter("portal")
    with reserved(options.port) as server:
        build(reuse=options.reuse)
        print(f"The portal is at http://{HOST}:{options.port}/ (Ctrl-C stops it).", flush=True)
        server.serve_forever()
