"""What a scan changes, on small sources, and what it leaves with a reason."""

from pathlib import Path
from textwrap import dedent

import pytest

from unitdocs.migrate import Lines, Scan, scan

IMPORT = "from unitdocs.units import OriginalSystem\n"
CHANGED = [
    (
        """
        from unitdocs.units import OriginalSystem
        s = OriginalSystem()
        """,
        """
        from unitdocs.units import create_system
        s = create_system()
        """,
    ),
    (
        """
        from unitdocs.units import OriginalSystem
        s = OriginalSystem(r)
        """,
        """
        from unitdocs.units import create_system
        s = create_system(rng=r)
        """,
    ),
    (
        """
        from unitdocs.units import OriginalSystem as Engine, Size
        s = Engine(rng=r)  # ours
        """,
        """
        from unitdocs.units import create_system, Size
        s = create_system(rng=r)  # ours
        """,
    ),
    (
        """
        from unitdocs.units import OriginalSystem
        s = OriginalSystem(  # luck

            None,
        )
        """,
        """
        from unitdocs.units import create_system
        s = create_system(  # luck

            rng=None,
        )
        """,
    ),
    (
        """
        from unitdocs.units import OriginalSystem
        s = OriginalSystem(r := 1)
        """,
        """
        from unitdocs.units import create_system
        s = create_system(rng=(r := 1))
        """,
    ),
    (
        """
        import unitdocs.units.original as o
        s = o.OriginalSystem()
        u = o.SizeCalculator(spec, s.rng)
        """,
        """
        from unitdocs.units import create_system
        s = create_system()
        u = s.build(spec)
        """,
    ),
    (
        """
        import unitdocs.units.original
        s = unitdocs.units.original.OriginalSystem()
        """,
        """
        import unitdocs.units.original
        s = unitdocs.units.create_system()
        """,
    ),
    (
        """
        from unitdocs import units
        s = units.OriginalSystem()
        """,
        """
        from unitdocs import units
        s = units.create_system()
        """,
    ),
    (
        """
        from unitdocs.units import *
        s = OriginalSystem()
        """,
        """
        from unitdocs.units import *
        s = create_system()
        """,
    ),
    (
        """
        def f():
            from unitdocs.units import OriginalSystem; return OriginalSystem()
        """,
        """
        def f():
            from unitdocs.units import create_system; return create_system()
        """,
    ),
    (
        """
        from unitdocs.units import OriginalSystem, create_system
        s = [OriginalSystem(), create_system()]
        """,
        """
        from unitdocs.units import create_system
        s = [create_system(), create_system()]
        """,
    ),
    (
        """
        from unitdocs.units import Size
        from unitdocs.units.original import (
            SizeCalculator,
        )


        def f(u):
            return isinstance(u, SizeCalculator)
        """,
        """
        from unitdocs.units import Size
        from unitdocs.units import BuiltSize


        def f(u):
            return isinstance(u, BuiltSize)
        """,
    ),
    (
        """
        from unitdocs.units.original import PositionCalculator as P, SizeCalculator, DEFAULT_SIZE
        ok = isinstance(u, (P, SizeCalculator)) or isinstance(u, P | int)
        print(DEFAULT_SIZE)
        """,
        """
        from unitdocs.units import BuiltPosition, BuiltSize
        from unitdocs.units.original import DEFAULT_SIZE
        ok = isinstance(u, (BuiltPosition, BuiltSize)) or isinstance(u, BuiltPosition | int)
        print(DEFAULT_SIZE)
        """,
    ),
    (
        """
        from unitdocs.units.original import ScaleCalculator
        match u:
            case ScaleCalculator(min=None):
                pass
        """,
        """
        from unitdocs.units import BuiltScale
        match u:
            case BuiltScale(min=None):
                pass
        """,
    ),
    (
        """
        from __future__ import annotations
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from unitdocs.units.original import SizeCalculator


        def f(u: SizeCalculator, v: 'list[SizeCalculator]'): ...
        """,
        """
        from __future__ import annotations
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from unitdocs.units import BuiltSize


        def f(u: BuiltSize, v: 'list[BuiltSize]'): ...
        """,
    ),
    (
        """
        from dataclasses import dataclass, field
        from unitdocs.units import OriginalSystem
        from unitdocs.units.original import SizeCalculator


        @dataclass
        class Game:
            system: OriginalSystem = field(default_factory=OriginalSystem)

            def unit(self, spec):
                return SizeCalculator(spec, self.system.rng)
        """,
        """
        from dataclasses import dataclass, field
        from unitdocs.units import System, create_system


        @dataclass
        class Game:
            system: System = field(default_factory=create_system)

            def unit(self, spec):
                return self.system.build(spec)
        """,
    ),
    (
        """
        from unitdocs.units.original import SizeCalculator


        def f(spec, system: 'OriginalSystem'):
            return SizeCalculator(
                rng=system.rng,
                spec=spec,
            )


        from unitdocs.units import OriginalSystem
        """,
        """


        def f(spec, system: 'System'):
            return system.build(
                spec=spec,
            )


        from unitdocs.units import System
        """,
    ),
    (
        """
        from unitdocs.units.original import OriginalScene, OriginalSystem
        s = OriginalSystem()
        p = OriginalScene(scene, s)
        """,
        """
        from unitdocs.units import create_system
        s = create_system()
        p = s.prepare(scene)
        """,
    ),
    (
        """
        from unitdocs.units import create_system
        p = create_system().prepare(s)
        boxes = p.resolve()
        boxes.append(1)
        """,
        """
        from unitdocs.units import create_system
        p = create_system().prepare(s)
        boxes = list(p.resolve())
        boxes.append(1)
        """,
    ),
    (
        """
        import json
        from unitdocs.units import create_system
        p = create_system().prepare(s)
        text = json.dumps({'a': p.resolve(), 'b': [p.resolve()]})
        c = p.resolve()
        print(json.dumps(c), c)
        """,
        """
        import json
        from unitdocs.units import create_system
        p = create_system().prepare(s)
        text = json.dumps({'a': list(p.resolve()), 'b': [list(p.resolve())]})
        c = p.resolve()
        print(json.dumps(list(c)), c)
        """,
    ),
    (
        """
        class Screen:
            def draw(self, window):
                self.boxes = self.prepared.resolve(scene=window, viewport=window)
                self.boxes.sort()
                del self.boxes[0]


        import unitdocs
        """,
        """
        class Screen:
            def draw(self, window):
                self.boxes = list(self.prepared.resolve(scene=window, viewport=window))
                self.boxes.sort()
                del self.boxes[0]


        import unitdocs
        """,
    ),
]
LEFT = [
    (
        """
        from unitdocs.units import OriginalSystem
        s = OriginalSystem(*a)
        """,
        2,
        "SYSTEM",
        "with a star",
    ),
    (
        """
        from unitdocs.units import OriginalSystem
        s = OriginalSystem(1, 2)
        """,
        2,
        "SYSTEM",
        "not those of OriginalSystem",
    ),
    (
        """
        from unitdocs.units import OriginalSystem
        make = OriginalSystem
        """,
        2,
        "SYSTEM",
        "given another name",
    ),
    (
        """
        from unitdocs.units import OriginalSystem
        create_system = 1
        s = OriginalSystem()
        """,
        3,
        "SYSTEM",
        "means something else",
    ),
    (
        """
        from unitdocs.units import OriginalSystem
        ok = isinstance(s, OriginalSystem)
        """,
        2,
        "CLASS_TEST",
        "protocol System",
    ),
    (
        """
        from unitdocs.units import OriginalSystem
        ok = type(s) is OriginalSystem
        """,
        2,
        "CLASS_TEST",
        "compares a class",
    ),
    (
        """
        from unitdocs.units import OriginalSystem
        class Mine(OriginalSystem): ...
        """,
        2,
        "OWN_UNITS",
        "make it a rule",
    ),
    (
        """
        from unitdocs.units import OriginalSystem
        OriginalSystem.build = f
        """,
        2,
        "OWN_UNITS",
        "is replaced",
    ),
    (
        """
        from unitdocs.units import OriginalSystem
        b = OriginalSystem.build
        """,
        2,
        "SYSTEM",
        "used of the class",
    ),
    (
        """
        from unitdocs.units import OriginalSystem
        """,
        1,
        "NAMES",
        "does not use it",
    ),
    (
        """
        try:
            from unitdocs.units import OriginalSystem
        except ImportError:
            OriginalSystem = None
        s = OriginalSystem()
        """,
        5,
        "SYSTEM",
        "bound in several ways",
    ),
    (
        """
        from unitdocs.units import OriginalSystem
        from unitdocs.units import create_system
        both = OriginalSystem(), create_system('refactored')
        """,
        3,
        "SYSTEM",
        "asks for a system by name",
    ),
    (
        """
        from unitdocs.units.original import SizeCalculator
        u = SizeCalculator(s, r)
        """,
        2,
        "CALCULATOR",
        "no system at hand",
    ),
    (
        """
        from unitdocs.units.original import SizeCalculator
        u = SizeCalculator(s, system.rng)
        """,
        2,
        "CALCULATOR",
        "nothing here says that system",
    ),
    (
        """
        from unitdocs.units.original import SizeCalculator
        ok = issubclass(c, SizeCalculator)
        """,
        2,
        "CALCULATOR",
        "passed on",
    ),
    (
        """
        from unitdocs.units import original
        original.DEFAULT_SIZE = 3
        """,
        2,
        "CONSTANTS",
        "is changed",
    ),
    (
        """
        from unitdocs.units import original
        setattr(original, name, 3)
        """,
        2,
        "CONSTANTS",
        "has no effect",
    ),
    (
        """
        from unitdocs.units.original import DEFAULT_SIZE
        print(DEFAULT_SIZE)
        """,
        2,
        "CONSTANTS",
        "is read",
    ),
    (
        """
        from unitdocs.units.original import _divide
        print(_divide(1, 2))
        """,
        2,
        "INTERNALS",
        "internal name",
    ),
    (
        """
        from unitdocs.units.original import *
        """,
        1,
        "NAMES",
        "every name of the module",
    ),
    (
        """
        import importlib
        m = importlib.import_module('unitdocs.units.original')
        """,
        2,
        "NAMES",
        "in a text",
    ),
    (
        """
        import unitdocs
        patch('game.engine.OriginalSystem')
        """,
        2,
        "NAMES",
        "in a text",
    ),
    (
        """
        import unitdocs, pickle
        pickle.dump(1, f)
        """,
        2,
        "PICKLES",
        "belong to the system",
    ),
    (
        """
        import unitdocs
        from shelve import open
        open('saves')
        """,
        3,
        "PICKLES",
        "belong to the system",
    ),
    (
        """
        from unitdocs.units import create_system
        p = create_system().prepare(s)
        print(p.specs)
        """,
        3,
        "INTERNALS",
        ".specs",
    ),
    (
        """
        import unitdocs


        def f(boxes: 'list[units.Placed]'):
            boxes.sort()
        """,
        5,
        "RESULT",
        "changes what may be",
    ),
    (
        """
        import unitdocs
        def f(b):
            return isinstance(b, (list, set))
        f(p.resolve(scene=1))
        """,
        3,
        "LIST_TEST",
        "(from game.py:4)",
    ),
    (
        """
        import unitdocs, json
        def f(b, out):
            json.dump(b, out)
        f(p.resolve(viewport=1), o)
        """,
        3,
        "JSON",
        "(from game.py:4)",
    ),
    (
        """
        import unitdocs
        a = p.resolve(scene=1)
        same = a is before
        """,
        3,
        "RESULT",
        "use ==",
    ),
]
OTHERS = [
    """
    boxes = []
    boxes.append(1)
    boxes.sort()
    """,
    """
    import json, pickle
    json.dumps([])
    pickle.dumps(1)
    """,
    """
    import unitdocs
    ok = isinstance([], list)
    """,
    """
    import pathlib, unitdocs
    path = pathlib.Path('.').resolve(strict=True)
    path.elements.append(3)
    """,
    """
    class OriginalSystem: ...


    x = OriginalSystem()
    x.build = 3
    """,
    '''
    """Replaces OriginalSystem."""
    import unitdocs
    # OriginalSystem()
    ''',
    """
    from unitdocs.units import Size, create_system
    system = create_system()
    unit = system.build(Size('pixel', 3))
    unit.min = 3
    """,
    """
    from unitdocs.units import create_system
    p = create_system().prepare(s)
    b = sorted(p.resolve())
    b.append(3)
    c = p.resolve() + [1]
    c.sort()
    """,
    """
    from unitdocs.units.original import Size
    print(Size('pixel', 3))
    """,
    """
    class Mine:
        def resolve(self, scene): ...


    x = Mine().resolve(scene=3)
    x.append(3)
    import unitdocs
    """,
]


def text(block: str) -> str:
    """Return a block of code as a file holds it."""
    return dedent(block).removeprefix("\n")


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


@pytest.mark.parametrize(("before", "after"), CHANGED)
def test_what_is_certain_is_changed(tmp_path: Path, before: str, after: str) -> None:
    written(tmp_path, game=text(before))
    assert (tmp_path / "game.py").read_text() == text(after)


@pytest.mark.parametrize(("source", "line", "topic", "reason"), LEFT)
def test_what_is_not_certain_is_left_with_its_line_and_reason(
    tmp_path: Path, source: str, line: int, topic: str, reason: str
) -> None:
    found = written(tmp_path, game=text(source))
    assert found.changed_files == ()
    matches = [site for site in found.left if site.topic.name == topic and reason in site.reason]
    assert [site.line for site in matches] == [line], found.left


@pytest.mark.parametrize("source", OTHERS)
def test_other_code_is_neither_changed_nor_named(tmp_path: Path, source: str) -> None:
    found = written(tmp_path, game=text(source))
    assert (found.changed_files, found.left) == ((), ())
    assert found.is_done


def test_names_are_followed_through_other_modules_of_the_tree(tmp_path: Path) -> None:
    found = written(
        tmp_path,
        api="from unitdocs.units.original import *\nfrom unitdocs.units.original import SizeCalculator as Sized\n",
        game__engine="from api import OriginalSystem as Engine\nsystem = Engine()\n",
        game__use=(
            "import api\nfrom game import engine\nu = api.Sized(1, engine.system.rng)\nisinstance(u, api.Sized)\n"
        ),
    )
    assert (tmp_path / "game" / "engine.py").read_text() == (
        "from unitdocs.units import create_system\nsystem = create_system()\n"
    )
    assert (tmp_path / "game" / "use.py").read_text() == (
        "from unitdocs.units import BuiltSize\nimport api\nfrom game import engine\n"
        "u = engine.system.build(1)\nisinstance(u, BuiltSize)\n"
    )
    assert {site.file for site in found.left} == {"api.py"}


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
