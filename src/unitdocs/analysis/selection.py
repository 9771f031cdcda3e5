"""What a project declares of its site, in TOML files beside its pages: read strictly, each problem with its place."""

import tomllib
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from unitdocs.analysis.case_result import CaseResult
from unitdocs.errors import InputError


class Declaration(BaseModel):
    """A value read from such a file: frozen, and without members that are not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Selection(Declaration):
    """Which cases of a record are meant.

    Args:
        metric: of which metric.
        suites: of which suites; empty means all.
        scenarios: of which scenarios, by shell pattern; empty means all.
    """

    metric: str = "time"
    suites: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()

    def of(self, cases: Iterable[CaseResult]) -> list[CaseResult]:
        """Return the cases that are meant, in their order."""
        return [case for case in cases if self._means(case)]

    def _means(self, case: CaseResult) -> bool:
        return (
            case.metric == self.metric
            and (not self.suites or case.suite in self.suites)
            and (not self.scenarios or any(fnmatchcase(case.scenario, pattern) for pattern in self.scenarios))
        )


Model = TypeVar("Model", bound=Declaration)


def load_declaration(path: Path, model: type[Model]) -> Model:
    """Read a file; where there is none, everything has its default.

    Raises:
        InputError: the file is not TOML, or holds something else; every problem is named with its place.
    """
    if not path.is_file():
        return model()
    try:
        return model.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not a TOML file: {error}; correct it") from error
    except ValidationError as error:
        raise InputError(*(_problem(path, found["loc"], found["msg"]) for found in error.errors())) from error


def _problem(path: Path, location: tuple[int | str, ...], message: str) -> str:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return f"{path}: {place.lstrip('.')}: {message}; correct it"
