"""What has to hold before the treatment goes to production: criteria and risks, read from `docs/decision.toml`."""

import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from unitdocs.errors import InputError

FILE = "decision.toml"


class Need(StrEnum):
    """What a check asks of the cases that it selects."""

    IMPROVED = "improved"
    """At least one case better in every suite, and none worse."""
    NONE_WORSE = "none-worse"
    """No case worse."""
    EACH = "each"
    """Every case at least `times` better, with its whole interval."""
    MEAN = "mean"
    """The geometric mean at least `times` better, taken over the near ends of the intervals."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Check(_Strict):
    """A question that a record can answer.

    Args:
        need: what is asked.
        metric: of which metric.
        suites: of which suites; empty means all.
        scenarios: of which scenarios, by shell pattern; empty means all.
        times: how many times better, for `each` and `mean`.
    """

    need: Need
    metric: str = "time"
    suites: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    times: Annotated[float, Field(gt=0)] = 1.0


class Criterion(_Strict):
    """A success criterion; without a check it counts as not measured.

    Args:
        title: the criterion; `{times}` in it stands for the factor asked for.
        check: what the record is asked.
        evidence: Markdown: where more is found, or why it is not measured.
    """

    title: str
    check: Check | None = None
    evidence: str = ""


class Risk(_Strict):
    """A risk, with what guards against it and what is still missing, both in Markdown."""

    title: str
    guards: str
    missing: str = ""
    check: Check | None = None


class Criteria(_Strict):
    """Criteria and risks, in the order shown."""

    criteria: tuple[Criterion, ...] = ()
    risks: tuple[Risk, ...] = ()


def load_criteria(docs: Path) -> Criteria:
    """Read the criteria of a site; a site without the file has none.

    Raises:
        InputError: the file is not TOML, or holds something else; every problem is named with its place.
    """
    path = docs / FILE
    if not path.is_file():
        return Criteria()
    try:
        return Criteria.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not a TOML file: {error}; correct it") from error
    except ValidationError as error:
        raise InputError(*(_problem(path, found["loc"], found["msg"]) for found in error.errors())) from error


def _problem(path: Path, location: tuple[int | str, ...], message: str) -> str:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return f"{path}: {place.lstrip('.')}: {message}; correct it"
