"""Text that comes out of a suite: what UTF-8 cannot hold is written as an escape.

Python's text may hold halves of surrogate pairs, as in names of files that are not UTF-8. No file can hold them.
"""


def is_encodable(text: str) -> bool:
    """Return whether UTF-8 can hold a text."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def encodable(text: str) -> str:
    r"""Return a text with what UTF-8 cannot hold as an escape, such as `\udcff`."""
    return text.encode(errors="backslashreplace").decode()


def all_encodable(value: object) -> object:
    """Return a value parsed from JSON with `encodable` texts and keys."""
    match value:
        case str():
            return encodable(value)
        case list():
            return [all_encodable(item) for item in value]
        case dict():
            return {encodable(str(key)): all_encodable(member) for key, member in value.items()}
        case _:
            return value
