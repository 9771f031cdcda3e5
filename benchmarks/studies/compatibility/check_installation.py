"""Check the unitdocs that is installed in an environment: the program that `try_versions.py` runs there.

Both systems resolve the suites' scenes and a fixed set of units, and every number has to agree bit by bit; the flag's
buckets, the settings and shadow mode have to work. The result is printed as JSON. The environment has unitdocs and at
most NumPy, so nothing else is imported.

Example:
  game/bin/python -I benchmarks/studies/compatibility/check_installation.py --numpy 2.4.6
"""

import argparse
import csv
import importlib.util
import json
import os
import random
import sys
import tempfile
from collections.abc import Iterable, Iterator
from enum import StrEnum
from importlib import metadata
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "benchmarks"))  # the suites' scenes

import _scenes
from unitdocs.errors import InputError
from unitdocs.flags import bucket
from unitdocs.settings import load
from unitdocs.shadow import create_shadow
from unitdocs.units import (
    Box,
    Context,
    Extent,
    Placed,
    Position,
    PositionUnit,
    PositionValue,
    Scale,
    ScaleUnit,
    ScaleValue,
    Scene,
    Size,
    SizeUnit,
    SizeValue,
    create_system,
)
from unitdocs.units.comparison import Disagreement, compare_scene, compare_unit, default_sizes

SEED = 1
NUMBERS_OF_A_UNIT = 2
"""Its result, and whether it is valid."""
BUCKETS = ROOT / "docs" / "reference" / "flag-buckets.csv"
SETTINGS = 'system = "refactored"\nenvironment = "staging"\nflag-file = "flags.json"\nshadow-share = 0.5\n'
AMOUNTS = (0.0, 0.1, 50.0, 1e9)
KINDS: tuple[tuple[type[Size | Position | Scale], type[StrEnum], type[StrEnum]], ...] = (
    (Size, SizeUnit, SizeValue),
    (Position, PositionUnit, PositionValue),
    (Scale, ScaleUnit, ScaleValue),
)


class CheckError(Exception):
    """The installation does not do what it should."""


def scenes() -> list[Scene]:
    """Return every scene of the suites."""
    recorded = [_scenes.recorded_scene(path.stem) for path in sorted(_scenes.SCENES.glob("*.json"))]
    inventories = [_scenes.inventory(count, SEED) for count in (100, 1_000, 10_000)]
    return [
        *recorded,
        _scenes.settings_form(60, SEED),
        _scenes.battlefield(50),
        _scenes.screen(200, SEED),
        *inventories,
    ]


def contexts() -> list[Context]:
    """Return what units are resolved against: nothing, and a parent, a scene and a viewport of several sizes."""
    sizes = (Extent(360.0, 640.0), Extent(1280.0, 720.0), Extent(2560.0, 1440.0))
    return [
        Context(),
        *(
            Context(
                parent=Box(x=0.1, y=-7, width=size.width / 3, height=size.height / 7),
                scene=size,
                viewport=Extent(size.width - 1, size.height / 2),
                content=Extent(100.5, 33.3),
            )
            for size in sizes
        ),
    ]


def compare_scenes() -> int:
    """Return how many numbers of scenes are equal.

    Raises:
        CheckError: one differs.
    """
    numbers = 0
    for scene in scenes():
        sizes = default_sizes(scene)
        refuse(compare_scene(scene, sizes, SEED))
        numbers += len(sizes) * len(scene.elements) * len(Placed._fields)
    return numbers


def compare_units() -> int:
    """Return how many numbers of single units are equal.

    Raises:
        CheckError: one differs.
    """
    numbers, state = 0, random.Random(SEED).getstate()
    for (kind, units, values), context in product(KINDS, contexts()):
        for unit, value in product(units, (*AMOUNTS, *values)):
            try:
                spec = kind(unit, value)
            except InputError:
                continue  # a value that this unit does not allow
            refuse(compare_unit(spec, context, state, place=f"{spec}"))
            numbers += NUMBERS_OF_A_UNIT
    return numbers


def refuse(differences: Iterable[Disagreement]) -> None:
    """Stop at the first difference.

    Raises:
        CheckError: there is one.
    """
    for one in differences:
        place = " ".join(filter(None, [one.place, one.element, one.member]))
        raise CheckError(f"{place}: the original system gives {one.original!r}, the refactored one {one.refactored!r}")


def check_numpy(wanted: str | None) -> None:
    """Check that NumPy is the wanted one, or absent.

    Raises:
        CheckError: it is another one.
    """
    if wanted is None:
        if importlib.util.find_spec("numpy"):
            raise CheckError("NumPy is installed, but should not be")
        return
    installed = metadata.version("numpy")  # not imported here: that is for the refactored system to do
    if installed != wanted:
        raise CheckError(f"NumPy is {installed}, not {wanted}")


def check_buckets() -> None:
    """Check the flag's buckets by the published ones.

    Raises:
        CheckError: one differs.
    """
    with BUCKETS.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if bucket(row["salt"], row["key"]) != int(row["bucket"]):
                raise CheckError(f"flag: the bucket of {row['key']} is {bucket(row['salt'], row['key'])}")


def check_settings() -> None:
    """Check that settings are read from a file.

    Raises:
        CheckError: they are not those of the file.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "game.toml")
        file.write_text(SETTINGS, encoding="utf-8")
        settings = load(file, environ={})
    if (settings.system, settings.environment, settings.shadow_share) != ("refactored", "staging", 0.5):
        raise CheckError(f"settings: read as {settings}")


def check_shadow() -> int:
    """Return how many numbers shadow mode compared.

    Raises:
        CheckError: it found a difference, or compared nothing.
    """
    system = create_shadow(random.Random(SEED), share=1, budget=1, longest=float("inf"))
    prepared = system.prepare(_scenes.inventory(1_000, SEED))
    for width in (1280.0, 1281.0, 1280.0):
        size = Extent(width, 720.0)
        prepared.resolve(scene=size, viewport=size)
    report = system.shadow.report()
    if not report.is_clean or not report.numbers:
        raise CheckError(f"shadow mode: {report.text()}")
    return report.numbers


def check(numpy: str | None) -> int:
    """Return how many numbers were compared.

    Raises:
        CheckError: something does not work, or a number differs.
    """
    check_numpy(numpy)
    check_buckets()
    check_settings()
    numbers = compare_units() + compare_scenes() + check_shadow()
    check_use_of_numpy(is_wanted=numpy is not None)
    return numbers


def check_use_of_numpy(*, is_wanted: bool) -> None:
    """Check that the refactored system has imported NumPy, or has done without it.

    Raises:
        CheckError: it has done the other.
    """
    create_system("refactored")
    if ("numpy" in sys.modules) is not is_wanted:
        raise CheckError("the refactored system does not use NumPy" if is_wanted else "something has imported NumPy")


def results(numpy: str | None) -> Iterator[tuple[str, object]]:
    """Yield the members of the result."""
    try:
        yield "numbers", check(numpy)
    except Exception as error:  # noqa: BLE001 -- whatever an untested version does is the result
        yield "error", f"{type(error).__name__}: {error}" if not isinstance(error, CheckError) else str(error)


def main() -> None:
    """Check, and print the result."""
    parser = argparse.ArgumentParser(
        prog="check_installation.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--numpy", default="none", help="the NumPy that has to be there, or none (none)")
    numpy = parser.parse_args().numpy
    if numpy == "none":
        os.environ["UNITDOCS_NUMPY"] = "off"
    print(json.dumps(dict(results(None if numpy == "none" else numpy))))


if __name__ == "__main__":
    main()
