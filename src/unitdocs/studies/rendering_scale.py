"""The record of how long rendering takes, and how much memory, with many records of many cases."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from unitdocs.records.schema import Environment, Frozen
from unitdocs.records.store import load_as
from unitdocs.studies.page_loading import Measure


class RenderingScale(Frozen):
    """How rendering grows.

    Args:
        records: in the history that was rendered.
        cases: of each of them, and of the reference record.
        command: the command that made the record.
        measures: of one rendering each; their circumstances say what was there before.
    """

    format: Literal["unitdocs-rendering-scale"] = "unitdocs-rendering-scale"
    format_version: Literal[1] = 1
    created: datetime
    finished: datetime
    records: Annotated[int, Field(ge=1)]
    cases: Annotated[int, Field(ge=1)]
    command: str
    environment: Environment
    measures: Annotated[tuple[Measure, ...], Field(min_length=1)]


def load_rendering_scale(path: Path) -> RenderingScale:
    """Read a record of how long rendering takes; see `records.load` for the errors."""
    return load_as(RenderingScale, path, "a record of how long rendering takes")
