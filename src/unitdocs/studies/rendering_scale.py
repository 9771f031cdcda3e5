"""The record of the time and memory that rendering needs with many records of many cases."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from unitdocs.records.schema import Environment, Frozen
from unitdocs.studies.page_loading import TargetMeasure


class RenderingScale(Frozen):
    """The time and memory of rendering many records.

    Args:
        records: number of records in the history that was rendered.
        cases: number of cases in each of them, and in the reference record.
        command: the command that made the record.
        measures: measures of one rendering each; their circumstances say what had been rendered before.
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
