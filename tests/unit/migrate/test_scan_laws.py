"""Laws of a scan, over made-up modules: a second run changes nothing, and what is not changed stays byte by byte."""

import ast
import tempfile
from difflib import SequenceMatcher
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from unitdocs.migrate import Lines, scan

IMPORTS = [
    "from unitdocs.units import OriginalSystem",
    "from unitdocs.units import OriginalSystem as Engine, Size  # ours",
    "from unitdocs.units import (  # all\n    create_system,\n    OriginalSystem,  # one\n    Position,\n)",
    "from unitdocs.units import *",
    "from unitdocs.units import original, Size",
    "from unitdocs import units as u",
    "import unitdocs.units.original as o, json",
    "import unitdocs.units.original",
    "from unitdocs.units.original import SizeCalculator, PositionCalculator, DEFAULT_SIZE",
    "from unitdocs.units.original import (\n    OriginalScene,\n    SizeCalculator as Sized,\n)",
    "from unitdocs.units.original import *",
    "try:\n    from unitdocs.units import OriginalSystem\nexcept ImportError:\n    OriginalSystem = None",
    "import json, pickle; from unitdocs.units.original import ScaleCalculator",
    "create_system = None",
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from unitdocs.units import System, OriginalSystem",
]
LINES = [
    "system = OriginalSystem()",
    "system = Engine(\n    rng,  # luck\n)",
    "system: 'OriginalSystem' = o.OriginalSystem(rng=rng)",
    "system = unitdocs.units.original.OriginalSystem(registry=None)",
    "system = u.OriginalSystem(*a, **k)",
    "make = original.OriginalSystem",
    "unit = SizeCalculator(spec, system.rng)",
    "unit = Sized(rng=system.rng, spec=spec)",
    "unit = o.PositionCalculator((spec), system.rng,)",
    "unit = u.original.ScaleCalculator(spec, None)",
    "prepared = OriginalScene(scene, system)",
    "prepared = system.prepare(scene)",
    "boxes = prepared.resolve(scene=window)",
    "boxes.append(1); boxes.sort()",
    "text = json.dumps([boxes, {'a': prepared.resolve(viewport=w)}])",
    "ok = isinstance(unit, (SizeCalculator, Sized)) and isinstance(boxes, list)",
    "ok = type(system) is OriginalSystem or unit is boxes",
    "original.DEFAULT_SIZE = 3; print(DEFAULT_SIZE)",
    "def f(a: SizeCalculator, b: 'o.SizeCalculator | None' = None) -> Engine: return OriginalSystem(a)",
    "class Mine(OriginalSystem):\n    def build(self, spec):\n        return SizeCalculator(spec, self.rng)",
    "match unit:\n    case SizeCalculator(min=None): pass",
    "pickle.dumps(system); x = getattr(original, 'OriginalSystem')",
    "système = 'ä\\n'  # ünïcode\t",
    "",
    "if True:\n\tsystem = OriginalSystem()  # unitdocs: keep",
]
MODULES = st.builds(
    lambda imports, lines, end, last: end.join([*"\n".join([*imports, *lines]).split("\n")]) + (end if last else ""),
    st.lists(st.sampled_from(IMPORTS), min_size=1, max_size=4),
    st.lists(st.sampled_from(LINES), max_size=8),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(MODULES, min_size=1, max_size=2), st.booleans())
def test_a_second_run_changes_nothing_and_other_bytes_stay(modules: list[str], has_mark: bool) -> None:  # noqa: FBT001
    mark = b"\xef\xbb\xbf" if has_mark else b""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for number, text in enumerate(modules):
            (folder / f"m{number}.py").write_bytes(mark + text.encode())
        found = scan(folder, lines=Lines.AFTER_THE_CHANGES)
        for one in found.changed_files:
            assert one.content.startswith(mark)
            before, after = one.source.text, one.content.decode("utf-8-sig")
            ast.parse(after)
            assert_only_code_changes(before, after)
            one.source.path.write_bytes(one.content)
        again = scan(folder)
        assert again.changed_files == ()
        assert (again.left, again.kept) == (found.left, found.kept)


def assert_only_code_changes(before: str, after: str) -> None:
    """Check that no line goes or changes that names nothing of the unit system."""
    first, second = before.splitlines(keepends=True), after.splitlines(keepends=True)
    words = (
        "unitdocs",
        "Original",
        "Calculator",
        "Sized",
        "Engine",
        "resolve",
        "system.rng",
        "rng,",
        "boxes",
        "Position,",
    )
    for operation, start, end, _, _ in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if operation in {"replace", "delete"}:
            changed = [line for line in first[start:end] if line.strip() != ")"]  # the end of an import that goes whole
            assert all(any(word in line for word in words) for line in changed), (changed, after)
