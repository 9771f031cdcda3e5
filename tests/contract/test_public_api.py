"""The public names are those of a committed list: adding, changing or removing one is a decision, and a line of a diff.

A name is public if a page of the reference describes it. The list, `public_api.txt` beside this test, has a line for
each name, its kind, parameters with their defaults, and its members. To accept a change, run

    python tests/contract/test_public_api.py

and commit the list with an entry in CHANGELOG.md. What may change in which version: docs/reference/compatibility.md.
"""

import difflib
import enum
import importlib
import inspect
import re
import types
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
LIST = Path(__file__).with_name("public_api.txt")


def described() -> list[str]:
    """Return the names that the reference describes, without modules that it only introduces."""
    pages = "\n".join(page.read_text(encoding="utf-8") for page in sorted(REFERENCE.glob("*.md")))
    blocks = re.findall(r"^::: ([\w.]+)\n((?:[ ]{4}.*\n)*)", f"{pages}\n", re.MULTILINE)
    return sorted(
        {
            name
            for name, options in blocks
            if "members: false" not in options or not isinstance(found(name), types.ModuleType)
        }
    )


def found(name: str) -> Any:
    """Import what a dotted name stands for."""
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        try:
            value: Any = importlib.import_module(".".join(parts[:count]))
        except ModuleNotFoundError:
            continue
        for part in parts[count:]:
            value = getattr(value, part)
        return value
    raise LookupError(name)


def public_api() -> list[str]:
    """Return one line for each public name and each of its members."""
    return sorted({line for name in described() for line in lines_of(name, found(name))})


def lines_of(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, types.ModuleType):
        own = getattr(value, "__all__", None) or [
            key
            for key, member in vars(value).items()
            if not key.startswith("_") and getattr(member, "__module__", None) == value.__name__
        ]
        for key in own:
            yield from lines_of(f"{name}.{key}", getattr(value, key))
    elif isinstance(value, type):
        yield from lines_of_class(name, value)
    elif callable(value) and not isinstance(value, enum.Enum):
        yield f"{name}{parameters(value)}"
    else:
        yield f"{name}: {type(value).__name__}"


def lines_of_class(name: str, kind: type) -> Iterator[str]:
    if issubclass(kind, enum.Enum):
        yield f"{name}: enumeration"
        yield from (f"{name}.{member.name} = {member.value!r}" for member in kind)
        return
    is_called = not issubclass(kind, BaseException) and not getattr(kind, "_is_protocol", False)
    yield f"class {name}{parameters(kind) if is_called else ''}"
    for base in kind.__mro__:
        if base.__module__.startswith("unitdocs"):
            if not is_called:
                yield from (f"{name}.{key}: attribute" for key in base.__annotations__ if not key.startswith("_"))
            for key, member in vars(base).items():
                if not key.startswith("_"):
                    yield from lines_of_member(f"{name}.{key}", getattr(kind, key, member), member)


def lines_of_member(name: str, value: Any, declared: Any) -> Iterator[str]:
    if isinstance(declared, property | cached_property | types.MemberDescriptorType):
        yield f"{name}: attribute"
    elif isinstance(declared, types.FunctionType | classmethod | staticmethod):
        yield f"{name}{parameters(value)}"


def parameters(value: Any) -> str:
    """Return the parameters with their defaults, as far as they read the same in every version of Python."""
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):  # made in C
        return "(...)"
    shown = []
    for parameter in signature.parameters.values():
        default = parameter.default
        if default is not parameter.empty:
            text = str(default.value) if isinstance(default, enum.Enum) else repr(default)
            default = repr(text) if isinstance(default, enum.Enum) else "..." if text.startswith("<") else text
        shown.append(parameter.replace(annotation=parameter.empty, default=_Shown(default)))
    return str(signature.replace(parameters=shown, return_annotation=signature.empty))


class _Shown:
    """A default that is written as its text."""

    def __new__(cls, text: Any) -> Any:
        return text if text is inspect.Parameter.empty else super().__new__(cls)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def test_the_public_names_are_those_of_the_committed_list() -> None:
    committed = LIST.read_text(encoding="utf-8").splitlines()
    now = public_api()
    changes = [
        line
        for line in difflib.unified_diff(committed, now, lineterm="", n=0)
        if not line.startswith(("---", "+++", "@@"))
    ]
    assert not changes, (
        "the public names changed. If that is meant, run `python tests/contract/test_public_api.py`, and say in "
        "CHANGELOG.md what changes for whom; docs/reference/compatibility.md says in which version it may change:\n"
        + "\n".join(changes)
    )


def test_a_removed_name_another_default_and_a_new_parameter_are_changes() -> None:
    def before(a: int, *, b: str = "x") -> None: ...

    def after(a: int, c: int = 3, *, b: str = "y") -> None: ...

    assert list(lines_of("f", before)) == ["f(a, *, b='x')"]
    assert list(lines_of("f", after)) == ["f(a, c=3, *, b='y')"]


def test_all_public_names_of_the_unit_system_are_in_the_list() -> None:
    from unitdocs import units  # noqa: PLC0415

    lines = LIST.read_text(encoding="utf-8")
    settings = {"ACTIVE_SYSTEM_VARIABLE", "SYSTEMS"}
    assert [name for name in units.__all__ if f"unitdocs.units.{name}" not in lines and name not in settings] == []


if __name__ == "__main__":
    LIST.write_text("\n".join(public_api()) + "\n", encoding="utf-8")
