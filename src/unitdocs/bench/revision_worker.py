"""One side of a round on two revisions: a process that imports one of them, and takes the steps that it is told.

Started as `python -m unitdocs.bench.revision_worker` by `unitdocs.bench.revision_pair`. The first line on standard input is the job, each
further one the name of a step; each is answered by a line. Both are JSON.
"""

import importlib.machinery
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

import unitdocs
from unitdocs.bench.answers import portable
from unitdocs.bench.job import Job
from unitdocs.bench.loading import load_suite
from unitdocs.bench.rounds import LocalArm
from unitdocs.bench.worker import end_after
from unitdocs.errors import MeasurementError, UnitdocsError

MEASURING = ("unitdocs.bench", "unitdocs.errors")
"""What is this process's own, whatever revision is measured: see `import_from`."""


def main() -> None:
    """Take steps until there are no more."""
    told, said = _pipes()
    first = told.readline()
    if not first:  # the pair ended before it began
        return
    task = json.loads(first)
    job, side = Job.from_json(task["job"]), task["side"]
    end_after(job.limit)
    assert job.revisions
    own, other = (job.revisions.roots[role] for role in (side, 1 - side))
    steps: dict[str, Callable[[], object]] = {}

    def load() -> None:
        import_from(own, other)
        arm = LocalArm(job, job.arms[side], load_suite(Path(job.path)))
        arm.load()
        steps.update(warm_up=arm.warm_up, settle=arm.settle, batch=arm.batch, play=arm.play)
        steps.update(answer=lambda: _checked(arm.answer(), own, other), count=lambda: asdict(arm.count()))

    try:
        print(_answered(load), file=said, flush=True)
        for line in told:
            print(_answered(steps[json.loads(line)]), file=said, flush=True)
    except BrokenPipeError:  # the pair was ended, so there is nobody left to work for
        os._exit(1)


def import_from(own: Sequence[str], other: Sequence[str]) -> None:
    """Have all further imports find the modules of one revision, and none of the other.

    The project that is measured may be unitdocs itself. What measures must be the same on both revisions, or the two would
    be timed with different rulers; so `unitdocs.bench` and `unitdocs.errors` are imported by now and stay, and only
    what is imported from here on comes from the revision. Since Python looks for `unitdocs.units` in the package that
    it has already, that package is pointed at the revision's folder.

    Args:
        own: the folders of the revision's modules.
        other: those of the other one. They are on the path where the project is installed so that it can be edited,
            or where it lies in the folder that the run was started in.
    """
    dropped = {os.path.realpath(root) for root in (*own, *other)}
    is_started_inside = os.path.realpath(Path.cwd()) in dropped
    sys.path[:] = [*own, *(place for place in sys.path if os.path.realpath(place) not in dropped)]
    folders = [str(folder) for root in own if (folder := Path(root, unitdocs.__name__)).is_dir()]
    if folders:
        unitdocs.__path__[:] = folders
    # The same for the programs that a suite starts.
    inherited = [place for place in [os.environ.get("PYTHONPATH")] if place]
    os.environ["PYTHONPATH"] = os.pathsep.join([*own, *inherited])
    if is_started_inside:  # `python -m` would look there first
        os.environ["PYTHONSAFEPATH"] = "1"


def strangers(own: Sequence[str], other: Sequence[str]) -> list[str]:
    """Return the modules of the project that were imported, but from elsewhere than one revision's folders.

    An installed copy may be found where the revision lacks a module, and some ways to install a project put finders of
    their own before the path: the two revisions would then run the same code without a word.
    """
    found = []
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        package = name.partition(".")[0]
        is_ours = name == unitdocs.__name__ or f"{name}.".startswith(tuple(f"{ours}." for ours in MEASURING))
        if not file or is_ours or package in sys.stdlib_module_names or not _has(package, (*own, *other)):
            continue
        if not any(Path(os.path.realpath(file)).is_relative_to(os.path.realpath(root)) for root in own):
            found.append(f"{name} ({file})")
    return found


def _has(package: str, roots: Sequence[str]) -> bool:
    """Tell whether folders hold a module or package of a name."""
    endings = importlib.machinery.all_suffixes()
    files = [f"{package}{ending}" for ending in endings] + [f"{package}/__init__{ending}" for ending in endings]
    return any(Path(root, file).is_file() for root in roots for file in files)


def _checked(answer: object, own: Sequence[str], other: Sequence[str]) -> object:
    """Return an answer for the other process, once everything that gave it is known to be this revision's."""
    found = strangers(own, other)
    if found:
        raise MeasurementError(f"imported from elsewhere than the revision's own folders: {', '.join(sorted(found))}")
    return portable(answer)


def _answered(step: Callable[[], object]) -> str:
    try:
        return json.dumps({"value": step()})
    except UnitdocsError as error:
        return json.dumps({"failure": str(error)})


def _pipes() -> tuple[TextIO, TextIO]:
    """Take standard input and output for ourselves: whatever a suite or a program of its own prints goes elsewhere."""
    told = os.fdopen(os.dup(0), encoding="utf-8")
    said = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return told, said


if __name__ == "__main__":
    main()
