"""An answer that is being checked: its files in a folder of their own, and its code as it runs."""

import contextlib
import importlib
import io
import os
import sys
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NoReturn, TypeVar

from unitdocs.units import ACTIVE_SYSTEM_VARIABLE

MOST_PRINTED: Final = 20_000
"""Characters of what code prints that are kept."""
_NUMPY: Final = "UNITDOCS_NUMPY"

Value = TypeVar("Value")


class Mistaken(Exception):  # noqa: N818 -- it is an answer to the reader, not a fault of the program
    """An answer is not right.

    Args:
        found: what is so, in one sentence.
        mistake: the name of the typical mistake that explains it; empty if none does.
    """

    def __init__(self, found: str, mistake: str = "") -> None:
        super().__init__(found)
        self.found = found
        self.mistake = mistake


class CodeFailed(Exception):  # noqa: N818 -- the same
    """The reader's code raised an error, or is no Python.

    Args:
        place: file and line, such as `button.py:4`.
        error: what was raised.
    """

    def __init__(self, place: str, error: BaseException) -> None:
        self.place = place
        self.error = error
        text = str(error) if not isinstance(error, SyntaxError) else error.msg
        super().__init__(f"{place}: {type(error).__name__}: {text}" if text else f"{place}: {type(error).__name__}")


@dataclass(frozen=True)
class Ran:
    """What code left behind.

    Args:
        file: its file.
        names: its names with their values.
        printed: what it printed.
    """

    file: str
    names: Mapping[str, Any]
    printed: str

    def take(self, name: str, kind: type[Value]) -> Value:
        """Return the value of a name.

        Raises:
            Mistaken: there is no such name, or its value is of another type.
        """
        if name not in self.names:
            raise Mistaken(f"{self.file} has no name `{name}`; give it one, as the form does")
        value = self.names[name]
        if not isinstance(value, kind):
            raise Mistaken(f"`{name}` is of the type {type(value).__name__}, not {kind.__name__}")
        return value


@dataclass
class Attempt:
    """An answer in a folder of its own, which is the current one.

    Args:
        files: the texts of the answer, by name.
        printed: what its code has printed so far.
    """

    files: Mapping[str, str]
    printed: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        """Return the text of a file.

        Raises:
            Mistaken: the answer has no such file, or it is empty.
        """
        text = self.files.get(name, "")
        if not text.strip():
            raise Mistaken(f"{name} is missing or empty; the task says what belongs into it")
        return text

    def run(self, name: str, *, system: str = "") -> Ran:
        """Run a file as a program, and return what it left behind.

        Args:
            name: the file.
            system: the unit system that is active meanwhile (default: as for any program).

        Raises:
            Mistaken: there is no such file.
            CodeFailed: the code raises an error.
        """
        text = self.text(name)
        output = io.StringIO()
        names: dict[str, Any] = {"__name__": "__main__", "__file__": name}
        try:
            with _active(system), _imports_from(Path(name).parent.resolve()), _into(output):
                exec(compile(text, name, "exec"), names)  # noqa: S102 -- the reader's own code, as `python FILE` runs it
        except SystemExit as ended:
            if ended.code not in (None, 0):
                self.fail(ended, name)
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is the reader's to see
            self.fail(error, name)
        finally:
            self.printed.append(output.getvalue())
        return Ran(name, names, output.getvalue())

    def fail(self, error: BaseException, name: str) -> NoReturn:
        """Raise an error of the reader's code, with its place in the answer's files.

        Raises:
            CodeFailed: always.
        """
        place = name
        if isinstance(error, SyntaxError) and error.filename in self.files:
            place = f"{error.filename}:{error.lineno}"
        for frame in traceback.extract_tb(error.__traceback__):
            file, folder = Path(frame.filename), Path.cwd().resolve()
            name = (file.relative_to(folder) if file.is_relative_to(folder) else file).as_posix()
            if name in self.files:
                place = f"{name}:{frame.lineno}"
        raise CodeFailed(place, error) from error

    def active(self, system: str) -> contextlib.AbstractContextManager[None]:
        """Make a unit system the active one for a while."""
        return _active(system)

    @contextlib.contextmanager
    def calling(self, name: str) -> Iterator[None]:
        """Keep what a function of the reader's prints, and give its errors their place.

        Args:
            name: the file that the function is in.

        Raises:
            CodeFailed: the function raises an error.
        """
        output = io.StringIO()
        try:
            with _into(output):
                yield
        except (Mistaken, CodeFailed):
            raise
        except Exception as error:  # noqa: BLE001 -- as above
            self.fail(error, name)
        finally:
            self.printed.append(output.getvalue())


@contextlib.contextmanager
def attempted(files: Mapping[str, str]) -> Iterator[Attempt]:
    """Write an answer into a folder of its own, and make that the current one for a while."""
    with TemporaryDirectory() as name, contextlib.chdir(name):
        for file, text in files.items():
            Path(file).parent.mkdir(parents=True, exist_ok=True)
            Path(file).write_text(text, encoding="utf-8")
        # A browser has no NumPy, and both places have to give the same verdict.
        before = os.environ.get(_NUMPY)
        os.environ[_NUMPY] = "off"
        try:
            yield Attempt(files)
        finally:
            _set(_NUMPY, before)


@contextlib.contextmanager
def _imports_from(folder: Path) -> Iterator[None]:
    """Import modules from a folder first, as a program in it does; they are forgotten afterwards."""
    loaded = set(sys.modules)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()  # the files are newer than what the last answer's import saw
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        for module in set(sys.modules) - loaded:
            if str(getattr(sys.modules[module], "__file__", None)).startswith(str(folder)):
                del sys.modules[module]


@contextlib.contextmanager
def _into(output: io.StringIO) -> Iterator[None]:
    """Write what code prints into a text."""
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        yield


@contextlib.contextmanager
def _active(system: str) -> Iterator[None]:
    """Make a unit system the active one for a while."""
    before = os.environ.get(ACTIVE_SYSTEM_VARIABLE)
    _set(ACTIVE_SYSTEM_VARIABLE, system or before)
    try:
        yield
    finally:
        _set(ACTIVE_SYSTEM_VARIABLE, before)


def _set(variable: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(variable, None)
    else:
        os.environ[variable] = value
