"""What a game that embeds the unit system pays for importing it."""

import json
import re
import subprocess
import sys
from typing import Any

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


def test_single_units_need_no_third_party_package() -> None:
    used = "from unitdocs.units import *; create_system('refactored').build(Size('pixel', 5)).resolve(Context())"
    assert third_party_after(used) == ["unitdocs"]


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
system = UnitSystem(validation="strict", observers=Observers())
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
    assert all(name.startswith("unitdocs.units.") for name in first)
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
