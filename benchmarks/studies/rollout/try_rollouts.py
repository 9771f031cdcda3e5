"""Roll out to made-up players whose truth is known, again and again, and count how often the decision is right.

The plan is the one that `unitdocs rollout plan` writes. Of each truth as many rollouts are tried: both systems are
equal; the refactored one is slower, or has errors, by twice the limit; frames get slower from day to day in both arms.
The record is shown on the page How a rollout decides.

Examples:
  python benchmarks/studies/rollout/try_rollouts.py --rollouts 20
  python benchmarks/studies/rollout/try_rollouts.py --out benchmarks/results/rollout-trials.json.gz     about 20 minutes
"""

from __future__ import annotations

import argparse
import math
import shlex
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))  # what makes and enters the environment

from environment import ROOT, OneSentenceParser, enter

if __name__ == "__main__":
    enter("portal")

import tomllib
from itertools import repeat

from unitdocs import records
from unitdocs.bench import environment
from unitdocs.rollout.metric_gates import ADVANCE_LEVEL, POWER
from unitdocs.rollout.plan import DEFAULT
from unitdocs.rollout.trials import PlayerTruth, TrialEnd, try_rollout
from unitdocs.stats import fixed_sample_information
from unitdocs.studies import RolloutPlan, RolloutTrials, RolloutTruth, TriedRollout
from unitdocs.studies.kinds import kind_of

SESSIONS, DAYS = 20_000, 60
"""Sessions a day, and days until a rollout is given up."""
USUAL = {"missed frame": 0.01, "error": 0.001}
"""The shares of sessions that have an event with the original system."""
VARIATION = 0.3
TRUTHS = (
    ("equal", "both systems are equal", "complete", PlayerTruth(variation=VARIATION, shares=USUAL)),
    ("slower", "the refactored system is slower by twice the limit", "kill", PlayerTruth(1.1, VARIATION, USUAL)),
    (
        "errors",
        "the refactored system has errors in more sessions, by twice the limit",
        "kill",
        PlayerTruth(1.0, VARIATION, USUAL, {"error": 0.02}),
    ),
    (
        "trend",
        "both systems are equal, and all frames get 5 % slower each day",
        "complete",
        PlayerTruth(1.0, VARIATION, USUAL, trend=0.05),
    ),
)
"""What is true: a name, the same in words, which decision is right, and the numbers."""


def parse() -> argparse.Namespace:
    """Read the options."""
    parser = OneSentenceParser(
        prog="try_rollouts.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--rollouts", type=int, default=2_000, help="rollouts of each truth (2000)")
    parser.add_argument("--seed", type=int, default=1, help="of the random numbers (1)")
    parser.add_argument("--processes", type=int, default=2, help="processes at a time (2)")
    parser.add_argument("--out", type=Path, default=Path("build/rollout-trials.json.gz"), help="the record's file")
    return parser.parse_args()


def plan() -> RolloutPlan:
    """Return the plan that is tried."""
    members = tomllib.loads(DEFAULT)
    return RolloutPlan.model_validate({name.replace("-", "_"): value for name, value in members.items()})


def one(tried: RolloutPlan, truth: PlayerTruth, seed: int) -> TrialEnd:
    """Return how one rollout ends."""
    return try_rollout(tried, truth, sessions=SESSIONS, days=DAYS, seed=seed)


def ends(options: argparse.Namespace, place: int, truth: PlayerTruth) -> list[TrialEnd]:
    """Try rollouts of a truth, and show how far that is."""
    seeds = range(
        (options.seed * len(TRUTHS) + place) * 10**6, (options.seed * len(TRUTHS) + place) * 10**6 + options.rollouts
    )
    found: list[TrialEnd] = []
    begin = time.monotonic()
    with ProcessPoolExecutor(options.processes) as pool:
        for end in pool.map(one, repeat(plan()), repeat(truth), seeds, chunksize=4):
            found.append(end)
            if len(found) % max(1, options.rollouts // 20) == 0:
                left = (time.monotonic() - begin) / len(found) * (options.rollouts - len(found))
                print(
                    f"  {len(found):,} of {options.rollouts:,} rollouts, {left:.0f} s left", file=sys.stderr, flush=True
                )
    return found


def fixed_sample(truth: PlayerTruth, share: float) -> int:
    """Return the treated sessions with which one test proves the margin of frame time, at a stage's share."""
    margin = next(gate.margin for gate in plan().gates if gate.metric == "frame time")
    information = fixed_sample_information(math.log1p(margin), ADVANCE_LEVEL, POWER)
    relative = math.expm1(truth.variation**2)
    return math.ceil(information * relative * (1 + share / (1 - share)))


def tried(options: argparse.Namespace, place: int) -> RolloutTruth:
    """Try the rollouts of a truth, and print how they ended."""
    name, about, right, truth = TRUTHS[place]
    found = ends(options, place, truth)
    made = RolloutTruth(
        name=name,
        about=about,
        right=right,  # type: ignore[arg-type]
        ratio=truth.ratio,
        variation=truth.variation,
        sessions=SESSIONS,
        days=DAYS,
        fixed_sample=None if truth.excess else fixed_sample(truth, 0.01),
        ends=tuple(
            TriedRollout(action=end.action.value, stage=end.stage, days=end.days, treated=end.treated, gates=end.gates)  # type: ignore[arg-type]
            for end in found
        ),
    )
    counts = ", ".join(f"{action} {made.count(action)}" for action in ("complete", "kill", "hold"))
    median = statistics.median(end.treated for end in found)
    print(
        f"{name}: {counts}; median {median:,.0f} treated sessions, {statistics.median(end.days for end in found)} days"
    )
    return made


def main() -> None:
    """Try, print and write."""
    options = parse()
    created = datetime.now(UTC)
    begun, ticks = environment.describe(ROOT), environment.cpu_ticks()
    made = RolloutTrials(
        created=created,
        seed=options.seed,
        command=shlex.join(["python", "benchmarks/studies/rollout/try_rollouts.py", *sys.argv[1:]]),
        digest=kind_of("rollout_trials").digest(ROOT),
        plan=plan(),
        truths=tuple(tried(options, place) for place in range(len(TRUTHS))),
        environment=environment.closed(begun, ticks),
        finished=datetime.now(UTC),
    )
    records.save(made, options.out)


if __name__ == "__main__":
    main()
