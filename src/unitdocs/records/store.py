"""Record files, which are read completely and written atomically."""

import gzip
import json
import re
import secrets
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from unitdocs.errors import InputError
from unitdocs.files import write_atomically
from unitdocs.records.schema import Frozen, RunRecord

Model = TypeVar("Model", bound=Frozen)

LARGEST_FILE = 64 * 1024 * 1024
"""Largest size of a file in bytes, of its content if it is compressed; a full record has a few megabytes."""
MOST_PARTS = 2_000_000
"""Lists, objects and quotation marks of a file at most: in memory they take many times the bytes of the file."""
MOST_MEMORY = 2 * LARGEST_FILE
"""Bytes of memory that xz data may ask for while they are unpacked; what `xz -9` writes needs half of it."""
GZIP, XZ = b"\x1f\x8b", b"\xfd7zXZ\0"
"""What compressed data begin with."""
HALF = r"\ud"
ESCAPES = re.compile(
    r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
"""An escaped backslash, a surrogate pair, or half of one, as JSON writes them."""


def new_id(created: datetime) -> str:
    """Return the id of a record that is created now, such as `20261123T100000Z-a1b2`, unlike that of any other."""
    return f"{created:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


def load(path: Path | str) -> RunRecord:
    """Read a run record from a `.json`, `.json.gz` or `.json.xz` file; what counts is its content, not its name.

    Raises:
        InputError: the file is missing, too large, not JSON or not a run record; with the place of each problem.
    """
    return load_as(RunRecord, path, "a run record")


def save(record: Frozen, path: Path | str) -> None:
    """Write a record atomically, compressed if the name ends in `.gz`.

    Raises:
        InputError: the file cannot be written.
    """
    path = Path(path)
    text = record.model_dump_json(exclude_none=True).encode()
    # No time stamp in the gzip header: the same record gives the same bytes.
    try:
        write_atomically(path, gzip.compress(text, mtime=0) if path.suffix == ".gz" else text)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror or error}); choose another path") from error


def load_as(model: type[Model], path: Path | str, what: str) -> Model:
    """Read a record of any kind.

    Args:
        model: the kind of record.
        path: the file.
        what: name of the kind in messages, with its article.

    Raises:
        InputError: as for `load`.
    """
    path = Path(path)
    data = read_json(path, what)
    _check_format(model, path, data, what)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise as_input_error(path, error) from error


def as_input_error(path: Path, error: ValidationError) -> InputError:
    """Return the error for a file that does not fit its schema, with the place of each problem."""
    return InputError(*(_sentence(path, problem["loc"], problem["msg"]) for problem in error.errors()))


def read_json(path: Path, what: str, pairs: Callable[[list[tuple[str, object]]], object] = dict) -> object:
    """Read a JSON file, compressed or not; the escape of half a surrogate pair is read as text.

    Args:
        path: the file.
        what: what the file should be in messages, with its article.
        pairs: converts the members of an object.

    Raises:
        InputError: the file is missing, too large or not JSON.
    """
    try:
        content = _content(path, what)
        return json.loads(_text(content), object_pairs_hook=pairs)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error}); give the path of {what}") from error
    except ImportError as error:
        raise InputError(
            f"{path}: is xz data, which this Python was built without ({error}); unpack it with `xz --decompress`, or "
            "use another Python"
        ) from error
    except (UnicodeDecodeError, ValueError, RecursionError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: is not a JSON file ({error}); give the path of {what}") from error


def _text(content: bytes) -> str:
    r"""Return the text of a JSON file, in which the escape of half a surrogate pair, `\ud800`, is text.

    No file can hold what such an escape means, neither a record nor a page.
    """
    text = content.decode(json.detect_encoding(content))
    return (
        ESCAPES.sub(lambda match: f"\\{match[0]}" if match["half"] else match[0], text)
        if HALF in text.lower()
        else text
    )


def _check_format(model: type[Frozen], path: Path, data: object, what: str) -> None:
    """Raise one error for a file of another kind, rather than one for each member that does not fit.

    Raises:
        InputError: the file's `format` is not that of the model.
    """
    field = model.model_fields.get("format")
    if field is None:
        return
    if not isinstance(data, dict):
        raise InputError(f"{path}: is not {what}: it holds no object; give the path of {what}")
    if data.get("format") != field.default:
        name = data.get("format")
        found = f"its format is {name[:60]!r}" if isinstance(name, str) else "it names no format of unitdocs"
        raise InputError(f"{path}: is not {what}: {found}; give the path of {what}")


def _content(path: Path, what: str) -> bytes:
    """Return the content of a file, decompressed if it is gzip or xz data."""
    # The size of a device or a pipe is unknown before it is read.
    with path.open("rb") as file:
        content = file.read(LARGEST_FILE + 1)
    text = unpacked(content) if len(content) <= LARGEST_FILE else content
    if len(text) > LARGEST_FILE:
        state = "is" if text is content else "is, unpacked,"
        raise InputError(
            f"{path}: {state} larger than {LARGEST_FILE // 1024**2} MB, the limit of {what}; give a smaller file, such "
            "as one of fewer benchmarks"
        )
    if sum(map(text.count, (b"[", b"{", b'"'))) > MOST_PARTS:
        raise InputError(
            f"{path}: holds more than {MOST_PARTS:,} lists, objects and quotation marks, the limit of {what}; give a "
            "smaller file, such as one of fewer benchmarks"
        )
    return text


def unpacked(content: bytes) -> bytes:
    """Return the content of gzip or xz data, up to one byte more than the limit; other bytes as they are.

    Raises:
        EOFError: the data end too early.
        ValueError: the data are damaged, or there is more after their end, which would be ignored.
        ImportError: this Python cannot read xz data.
    """
    unpack = _unpacker(content)
    if unpack is None:
        return content
    text, is_whole, left = unpack(content)
    if len(text) > LARGEST_FILE:
        return text
    if not is_whole:
        raise EOFError("the compressed data end too early")
    if left.strip(b"\0"):
        raise ValueError("there is a second part after the end of the compressed data")
    return text


def _unpacker(content: bytes) -> Callable[[bytes], tuple[bytes, bool, bytes]] | None:
    """Return what unpacks compressed data: to their content, whether they are complete, and what is after their end."""
    if content.startswith(GZIP):
        return _inflated
    return _unpacked_xz if content.startswith(XZ) else None


def _inflated(content: bytes) -> tuple[bytes, bool, bytes]:
    inflate = zlib.decompressobj(wbits=31)
    text = inflate.decompress(content, LARGEST_FILE + 1)
    return text, inflate.eof, inflate.unused_data


def _unpacked_xz(content: bytes) -> tuple[bytes, bool, bytes]:
    import lzma  # noqa: PLC0415 - some builds of Python lack it, and few files need it

    unpack = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MOST_MEMORY)
    try:
        text = unpack.decompress(content, LARGEST_FILE + 1)
    except lzma.LZMAError as error:
        raise ValueError(str(error)) from error
    return text, unpack.eof, unpack.unused_data


def packed(text: bytes) -> bytes:
    """Return bytes as xz data: smaller than gzip data, and slower to make.

    Raises:
        InputError: this Python was built without what writes such data.
    """
    try:
        import lzma  # noqa: PLC0415 - some builds of Python lack it, and few files need it
    except ImportError as error:
        raise InputError(f"this Python was built without xz data ({error}); use another Python") from error
    return lzma.compress(text, preset=6)


def _sentence(path: Path, location: tuple[int | str, ...], message: str) -> str:
    """Return a problem as "file: place: message", with the place as a JSON path."""
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return f"{path}: ${place}: {message[0].lower()}{message[1:]}"
