"""What a scan changes, on small sources, and what it leaves with a reason."""

from pathlib import Path

import pytest

from unitdocs.migrate import Lines, Scan, scan

IMPORT = "from unitdocs.units import OriginalSystem\n"


def written(folder: Path, **files: str) -> Scan:
    """Scan a folder with these modules, make the changes, and check that a second run makes none."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.py" if name != "__init__" else folder / "__init__.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    found, after = scan(folder), scan(folder, lines=Lines.AFTER_THE_CHANGES)
    for one in found.changed_files:
        one.source.path.write_bytes(one.content)
    again = scan(folder)
    assert again.changed_files == ()
    assert (again.left, again.kept) == (after.left, after.kept)
    return found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{IMPORT}s = OriginalSystem()\n", "from unitdocs.units import create_system\ns = create_system()\n"),
        (f"{IMPORT}s = OriginalSystem(r)\n", "from unitdocs.units import create_system\ns = create_system(rng=r)\n"),
        (
            "from unitdocs.units import OriginalSystem as Engine, Size\ns = Engine(rng=r)  # ours\n",
            "from unitdocs.units import create_system, Size\ns = create_system(rng=r)  # ours\n",
        ),
        (
            f"{IMPORT}s = OriginalSystem(  # luck\n\n    None,\n)\n",
            "from unitdocs.units import create_system\ns = create_system(  # luck\n\n    rng=None,\n)\n",
        ),
        (
            f"{IMPORT}s = OriginalSystem(r := 1)\n",
            "from unitdocs.units import create_system\ns = create_system(rng=(r := 1))\n",
        ),
        (
            "import unitdocs.units.original as o\ns = o.OriginalSystem()\nu = o.SizeCalculator(spec, s.rng)\n",
            "from unitdocs.units import create_system\ns = create_system()\nu = s.build(spec)\n",
        ),
        (
            "import unitdocs.units.original\ns = unitdocs.units.original.OriginalSystem()\n",
            "import unitdocs.units.original\ns = unitdocs.units.create_system()\n",
        ),
        (
            "from unitdocs import units\ns = units.OriginalSystem()\n",
            "from unitdocs import units\ns = units.create_system()\n",
        ),
        ("from unitdocs.units import *\ns = OriginalSystem()\n", "from unitdocs.units import *\ns = create_system()\n"),
        (
            "def f():\n    from unitdocs.units import OriginalSystem; return OriginalSystem()\n",
            "def f():\n    from unitdocs.units import create_system; return create_system()\n",
        ),
        (
            "from unitdocs.units import OriginalSystem, create_system\ns = [OriginalSystem(), create_system()]\n",
            "from unitdocs.units import create_system\ns = [create_system(), create_system()]\n",
        ),
        (
            "from unitdocs.units import Size\nfrom unitdocs.units.original import (\n    SizeCalculator,\n)\n\n\ndef f(u):\n"
            "    return isinstance(u, SizeCalculator)\n",
            "from unitdocs.units import Size\nfrom unitdocs.units import BuiltSize\n\n\ndef f(u):\n"
            "    return isinstance(u, BuiltSize)\n",
        ),
        (
            "from unitdocs.units.original import PositionCalculator as P, SizeCalculator, DEFAULT_SIZE\n"
            "ok = isinstance(u, (P, SizeCalculator)) or isinstance(u, P | int)\nprint(DEFAULT_SIZE)\n",
            "from unitdocs.units import BuiltPosition, BuiltSize\nfrom unitdocs.units.original import DEFAULT_SIZE\n"
            "ok = isinstance(u, (BuiltPosition, BuiltSize)) or isinstance(u, BuiltPosition | int)\nprint(DEFAULT_SIZE)\n",
        ),
        (
            "from unitdocs.units.original import ScaleCalculator\nmatch u:\n    case ScaleCalculator(min=None):\n        pass\n",
            "from unitdocs.units import BuiltScale\nmatch u:\n    case BuiltScale(min=None):\n        pass\n",
        ),
        (
            "from __future__ import annotations\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n"
            "    from unitdocs.units.original import SizeCalculator\n\n\ndef f(u: SizeCalculator, v: 'list[SizeCalculator]'): ...\n",
            "from __future__ import annotations\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n"
            "    from unitdocs.units import BuiltSize\n\n\ndef f(u: BuiltSize, v: 'list[BuiltSize]'): ...\n",
        ),
        (
            "from dataclasses import dataclass, field\nfrom unitdocs.units import OriginalSystem\n"
            "from unitdocs.units.original import SizeCalculator\n\n\n@dataclass\nclass Game:\n"
            "    system: OriginalSystem = field(default_factory=OriginalSystem)\n\n    def unit(self, spec):\n"
            "        return SizeCalculator(spec, self.system.rng)\n",
            "from dataclasses import dataclass, field\nfrom unitdocs.units import System, create_system\n"
            "\n\n@dataclass\nclass Game:\n"
            "    system: System = field(default_factory=create_system)\n\n    def unit(self, spec):\n"
            "        return self.system.build(spec)\n",
        ),
        (
            "from unitdocs.units.original import SizeCalculator\n\n\ndef f(spec, system: 'OriginalSystem'):\n"
            "    return SizeCalculator(\n        rng=system.rng,\n        spec=spec,\n    )\n\n\nfrom unitdocs.units import OriginalSystem\n",
            "\n\ndef f(spec, system: 'System'):\n"
            "    return system.build(\n        spec=spec,\n    )\n\n\nfrom unitdocs.units import System\n",
        ),
        (
            "from unitdocs.units.original import OriginalScene, OriginalSystem\ns = OriginalSystem()\np = OriginalScene(scene, s)\n",
            "from unitdocs.units import create_system\ns = create_system()\np = s.prepare(scene)\n",
        ),
        (
            "from unitdocs.units import create_system\np = create_system().prepare(s)\nboxes = p.resolve()\nboxes.append(1)\n",
            "from unitdocs.units import create_system\np = create_system().prepare(s)\nboxes = list(p.resolve())\nboxes.append(1)\n",
        ),
        (
            "import json\nfrom unitdocs.units import create_system\np = create_system().prepare(s)\n"
            "text = json.dumps({'a': p.resolve(), 'b': [p.resolve()]})\nc = p.resolve()\nprint(json.dumps(c), c)\n",
            "import json\nfrom unitdocs.units import create_system\np = create_system().prepare(s)\n"
            "text = json.dumps({'a': list(p.resolve()), 'b': [list(p.resolve())]})\nc = p.resolve()\nprint(json.dumps(list(c)), c)\n",
        ),
        (
            "class Screen:\n    def draw(self, window):\n        self.boxes = self.prepared.resolve(scene=window, viewport=window)\n"
            "        self.boxes.sort()\n        del self.boxes[0]\n\n\nimport unitdocs\n",
            "class Screen:\n    def draw(self, window):\n        self.boxes = list(self.prepared.resolve(scene=window, viewport=window))\n"
            "        self.boxes.sort()\n        del self.boxes[0]\n\n\nimport unitdocs\n",
        ),
    ],
)
def test_what_is_certain_is_changed(tmp_path: Path, before: str, after: str) -> None:
    written(tmp_path, game=before)
    assert (tmp_path / "game.py").read_text() == after


@pytest.mark.parametrize(
    ("source", "line", "topic", "reason"),
    [
        (f"{IMPORT}s = OriginalSystem(*a)\n", 2, "SYSTEM", "with a star"),
        (f"{IMPORT}s = OriginalSystem(1, 2)\n", 2, "SYSTEM", "not those of OriginalSystem"),
        (f"{IMPORT}make = OriginalSystem\n", 2, "SYSTEM", "given another name"),
        (f"{IMPORT}create_system = 1\ns = OriginalSystem()\n", 3, "SYSTEM", "means something else"),
        (f"{IMPORT}ok = isinstance(s, OriginalSystem)\n", 2, "CLASS_TEST", "protocol System"),
        (f"{IMPORT}ok = type(s) is OriginalSystem\n", 2, "CLASS_TEST", "compares a class"),
        (f"{IMPORT}class Mine(OriginalSystem): ...\n", 2, "OWN_UNITS", "make it a rule"),
        (f"{IMPORT}OriginalSystem.build = f\n", 2, "OWN_UNITS", "is replaced"),
        (f"{IMPORT}b = OriginalSystem.build\n", 2, "SYSTEM", "used of the class"),
        (f"{IMPORT}", 1, "NAMES", "does not use it"),
        (
            f"try:\n    {IMPORT}except ImportError:\n    OriginalSystem = None\ns = OriginalSystem()\n",
            5,
            "SYSTEM",
            "bound in several ways",
        ),
        (
            f"{IMPORT}from unitdocs.units import create_system\nboth = OriginalSystem(), create_system('refactored')\n",
            3,
            "SYSTEM",
            "asks for a system by name",
        ),
        (
            "from unitdocs.units.original import SizeCalculator\nu = SizeCalculator(s, r)\n",
            2,
            "CALCULATOR",
            "no system at hand",
        ),
        (
            "from unitdocs.units.original import SizeCalculator\nu = SizeCalculator(s, system.rng)\n",
            2,
            "CALCULATOR",
            "nothing here says that system",
        ),
        (
            "from unitdocs.units.original import SizeCalculator\nok = issubclass(c, SizeCalculator)\n",
            2,
            "CALCULATOR",
            "passed on",
        ),
        ("from unitdocs.units import original\noriginal.DEFAULT_SIZE = 3\n", 2, "CONSTANTS", "is changed"),
        ("from unitdocs.units import original\nsetattr(original, name, 3)\n", 2, "CONSTANTS", "has no effect"),
        ("from unitdocs.units.original import DEFAULT_SIZE\nprint(DEFAULT_SIZE)\n", 2, "CONSTANTS", "is read"),
        ("from unitdocs.units.original import _divide\nprint(_divide(1, 2))\n", 2, "INTERNALS", "internal name"),
        ("from unitdocs.units.original import *\n", 1, "NAMES", "every name of the module"),
        ("import importlib\nm = importlib.import_module('unitdocs.units.original')\n", 2, "NAMES", "in a text"),
        ("import unitdocs\npatch('game.engine.OriginalSystem')\n", 2, "NAMES", "in a text"),
        ("import unitdocs, pickle\npickle.dump(1, f)\n", 2, "PICKLES", "belong to the system"),
        ("import unitdocs\nfrom shelve import open\nopen('saves')\n", 3, "PICKLES", "belong to the system"),
        (
            "from unitdocs.units import create_system\np = create_system().prepare(s)\nprint(p.specs)\n",
            3,
            "INTERNALS",
            ".specs",
        ),
        (
            "import unitdocs\n\n\ndef f(boxes: 'list[units.Placed]'):\n    boxes.sort()\n",
            5,
            "RESULT",
            "changes what may be",
        ),
        (
            "import unitdocs\ndef f(b):\n    return isinstance(b, (list, set))\nf(p.resolve(scene=1))\n",
            3,
            "LIST_TEST",
            "(from game.py:4)",
        ),
        (
            "import unitdocs, json\ndef f(b, out):\n    json.dump(b, out)\nf(p.resolve(viewport=1), o)\n",
            3,
            "JSON",
            "(from game.py:4)",
        ),
        ("import unitdocs\na = p.resolve(scene=1)\nsame = a is before\n", 3, "RESULT", "use =="),
    ],
)
def test_what_is_not_certain_is_left_with_its_line_and_reason(
    tmp_path: Path, source: str, line: int, topic: str, reason: str
) -> None:
    found = written(tmp_path, game=source)
    assert found.changed_files == ()
    matches = [site for site in found.left if site.topic.name == topic and reason in site.reason]
    assert [site.line for site in matches] == [line], found.left


@pytest.mark.parametrize(
    "source",
    [
        "boxes = []\nboxes.append(1)\nboxes.sort()\n",
        "import json, pickle\njson.dumps([])\npickle.dumps(1)\n",
        "import unitdocs\nok = isinstance([], list)\n",
        "import pathlib, unitdocs\npath = pathlib.Path('.').resolve(strict=True)\npath.elements.append(3)\n",
        "class OriginalSystem: ...\n\n\nx = OriginalSystem()\nx.build = 3\n",
        '"""Replaces OriginalSystem."""\nimport unitdocs\n# OriginalSystem()\n',
        "from unitdocs.units import Size, create_system\nsystem = create_system()\nunit = system.build(Size('pixel', 3))\nunit.min = 3\n",
        "from unitdocs.units import create_system\np = create_system().prepare(s)\nb = sorted(p.resolve())\nb.append(3)\nc = p.resolve() + [1]\nc.sort()\n",
        "from unitdocs.units.original import Size\nprint(Size('pixel', 3))\n",
        "class Mine:\n    def resolve(self, scene): ...\n\n\nx = Mine().resolve(scene=3)\nx.append(3)\nimport unitdocs\n",
    ],
)
def test_other_code_is_neither_changed_nor_named(tmp_path: Path, source: str) -> None:
    found = written(tmp_path, game=source)
    assert (found.changed_files, found.left) == ((), ())
    assert found.is_done


def test_names_are_followed_through_other_modules_of_the_tree(tmp_path: Path) -> None:
    found = written(
        tmp_path,
        api="from unitdocs.units.original import *\nfrom unitdocs.units.original import SizeCalculator as Sized\n",
        game__engine="from ..api import OriginalSystem as Engine\nsystem = Engine()\n",
        game__use="import api\nfrom game import engine\nu = api.Sized(spec, engine.system.rng)\nok = isinstance(u, api.Sized)\n",
    )
    assert (tmp_path / "game" / "use.py").read_text() == (
        "import api\nfrom game import engine\nu = engine.system.build(spec)\nok = isinstance(u, api.Sized)\n"
    ) or [site.file for site in found.left]
    assert {site.file for site in found.left} >= {"api.py"}


def test_a_module_that_others_import_from_keeps_its_import(tmp_path: Path) -> None:
    written(
        tmp_path,
        engine=f"{IMPORT}system = OriginalSystem()\n",
        use="from engine import OriginalSystem, system\nmake = OriginalSystem\n",
    )
    assert (tmp_path / "engine.py").read_text() == (
        "from unitdocs.units import OriginalSystem, create_system\nsystem = create_system()\n"
    )


def test_a_name_that_a_text_names_keeps_its_import(tmp_path: Path) -> None:
    written(tmp_path, game=f"{IMPORT}s = OriginalSystem()\n", test_game="patch('game.OriginalSystem')\n")
    assert "import OriginalSystem, create_system" in (tmp_path / "game.py").read_text()


def test_a_calculator_stays_where_the_system_may_do_more(tmp_path: Path) -> None:
    found = written(
        tmp_path,
        game="from unitdocs.units import OriginalSystem\nfrom unitdocs.units.original import SizeCalculator\n\n\n"
        "class Mine(OriginalSystem):\n    def build(self, spec):\n        return SizeCalculator(spec, self.rng)\n\n\n"
        "system = Mine()\nu = SizeCalculator(spec, system.rng)\n",
    )
    assert found.changed_files == ()
    assert [site.line for site in found.left] == [5, 7, 11]
    assert "a system of your own" in found.left[2].reason


def test_a_calculator_stays_where_systems_have_rules(tmp_path: Path) -> None:
    found = written(
        tmp_path,
        game="from unitdocs.units import create_system\nfrom unitdocs.units.original import SizeCalculator\n"
        "system = create_system(registry=rules)\nu = SizeCalculator(spec, system.rng)\n",
    )
    assert [(site.line, "have rules" in site.reason) for site in found.left] == [(4, True)]


def test_a_comment_keeps_a_line_and_its_words_are_the_reason(tmp_path: Path) -> None:
    found = written(
        tmp_path,
        game=f"{IMPORT}s = OriginalSystem()  # unitdocs: keep -- the tests compare with it\nt = OriginalSystem()\n",
    )
    assert [(site.line, site.reason) for site in found.kept] == [(2, "the tests compare with it")]
    assert found.left == ()
    assert (tmp_path / "game.py").read_text().splitlines()[2] == "t = create_system()"


def test_a_change_that_could_not_be_parsed_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unitdocs.migrate.deciding.CREATE", "create system")
    found = written(tmp_path, game=f"{IMPORT}s = OriginalSystem()\n")
    assert found.changed_files == ()
    assert "cannot be parsed" in found.left[0].reason
