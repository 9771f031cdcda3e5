"""Fire every alert by its real cause, and record how long each took to reach a webhook and to resolve.

Prometheus, Alertmanager, a webhook and a game for each alert run on this machine, as in `unitdocs monitor drill`, and
end with the program. It ends with 1 if an alert failed; the record is written in any case.

Examples:
  python benchmarks/studies/monitoring/run_drill.py
  python benchmarks/studies/monitoring/run_drill.py --out benchmarks/results/monitoring-drill.json     a minute
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "scripts"))  # what makes and enters the environment

from environment import ROOT, OneSentenceParser, enter, fail

if __name__ == "__main__":
    enter("test")  # which has what a monitored game needs

from unitdocs import records
from unitdocs.cli import interrupts
from unitdocs.errors import UnitdocsError
from unitdocs.monitoring.alerts.table import ALERTS
from unitdocs.monitoring.drill.record import recorded_drill


def parse() -> argparse.Namespace:
    """Read the options."""
    parser = OneSentenceParser(
        prog="run_drill.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--out", type=Path, default=Path("build/monitoring-drill.json"), help="the record's file")
    return parser.parse_args()


def main() -> None:
    """Fire, print and write."""
    options = parse()
    command = ["python", "benchmarks/studies/monitoring/run_drill.py", *sys.argv[1:]]
    try:
        record = recorded_drill(ALERTS, print, command=command, root=ROOT)
    except UnitdocsError as error:
        fail(str(error))
    records.save(record, options.out)
    failed = [alert.name for alert in record.alerts if not alert.has_passed]
    if failed:
        sys.exit(f"not all alerts fired and resolved: {', '.join(failed)}")


if __name__ == "__main__":
    interrupts.take_over()  # so that its folder is removed whatever ends it
    try:
        main()
    except KeyboardInterrupt as stopped:
        interrupts.end(stopped)
