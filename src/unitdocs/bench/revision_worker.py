"""The worker of one revision in a round on two: it imports the revision and runs the steps of the round on request.

`unitdocs.bench.revision_pair` starts it as `python -m unitdocs.bench.revision_worker`. A line on standard input is a
job, or the name of a step of the last job; each line gets one line in reply. All lines are JSON.
"""

import functools
import gc
import importlib.machinery
import json
import os
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import unitdocs
from unitdocs.bench.answers import portable
from unitdocs.bench.job import Job
from unitdocs.bench.loading import load_suite
from unitdocs.bench.memory_layout import move_objects
from unitdocs.bench.rounds import LocalArm
from unitdocs.bench.suite_errors import details_of, sentence_of
from unitdocs.bench.worker import end_after
from unitdocs.errors import InputError, MeasurementError

if TYPE_CHECKING:
    from unitdocs.bench.suite import Suite

_RIGHT: set[str] = set()
"""Names of modules whose origin was checked."""
MEASURING = ("unitdocs.bench", "unitdocs.errors")
"""Packages that come from the running unitdocs whichever revision is measured; see `import_from`."""


def main() -> None:
    """Run steps until standard input ends."""
    requests, replies = _take_over_standard_streams()
    worker, path = RevisionWorker(), ""
    try:
        for line in requests:
            request = json.loads(line)
            if isinstance(request, str):
                step = worker.steps[request]
            else:
                job, revision = Job.from_json(request["job"]), request["revision"]
                path = job.path
                step = functools.partial(worker.load, job, revision)
            print(_reply(step, path), file=replies, flush=True)
    except BrokenPipeError:  # the parent was killed
        os._exit(1)


class ForeignModulesError(MeasurementError):
    """Modules of the project were imported from outside the revision's folders."""


class RevisionWorker:
    """The arm of a revision, of one job after the other."""

    def __init__(self) -> None:
        self.steps: Mapping[str, Callable[[], object]] = {}
        self._suites: dict[Path, Suite] = {}

    def load(self, job: Job, revision: int) -> None:
        """Import the revision, if this is the first job, and set the scenario up."""
        end_after(job.limit)
        assert job.revisions
        own, other = (job.revisions.roots[role] for role in (revision, 1 - revision))
        path = Path(job.path)
        self.steps = {}
        gc.enable()  # the job before may have ended with the collector off
        if path not in self._suites:
            move_objects(random.Random(f"{job.order_seed}/{revision}/layout"))  # noqa: S311 -- an experiment's order
            import_from(own, other)
            try:
                self._suites[path] = load_suite(path)
            except InputError as error:
                raise MeasurementError(" | ".join(error.problems)) from error
        arm = LocalArm(job, job.arms[revision], self._suites[path], is_slowed=bool(revision))
        arm.load()
        self.steps = {
            "warm_up": arm.warm_up,
            "settle": arm.settle,
            "batch": arm.batch,
            "play": arm.play,
            "answer": lambda: _checked(arm.answer(), own, other),
            "count": lambda: asdict(arm.count()),
        }


def import_from(own: Sequence[str], other: Sequence[str]) -> None:
    """Make all further imports find the modules of one revision and none of the other.

    The measured project may be unitdocs itself. Both revisions must be measured by the same code, so `unitdocs.bench`
    and `unitdocs.errors`, which are imported by now, stay, and only later imports come from the revision. Python looks
    for `unitdocs.units` in the package `unitdocs` that it has already loaded, so the path of that package is set to the
    revision's folder.

    Args:
        own: the folders of the revision's modules.
        other: the folders of the other revision's modules. They are on the import path if the project is installed in
            editable mode, or if the run was started in its folder.
    """
    dropped = {os.path.realpath(root) for root in (*own, *other)}
    is_started_inside = os.path.realpath(Path.cwd()) in dropped
    sys.path[:] = [*own, *(place for place in sys.path if os.path.realpath(place) not in dropped)]
    folders = [str(folder) for root in own if (folder := Path(root, unitdocs.__name__)).is_dir()]
    if folders:
        unitdocs.__path__[:] = folders
    # Programs that a suite starts import the same modules.
    inherited = [place for place in [os.environ.get("PYTHONPATH")] if place]
    os.environ["PYTHONPATH"] = os.pathsep.join([*own, *inherited])
    if is_started_inside:  # otherwise `python -m` looks there first
        os.environ["PYTHONSAFEPATH"] = "1"


def foreign_modules(own: Sequence[str], other: Sequence[str], checked: AbstractSet[str] = frozenset()) -> list[str]:
    """Return the modules of the project that were imported from outside the revision's folders.

    If the revision lacks a module, Python may find an installed copy of it, and some installers register import finders
    that precede the path. Both revisions would then run the same code without notice.

    Args:
        own: the folders of the revision's modules.
        other: the folders of the other revision's modules.
        checked: names of modules that were found to be right before.
    """
    foreign = []
    for name, module in list(sys.modules.items()):
        if name in checked:
            continue
        file = getattr(module, "__file__", None)
        package = name.partition(".")[0]
        is_ours = name == unitdocs.__name__ or f"{name}.".startswith(tuple(f"{package}." for package in MEASURING))
        if not file or is_ours or package in sys.stdlib_module_names or not _has(package, (*own, *other)):
            continue
        if not any(Path(os.path.realpath(file)).is_relative_to(os.path.realpath(root)) for root in own):
            foreign.append(f"{name} ({file})")
    return foreign


def _has(package: str, roots: Sequence[str]) -> bool:
    """Return whether one of the folders holds a module or package of this name."""
    endings = importlib.machinery.all_suffixes()
    files = [f"{package}{ending}" for ending in endings] + [f"{package}/__init__{ending}" for ending in endings]
    return any(Path(root, file).is_file() for root in roots for file in files)


def check_origin(own: Sequence[str], other: Sequence[str]) -> None:
    """Raise an error if modules of the project were imported from outside the revision's folders.

    A process has one revision, so each module is looked at once.
    """
    foreign = foreign_modules(own, other, _RIGHT)
    if foreign:
        raise ForeignModulesError(f"imported from outside the revision's folders: {', '.join(sorted(foreign))}")
    _RIGHT.update(sys.modules)


def _checked(answer: object, own: Sequence[str], other: Sequence[str]) -> object:
    """Return an answer that can be compared in another process, after checking that only this revision produced it."""
    check_origin(own, other)
    return portable(answer)


def _reply(step: Callable[[], object], path: str) -> str:
    """Run a step, and return its value or failure as JSON."""
    try:
        return json.dumps({"value": step()})
    except MeasurementError as error:
        return json.dumps({"failure": str(error), "is_foreign": isinstance(error, ForeignModulesError)})
    except Exception as error:  # noqa: BLE001 -- whatever a project's code may raise
        return json.dumps({"failure": sentence_of(error, Path(path)), "details": details_of(error)})


def _take_over_standard_streams() -> tuple[TextIO, TextIO]:
    """Return the pipes of the parent, and redirect the standard streams, since a suite may read and print anything."""
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, replies


if __name__ == "__main__":
    main()
