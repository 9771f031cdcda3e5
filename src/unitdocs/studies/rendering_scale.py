"""The record of how long rendering takes, and how much memory, with many records of many cases."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from unitdocs.records.schema import Environment, Frozen
from unitdocs.studies.page_loading import TargetMeasure


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
    measures: Annotated[tuple[TargetMeasure, ...], Field(min_length=1)]
