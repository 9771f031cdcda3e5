"""What a game that embeds the unit system pays for importing it."""

import json
import re
import subprocess
import sys
from typing import Any

import pytest

PROBE = """
import json, sys
before = set(sys.modules)
{statements}
roots = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(json.dumps(sorted(root for root in roots if root not in sys.stdlib_module_names)))
"""


def answer_of(program: str) -> Any:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def third_party_after(statements: str) -> list[str]:
    return answer_of(PROBE.format(statements=statements))


USES_EVERYTHING = """
from dataclasses import replace
from unitdocs.units import *
scene = Scene("flat", tuple(Element(f"e{i}", width=Size("scene-width", "fill")) for i in range(1_000)))
system = create_system("refactored"SETTING)
system.build(Size("pixel", 5)).resolve(Context())
prepared = system.prepare(scene)
for width in range(5): prepared.resolve(scene=Extent(800 + width, 600)).boxes()
prepared.update({1: replace(scene.elements[1], width=Size("pixel", "random"))})
prepared.resolve(scene=Extent(800, 600)).boxes()
"""


@pytest.mark.parametrize(
    ("setting", "variable"), [(", numpy=False", None), ("", "off"), (", numpy=False", "on")], ids=str
)
def test_without_numpy_nothing_imports_it(setting: str, variable: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if variable:
        monkeypatch.setenv("UNITDOCS_NUMPY", variable)
    assert third_party_after(USES_EVERYTHING.replace("SETTING", setting)) == ["unitdocs"]


@pytest.mark.parametrize("import_it", ["import unitdocs.units", "from unitdocs.units import *"])
def test_importing_the_unit_system_does_not_import_numpy(import_it: str) -> None:
    assert third_party_after(import_it) == ["unitdocs"]


@pytest.mark.parametrize("elements", [5, 20, 201, 1_000])
def test_no_frame_of_a_system_imports_a_module(elements: int) -> None:
    loaded = answer_of(f"""
import json, sys
from dataclasses import replace
from unitdocs.units import *
system = create_system("refactored")
before = set(sys.modules)
wide = {{"wide": {{"width": Size("pixel", 5)}}}}
ranges = (BreakpointRange("narrow", 0.0), BreakpointRange("wide", 1000.0))
elements = tuple(Element(f"e{{i}}", "e0" if i else None, at={{}} if i else wide) for i in range({elements}))
for scene in (Scene("plain", (Element("e0"), *elements[1:])), Scene("ranged", elements, ranges)):
    prepared = system.prepare(scene)
    def frame(width, **changes):
        prepared.update({{1: replace(scene.elements[1], **changes)}})
        prepared.resolve(scene=Extent(width, 600), viewport=Extent(width, 600)).boxes()
    for number in range(20): frame(800, content=Extent(number, 1))
    for number in range(20): frame(1200, x=Position("parent-left", "left", "x", number))
    for number in range(3): frame(1200, x=Position("pixel", "random", "x"))
    prepared.resolve(scene=Extent(1, 1), viewport=Extent(1200, 1)).array
print(json.dumps(sorted(set(sys.modules) - before)))
""")
    assert loaded == []


def test_absent_numpy_is_one_sentence_that_names_the_setting() -> None:
    message = answer_of("""
import json, sys
from unitdocs.errors import InputError
from unitdocs.units import create_system
sys.modules["numpy"] = None
create_system("original"), create_system("refactored", numpy=False)
try:
    create_system("refactored")
except InputError as error:
    print(json.dumps(str(error)))
""")
    assert message.startswith("refactored system: NumPy cannot be imported (")
    assert "numpy=False" in message
    assert "\n" not in message


def test_a_plan_needs_numpy_alone() -> None:
    used = """
from unitdocs.units import *
scene = Scene("flat", tuple(Element(f"e{i}", width=Size("scene-width", "fill")) for i in range(200)))
prepared = create_system("refactored").prepare(scene)
for _ in range(3): prepared.resolve(scene=Extent(800, 600)).x
"""
    assert third_party_after(used) == ["numpy", "unitdocs"]


STANDARD = "collections contextlib dataclasses enum functools itertools math operator os threading typing warnings"
"""The modules of the standard library that importing the unit system may load, with all that these load."""


def test_importing_loads_few_modules_of_the_standard_library() -> None:
    """What a game waits for is mainly how much is loaded; each name more in this list is a decision."""
    loaded = answer_of(f"""
import json, sys
import {", ".join(STANDARD.split())}
before = set(sys.modules)
import unitdocs.units
print(json.dumps(sorted(set(sys.modules) - before)))
""")
    assert [name for name in loaded if not name.startswith("unitdocs")] == []
    assert {
        "unitdocs.units.original",
        "unitdocs.units.refactored.system",
        "unitdocs.units.refactored.cache",
    }.isdisjoint(loaded)


def test_building_units_loads_nothing_more() -> None:
    loaded = answer_of("""
import json, sys
from unitdocs.units import *
before = set(sys.modules)
system = UnitSystem(validation="strict", observers=Observers(), numpy=False)
system.build(Composition("min", [Size("pixel", 5), Size("pixel", "random")])).resolve(Context())
small = Scene("small", tuple(Element(f"e{i}", width=Size("scene-width", "fill")) for i in range(20)))
system.prepare(small).resolve(scene=Extent(800, 600)).boxes()
print(json.dumps(sorted(set(sys.modules) - before)))
""")
    assert loaded == []


def test_a_plan_loads_all_that_it_ever_needs_the_first_time() -> None:
    """No later frame waits for a module, as it does where a function of NumPy imports one when it is first called."""
    loaded = answer_of("""
import json, sys
from dataclasses import replace
from unitdocs.units import *
from unitdocs.units.refactored.plan import scene_plan
import numpy
system = UnitSystem()
spec = Composition("priority", [Size("parent-width", "fill"), Size("pixel", "random")])
def scene(width):
    return Scene("row", tuple(Element(f"e{i}", "e0" if i else None, width=width) for i in range(600)))
prepared = system.prepare(scene(Size("parent-width", "fill")))
scene_plan.PARTIAL_FROM, scene_plan.PARTIAL_SHARE = 0, 1
imported = set(sys.modules)
prepared.resolve(scene=Extent(800, 600))
before = set(sys.modules)
prepared.update({1: replace(prepared.scene.elements[1], content=Extent(1, 1))})
prepared.resolve(scene=Extent(800, 600)).boxes()
assert system.statistics()["scenes resolved"]["partial"] == 1
system.prepare(scene(spec)).resolve(scene=Extent(800, 600)).array
print(json.dumps([sorted(before - imported), sorted(set(sys.modules) - before)]))
""")
    first, later = loaded
    assert first == []
    assert later == []


def test_importing_the_unit_system_takes_less_time_than_importing_numpy() -> None:
    """Both in the same process, one after the other; the best of some tries, since others may use the machine."""
    shares = []
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-X", "importtime", "-c", "import numpy, unitdocs.units"],
            capture_output=True,
            text=True,
            check=True,
        )
        times = re.findall(r"import time: +(\d+) \| +(\d+) \| +(\S+)", done.stderr)
        own = sum(int(alone) for alone, _, name in times if name.startswith("unitdocs"))
        (numpy_with_all,) = (int(together) for _, together, name in times if name == "numpy")
        shares.append(own / numpy_with_all)
    assert min(shares) < 1, "it is about two fifths"
