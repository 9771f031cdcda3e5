"""Finding and loading the suites of a project."""

from collections.abc import Callable
from pathlib import Path

import pytest

from unitdocs.bench.finding import find_suites
from unitdocs.bench.loading import load_suite
from unitdocs.errors import InputError

Declare = Callable[..., Path]
SETUP = "def setup(arm, scenario, seed): return Operation(list)"


def problems(folder: Path, *names: str) -> tuple[str, ...]:
    with pytest.raises(InputError) as raised:
        find_suites(folder, names)
    return raised.value.problems


def test_suites_are_found_in_the_order_of_their_files(declare: Declare) -> None:
    files = [declare(SETUP, name=name) for name in ("beta", "alpha", "gamma")]
    found = find_suites(files[0].parent)
    assert [suite.name for suite in found.values()] == ["alpha", "beta", "gamma"]
    assert list(found) == sorted(files)


def test_named_suites_alone_are_returned(declare: Declare) -> None:
    folder = [declare(SETUP, name=name).parent for name in ("alpha", "beta", "gamma")].pop()
    assert [suite.name for suite in find_suites(folder, ["gamma", "alpha"]).values()] == ["alpha", "gamma"]


def test_a_suite_may_use_what_lies_beside_it_in_a_file_that_is_no_suite(declare: Declare) -> None:
    path = declare("from _made_for_loading import WORK\ndef setup(arm, scenario, seed): return Operation(WORK)")
    (path.parent / "_made_for_loading.py").write_text("WORK = list")
    found = load_suite(path)
    assert found.setup("old", found.scenarios[0], 1).call() == []


def test_a_suite_may_declare_dataclasses_under_postponed_annotations(declare: Declare) -> None:
    path = declare(SETUP)
    path.write_text(
        "from __future__ import annotations\nimport dataclasses\n"
        "@dataclasses.dataclass\nclass Work:\n    items: list[int]\n" + path.read_text()
    )
    assert load_suite(path).name == "suite"


def test_all_modules_that_cannot_be_loaded_are_told_at_once(declare: Declare) -> None:
    folder = declare(SETUP).parent
    bad = {
        "broken": "def setup(:",
        "empty": "",
        "missing": "import not_there_at_all",
        "other": "SUITE = 3",
        "quitting": "import sys; sys.exit('no')",
        "raising": "1 / 0",
        "wrong": "from unitdocs.bench import *\nSUITE = suite('w', title='', arms='aa', scenarios=[], setup=None)",
    }
    for name, text in bad.items():
        (folder / f"{name}.py").write_text(text)
    expected = [
        "broken.py:1: SyntaxError: invalid syntax; correct the module",
        "empty.py: SUITE: expected the result of unitdocs.bench.suite(), got NoneType",
        "missing.py:1: ModuleNotFoundError: No module named 'not_there_at_all'; correct the module",
        "other.py: SUITE: expected the result of unitdocs.bench.suite(), got int",
        "quitting.py:1: SystemExit: no; correct the module",
        "raising.py:1: ZeroDivisionError: division by zero; correct the module",
        "wrong.py: suite w: arms: expected two or more different names, got 'aa'",
        "wrong.py: suite w: scenarios: expected at least one",
        "wrong.py: suite w: setup: expected a function, got None",
    ]
    found = problems(folder)
    assert len(found) == len(expected)
    for problem, start in zip(found, expected, strict=True):
        assert problem.startswith(f"{folder}/{start}")


def test_names_that_are_none_are_told_with_those_that_are(declare: Declare) -> None:
    folder = [declare(SETUP, name=name).parent for name in ("alpha", "beta")].pop()
    assert problems(folder, "alfa", "beta", "gama") == (
        "no suite 'alfa'; give one of alpha, beta",
        "no suite 'gama'; give one of alpha, beta",
    )


def test_two_suites_of_one_name_are_refused(declare: Declare) -> None:
    path = declare(SETUP, name="alpha")
    (path.parent / "copy.py").write_text(path.read_text())
    assert problems(path.parent) == (f"{path.parent}: 2 suites have the name 'alpha'",)


def test_a_folder_that_is_missing_or_holds_none_is_told(project: Path) -> None:
    assert problems(project / "elsewhere")[0].startswith(f"{project}/elsewhere: no such folder")
    (project / "benchmarks" / "_only_helps.py").write_text("1 / 0")
    assert problems(project / "benchmarks")[0].startswith(f"{project}/benchmarks: no suites")
