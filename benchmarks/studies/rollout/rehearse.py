"""Rehearse a rollout: a fleet plays day by day with the systems that a flag gives it; each night the rollout decides.

The players really play, and their frames are measured; only the players and the days are simulated. Testers come
first, then 1, 10, 50 and 100 percent of the players. The log becomes a record, which the page Rollout progress
shows.

Examples:
  python benchmarks/studies/rollout/rehearse.py --sessions 2000
  python benchmarks/studies/rollout/rehearse.py --out benchmarks/results/rollout-run.json     some minutes
"""

from __future__ import annotations

import argparse
import dataclasses
import shlex
import shutil
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))  # what makes and enters the environment

from environment import ROOT, OneSentenceParser, enter, fail

if __name__ == "__main__":
    enter("test")  # which has what reads events

from unitdocs import records
from unitdocs.bench import environment
from unitdocs.experiment.fleet import Fleet, FleetOptions
from unitdocs.files import write_atomically
from unitdocs.flags import changing
from unitdocs.flags.flag import Flag
from unitdocs.rollout import log as logs
from unitdocs.rollout.plan import DEFAULT
from unitdocs.rollout.steering import Rollout
from unitdocs.studies import RolloutAction, RolloutRun
from unitdocs.studies.kinds import kind_of

TESTERS = 25
"""Players whose keys the flag allows."""
BEGIN = date(2026, 11, 1)
"""The first simulated day."""
FRAMES = 10
"""Frames of a session: more of them would not change what a session is, and take longer."""
ERRORS = ("margin = 0.005\nlimit = 0.01", "margin = 0.02\nlimit = 0.04")
"""The gate of errors in the plan to begin with, and here: to prove it takes weeks of some hundred sessions a day."""
TITLE = "The refactored unit system, in a simulated fleet"


def parse() -> argparse.Namespace:
    """Read the options."""
    parser = OneSentenceParser(
        prog="rehearse.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--sessions", type=int, default=10_000, help="sessions a day (10000)")
    parser.add_argument("--days", type=int, default=40, help="days after which the rehearsal ends (40)")
    parser.add_argument("--seed", type=int, default=1, help="of the players (1)")
    parser.add_argument("--harm", type=float, default=0.0, help="share by which frames are slower, such as 0.05 (0)")
    parser.add_argument("--processes", type=int, default=2, help="processes that play (2)")
    parser.add_argument("--out", type=Path, default=Path("build/rollout-run.json"), help="the record's file")
    return parser.parse_args()


def rehearsed(options: argparse.Namespace, folder: Path) -> Rollout:
    """Play and decide until the rollout ends, or its days do."""
    plan_file, flag_file = folder / "rollout.toml", folder / "flags.json"
    plan = DEFAULT.replace('source = "production"', 'source = "simulated"').replace(*ERRORS)
    write_atomically(plan_file, plan.encode())
    testers = frozenset(f"player-{number}" for number in range(TESTERS))
    changing.create(flag_file, dataclasses.replace(Flag(), allowed=testers), "rehearsal")
    moment = datetime.combine(BEGIN, datetime.min.time(), UTC)
    rollout = Rollout(plan_file, lambda: moment)
    print(logs.as_sentence(rollout.start("rehearsal"), rollout.plan()))
    fleet_options = FleetOptions(seed=options.seed, start=BEGIN, harm=options.harm, frames=FRAMES)
    with Fleet(folder / "events", flag_file, fleet_options, processes=options.processes) as fleet:
        for day in range(options.days):
            done = fleet.play_day(day, range(day * options.sessions, (day + 1) * options.sessions))
            if done.dropped:
                fail(f"{done.dropped} events were dropped; use fewer processes")
            moment += timedelta(days=1)
            look = rollout.look()
            print(f"{done.of('refactored').sessions:,} sessions; {logs.as_sentence(look, rollout.plan())}", flush=True)
            if look.action in (RolloutAction.COMPLETE, RolloutAction.KILL):
                break
    return rollout


def main() -> None:
    """Rehearse, print and write."""
    options = parse()
    created = datetime.now(UTC)
    begun, ticks = environment.describe(ROOT), environment.cpu_ticks()
    folder = Path(tempfile.mkdtemp(prefix="rehearsal-"))
    try:
        rollout = rehearsed(options, folder)
        made = RolloutRun(
            created=created,
            command=shlex.join(["python", "benchmarks/studies/rollout/rehearse.py", *sys.argv[1:]]),
            digest=kind_of("rollout_run").digest(ROOT),
            environment=environment.closed(begun, ticks),
            title=TITLE,
            plan=rollout.plan(),
            looks=tuple(look.model_copy(update={"who": logs.WATCH}) for look in rollout.log().looks),
        )
    finally:
        shutil.rmtree(folder)
    records.save(made, options.out)


if __name__ == "__main__":
    main()
