"""The record of several tools on the same known work, and the rates of their verdicts.

A tool's trial is what its user would do to compare two versions, with the tool's own rule for calling them different.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from unitdocs.records.schema import Environment, Frozen
from unitdocs.studies.selfcheck import Fraction

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "tool", "version", "rule", "slowdown", "trials",
    "different", "different_share", "different_low", "different_high",
    "slower", "slower_share", "slower_low", "slower_high",
    "faster", "faster_share", "faster_low", "faster_high", "median_seconds",
)  # fmt: skip


class ToolVerdict(StrEnum):
    """A tool's verdict on the second version, compared with the first."""

    SLOWER = "slower"
    FASTER = "faster"
    NOT_DIFFERENT = "not different"


class Tool(Frozen):
    """A tool, as it was used.

    Args:
        name: its name, with the options it was run with.
        rule: when it calls two versions different, as a clause.
    """

    name: str
    version: str
    rule: str


class ToolTrial(Frozen):
    """One comparison of two versions by one tool, from its start to its verdict.

    Args:
        tool: name of the tool.
        operation: name of the operation.
        slowdown: how much more work the second version did, as a share; 0 for equal code.
        repeat: its number among the tool's trials of this slowdown, from 0.
        ratio: second version over first, as the tool measured it.
        seconds: how long it took.
        load: one-minute load average before it; None where the system has none.
    """

    tool: str
    operation: str
    slowdown: Fraction
    repeat: int
    called: ToolVerdict
    ratio: Annotated[float, Field(gt=0)]
    seconds: float
    load: float | None = None


class ToolComparison(Frozen):
    """Tools on the same work in one session on one machine.

    Args:
        finished: when it ended; None while it is running, and where it was stopped.
        repeats: planned trials of each slowdown, by tool.
        command: the command that made it.
    """

    format_version: Literal[1] = 1
    id: str
    created: datetime
    finished: datetime | None = None
    seed: int
    slowdowns: tuple[Fraction, ...]
    repeats: Mapping[str, int]
    command: str
    environment: Environment
    tools: tuple[Tool, ...]
    trials: tuple[ToolTrial, ...] = ()


class SideBySide(ToolComparison):
    """Tools that measure a function."""

    format: Literal["unitdocs-side-by-side"] = "unitdocs-side-by-side"


class WholeCommands(ToolComparison):
    """Tools that measure whole commands."""

    format: Literal["unitdocs-whole-commands"] = "unitdocs-whole-commands"


def tool_rates(record: ToolComparison) -> "pd.DataFrame":
    """Return one row for each tool and slowdown that has trials, in the record's order of tools and slowdowns.

    | column | meaning |
    | --- | --- |
    | `tool`, `version`, `rule` | the tool, and when it calls two versions different |
    | `slowdown` | how much more work the second version did, as a share; 0 for equal code |
    | `trials` | number of comparisons |
    | `different` | how many were called different, in either direction |
    | `different_share`, `different_low`, `different_high` | their share, and its 95 % interval (Clopper and Pearson) |
    | `slower`, `slower_share`, `slower_low`, `slower_high` | the same for those called slower |
    | `faster`, `faster_share`, `faster_low`, `faster_high` | the same for those called faster |
    | `median_seconds` | median duration of a comparison |
    """
    import pandas as pd  # noqa: PLC0415 -- slow to load

    groups = {
        (tool, slowdown): [trial for trial in record.trials if (trial.tool, trial.slowdown) == (tool.name, slowdown)]
        for tool in record.tools
        for slowdown in record.slowdowns
    }
    rows = [_row(tool, slowdown, trials) for (tool, slowdown), trials in groups.items() if trials]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(tool: Tool, slowdown: float, trials: Sequence[ToolTrial]) -> dict[str, object]:
    import numpy as np  # noqa: PLC0415 -- slow to load

    from unitdocs.stats import share_of  # noqa: PLC0415 -- the same

    slower, faster = (
        sum(trial.called is verdict for trial in trials) for verdict in (ToolVerdict.SLOWER, ToolVerdict.FASTER)
    )
    counts = {"different": slower + faster, "slower": slower, "faster": faster}
    shares = {name: share_of(count, len(trials)) for name, count in counts.items()}
    return {
        "tool": tool.name,
        "version": tool.version,
        "rule": tool.rule,
        "slowdown": slowdown,
        "trials": len(trials),
        **counts,
        **{
            f"{name}_{end}": value
            for name, share in shares.items()
            for end, value in (("share", share.share), ("low", share.low), ("high", share.high))
        },
        "median_seconds": float(np.median([trial.seconds for trial in trials])),
    }
