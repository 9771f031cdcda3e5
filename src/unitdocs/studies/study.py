"""The record of a study, with whether it still describes the code."""

from dataclasses import dataclass
from typing import Generic, TypeVar

Record = TypeVar("Record")


@dataclass(frozen=True)
class Study(Generic[Record]):
    """A study's record.

    Args:
        record: the record.
        is_current: whether what it measured is unchanged; None where its kind has no digest.
    """

    record: Record
    is_current: bool | None = None
