"""A game in another style (dataclasses, async, hints as text) is migrated by the scan and its advice."""

import os
import subprocess
import sys
from pathlib import Path

FILES = {
    "kit/__init__.py": "",
    "kit/core.py": """from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from unitdocs.units import *


@dataclass
class World:
    engine: OriginalSystem = field(default_factory=lambda: OriginalSystem(Random(5)))
    scene: "Scene | None" = None

    def unit(self, spec: "Size"):
        from unitdocs.units.original import SizeCalculator as Sized
        return Sized(spec, self.engine.rng)
""",
    "kit/views.py": """import asyncio
import json as j

import unitdocs.units.original as o
from unitdocs.units import Element, Extent, Scene, Size

from .core import World

noise = Element("b", width=Size("scene-width", "random"))
world = World(scene=Scene("s", (Element("a", width=Size("pixel", 9)), noise)))
prepared = world.engine.prepare(world.scene)


def is_size(thing: "o.SizeCalculator") -> bool:
    match thing:
        case o.SizeCalculator(min=None):
            return True
    return isinstance(thing, (o.SizeCalculator, o.ScaleCalculator))


async def frame(width: float) -> str:
    boxes = prepared.resolve(scene=Extent(width, 600))
    boxes.reverse()
    return j.dumps({"boxes": boxes})


async def main() -> None:
    for text in await asyncio.gather(frame(100), frame(200)):
        print(text)
    print(is_size(world.unit(Size("pixel", 5))), j.dumps([prepared.resolve(scene=Extent(10, 10))]))


asyncio.run(main())
""",
}


def play(folder: Path, system: str) -> str:
    environment = {**os.environ, "UNITDOCS_SYSTEM": system}
    command = [sys.executable, "-m", "kit.views"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_scan_and_its_advice_migrate_it_and_both_systems_draw_the_same(tmp_path: Path) -> None:
    (tmp_path / "kit").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    expected = play(tmp_path, "original")
    command = [sys.executable, "-m", "unitdocs.cli", "migrate", "scan", str(tmp_path), "--write"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "3 files, 8 changes written in 2 files, 1 place left" in done.stdout
    assert "write self.engine.build(spec)" in done.stdout
    core = tmp_path / "kit" / "core.py"
    by_hand = core.read_text().replace("Sized(spec, self.engine.rng)", "self.engine.build(spec)")
    core.write_text(by_hand.replace("        from unitdocs.units.original import SizeCalculator as Sized\n", ""))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "OriginalSystem" not in core.read_text()
    assert [play(tmp_path, system) for system in ("original", "refactored")] == [expected] * 2
