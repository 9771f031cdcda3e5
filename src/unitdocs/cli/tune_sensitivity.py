"""`unitdocs tune sensitivity`: which settings move anything, one changed at a time."""

import json
import math
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unitdocs.cli.budgets import parse_budget
from unitdocs.cli.formats import Format
from unitdocs.errors import Interrupted
from unitdocs.formatting import counted, duration, signed_change, signed_interval, size

if TYPE_CHECKING:
    from unitdocs.studies import Sensitivity, SettingEffect

COLUMNS = ("setting", "value", "work", "CPU time", "interval", "outcome", "bytes held")
SECONDS_A_CASE = 20.0
"""What a case takes at most, about: 40 rounds of half a second."""


def sensitivity(
    settings: Annotated[
        list[str] | None,
        typer.Argument(metavar="SETTING", help="Settings to change (default: all).", show_default=False),
    ] = None,
    *,
    suites: Annotated[Path, typer.Option(help="Folder of the suite that changes settings.")] = Path(
        "benchmarks/studies/sensitivity"
    ),
    budget: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="End after this time, such as 600s or 10m.", show_default=False),
    ] = None,
    seed: Annotated[int, typer.Option(help="Random seed: the order of the arms, and the input of the works.")] = 1,
    margin: Annotated[str, typer.Option(help="Differences smaller than this do not matter, e.g. 1%.")] = "1%",
    form: Annotated[Format, typer.Option("--format", help="table, json or markdown.")] = Format.TABLE,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the record to a file.", show_default=False)
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(metavar="RUN", help="Continue an interrupted run from its file.", show_default=False),
    ] = None,
) -> None:
    """Measure what each setting moves, with one changed at a time.

    Each case compares the default settings with one changed, in fresh processes, until there is a verdict. What counts
    is whether CPU time differs by more than the margin. The bytes that the caches hold afterwards are counted.

    An interrupted run is kept below build/records, and --resume continues it.

    Examples:
    unitdocs tune sensitivity layout_entries compiling

    unitdocs tune sensitivity --budget 600s --out sensitivity.json
    """
    from unitdocs import records  # noqa: PLC0415 -- only this command needs it
    from unitdocs.bench import run as bench_run  # noqa: PLC0415
    from unitdocs.bench.progress import RunProgressBar  # noqa: PLC0415
    from unitdocs.cli.margins import parse_margin  # noqa: PLC0415
    from unitdocs.tuning import sensitivity as measuring  # noqa: PLC0415

    command, root = shlex.join(["unitdocs", *sys.argv[1:]]), Path.cwd()
    share, seconds = parse_margin(margin), math.inf if budget is None else parse_budget(budget)
    plan = measuring.plan_of(suites, settings or [], seed=seed, margin=share, seconds=seconds)
    held: dict[str, list[int]] = {}
    for file, suite in plan.suites.items():
        held |= measuring.held_bytes(file, [scenario.name for scenario in suite.scenarios])
    if resume is None:
        most = min(len(plan.work) * SECONDS_A_CASE, seconds)
        typer.echo(f"{counted(len(plan.work), 'case')}; at most {duration(most)}, about", err=True)
    try:
        with RunProgressBar() as bar:
            if resume is not None:
                measured = bench_run.resume(resume, root=root, watcher=bar)
            else:
                measured, _ = bench_run.run(plan, root=root, out=Path("build/records"), command=command, watcher=bar)
    except Interrupted as stopped:
        message = str(stopped).replace("unitdocs bench resume", "unitdocs tune sensitivity --resume")
        raise Interrupted(message, stopped.number) from None
    record = measuring.record_of(measured, held, command=command, root=root)
    _print(record, form)
    if out is not None:
        records.save(record, out)


def _print(record: "Sensitivity", form: Format) -> None:
    from unitdocs.cli import flags  # noqa: PLC0415 -- as above

    if form is Format.JSON:
        typer.echo(json.dumps([effect.model_dump(mode="json") for effect in record.effects], indent=2))
        return
    flags.print_rows([COLUMNS, *map(_row, record.effects)], form)


def _row(effect: "SettingEffect") -> tuple[str, ...]:
    change, interval = "-", effect.reason
    if effect.ratio is not None and effect.low is not None and effect.high is not None:
        change, interval = signed_change(effect.ratio), signed_interval(effect.low, effect.high)
    held = f"{size(effect.default_bytes)} -> {size(effect.changed_bytes)}"
    return effect.setting, effect.value, effect.work, change, interval, effect.outcome or "no result", held
