"""Declarations of a project's site: TOML files in the folder of its pages, read strictly."""

import tomllib
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from unitdocs.analysis.case_result import MAIN_TIMES, CaseResult
from unitdocs.errors import InputError


class Declaration(BaseModel):
    """A value read from such a file: frozen; unknown members are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Selection(Declaration):
    """A selection of a record's cases.

    Args:
        metric: the metric to select (default: the time of each scenario, of one operation or of the median frame).
        suites: suites to select (default: all).
        scenarios: shell patterns of scenarios to select (default: all).
    """

    metric: str | None = None
    suites: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()

    def of(self, cases: Iterable[CaseResult]) -> list[CaseResult]:
        """Return the selected cases, in their order."""
        return [case for case in cases if self._selects(case)]

    def _selects(self, case: CaseResult) -> bool:
        return (
            case.metric in (MAIN_TIMES if self.metric is None else (self.metric,))
            and (not self.suites or case.suite in self.suites)
            and (not self.scenarios or any(fnmatchcase(case.scenario, pattern) for pattern in self.scenarios))
        )


Model = TypeVar("Model", bound=Declaration)


def load_declaration(path: Path, model: type[Model]) -> Model:
    """Read a file; a missing file gives the defaults.

    Raises:
        InputError: the file is not TOML, or a member is invalid; each problem is reported with its location.
    """
    if not path.is_file():
        return model()
    try:
        return model.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not a TOML file: {error}; correct it") from error
    except ValidationError as error:
        raise InputError(
            *(_describe_problem(path, problem["loc"], problem["msg"]) for problem in error.errors())
        ) from error


def _describe_problem(path: Path, location: tuple[int | str, ...], message: str) -> str:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return f"{path}: {place.lstrip('.')}: {message}; correct it"
