"""What a game that embeds the unit system pays for importing it."""

import json
import subprocess
import sys

PROBE = """
import json, sys
before = set(sys.modules)
{statements}
roots = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(json.dumps(sorted(root for root in roots if root not in sys.stdlib_module_names)))
"""


def third_party_after(statements: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(statements=statements)], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


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
