"""Play sessions of games, and count what every policy and size of a cache would have done with their lookups.

Nothing is timed: the same seeds give the same counts on every machine. With progress on a terminal.

Example: python benchmarks/studies/policies/_replay_sessions.py --out benchmarks/results/cache-replays.json
"""

import argparse
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "benchmarks"), str(Path(__file__).parent)]

import _sessions

from unitdocs import records
from unitdocs.studies import ReplayedSession, kind_of
from unitdocs.tuning.replay.comparing import TTLS, Session, compare_policies, record_of, sizes_of

SEEDS = (*_sessions.SEARCHED_SEEDS, *_sessions.HELD_OUT_SEEDS)
SECONDS = 6.0
"""What a session takes, about."""


def main() -> None:
    """Replay every session, and write the record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("build/cache-replays.json"), help="the record to write")
    parser.add_argument("--games", nargs="*", default=list(_sessions.GAMES), help="games to replay (default: all)")
    arguments = parser.parse_args()
    begun, digest = datetime.now(UTC), kind_of("cache_replays").digest(ROOT)
    work = [(game, seed) for game in arguments.games for seed in SEEDS]
    print(f"{len(work)} sessions; about {len(work) * SECONDS / 60:.0f} minutes", file=sys.stderr)
    sessions: list[ReplayedSession] = []
    for done, (game, seed) in enumerate(work):
        started = time.perf_counter()
        sessions += replayed(game, seed)
        took = time.perf_counter() - started
        if sys.stderr.isatty():
            print(f"{game}/{seed}; about {took * (len(work) - done - 1):.0f} s left", file=sys.stderr)
    command = f"python benchmarks/studies/policies/_replay_sessions.py --out {arguments.out}"
    record = record_of(sessions, begun=begun, command=command, digest=digest, root=ROOT)
    records.save(record, arguments.out)


def replayed(game: str, seed: int) -> list[ReplayedSession]:
    """Return what caches of both kinds do with a session."""
    about = _sessions.GAMES[game]
    return [
        compare_policies(
            Session(trace, game, about.title, about.description, _sessions.is_held_out(game, seed)),
            sizes_of(trace),
            ttls=TTLS,
        )
        for trace in _sessions.recorded(game, seed)
    ]


if __name__ == "__main__":
    main()
