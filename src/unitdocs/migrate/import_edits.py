"""Changing the import statements of a module with the names that its code uses afterwards."""

from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from unitdocs.migrate.edits import Edit
from unitdocs.migrate.facts import ImportRecord, ModuleFacts, Use
from unitdocs.migrate.surface import ORIGINAL, PUBLIC


class ImportPlan:
    """What happens to the imports of one module.

    Args:
        facts: the module.
        content: its text as UTF-8.
        wanted: names of the module that other modules import from it.
    """

    def __init__(self, facts: ModuleFacts, content: bytes, wanted: AbstractSet[str]) -> None:
        self.facts, self.content = facts, content
        self.wanted = wanted | facts.exported
        self.added: dict[int, set[str]] = {}
        self.gone: Counter[tuple[int, int]] = Counter()
        self.used = Counter(binding for use in facts.uses for binding in use.bindings)

    def spelling(self, use: Use, new: str) -> str | None:
        """Return how a public name is spelled where another one was used; None if the module has no way to spell it."""
        old = use.paths[0].rpartition(".")[2]
        if use.paths[0] == f"{PUBLIC}.{old}" and use.text.endswith(f".{old}"):
            return f"{use.text.removesuffix(f'.{old}')}.{new}"
        if use.paths[0] == f"{ORIGINAL}.{old}" and use.text.endswith(f".original.{old}"):
            return f"{use.text.removesuffix(f'.original.{old}')}.{new}"
        return self._imported(use, new)

    def _imported(self, use: Use, new: str) -> str | None:
        for record in self.facts.imports:
            if record.module != PUBLIC or not record.is_plain or record.start > use.start:
                continue
            for alias in record.aliases:
                if alias.name == new and alias.local not in self.facts.own_names:
                    return alias.local
            if record.is_star and new not in self.facts.own_names:
                return new
        return new if use.bindings and self._is_free(new) else None

    def _is_free(self, name: str) -> bool:
        """Return whether a name means nothing else anywhere in the module."""
        others = [
            alias
            for record in self.facts.imports
            for alias in record.aliases
            if alias.local == name and (record.module, alias.name) != (PUBLIC, name)
        ]
        return name not in self.facts.own_names and not others

    def replace(self, use: Use, spelling: str | None = None) -> None:
        """Count a use as gone, and import the name that replaces it, if that is a name of its own."""
        if spelling is not None and "." in spelling:
            return  # the module that it is taken from is used as before
        for binding in use.bindings:
            self.gone[binding] += 1
            if spelling is not None and not self._has(use, spelling):
                self.added.setdefault(binding[0], set()).add(spelling)

    def _has(self, use: Use, spelling: str) -> bool:
        """Return whether a spelling needs no further import."""
        return any(
            record.module == PUBLIC
            and record.is_plain
            and record.start < use.start
            and (record.is_star or any(alias.local == spelling for alias in record.aliases))
            for record in self.facts.imports
        )

    def edits(self) -> Iterator[Edit]:
        """Yield the changes of the import statements."""
        for number, record in enumerate(self.facts.imports):
            removed = {i for i in range(len(record.aliases)) if self._is_removed(record, number, i)}
            added = sorted(self.added.get(number, ()))
            if removed or added:
                yield from self._statement(record, removed, added)

    def _is_removed(self, record: ImportRecord, number: int, i: int) -> bool:
        alias, gone = record.aliases[i], self.gone[number, i]
        is_path = record.module is None and not alias.is_renamed
        is_kept = (
            self.facts.is_package or alias.local in self.wanted or (alias.is_renamed and alias.name == alias.local)
        )
        return gone > 0 and gone == self.used[number, i] and alias.references <= gone and not is_path and not is_kept

    def _statement(self, record: ImportRecord, removed: set[int], added: Sequence[str]) -> Iterator[Edit]:
        names = ", ".join(added)
        if record.module == PUBLIC and not record.is_star:
            yield from self._same_module(record, removed, names)
        elif len(removed) == len(record.aliases) and removed and (names or self._can_go(record)):
            yield self._whole(record, names)
        else:
            if names:
                yield self._before(record, names)
            if len(removed) < len(record.aliases):
                yield from self._without(record, removed)

    def _same_module(self, record: ImportRecord, removed: set[int], names: str) -> Iterator[Edit]:
        """Put names where others were removed, or after the last one."""
        if not removed:
            last = record.aliases[-1]
            yield Edit(last.end, last.end, f", {names}")
        elif names:
            first = min(removed)
            yield Edit(record.aliases[first].start, record.aliases[first].end, names)
            yield from self._without(record, removed - {first})
        elif len(removed) < len(record.aliases):
            yield from self._without(record, removed)
        elif self._can_go(record):
            yield self._whole(record, "")

    def _without(self, record: ImportRecord, removed: set[int]) -> Iterator[Edit]:
        """Yield the removal of names with their commas, except where a comment would go with one."""
        kept = [i for i in range(len(record.aliases)) if i not in removed]
        if not kept:
            return
        for i in sorted(removed):
            if i < kept[-1]:
                start, end = record.aliases[i].start, record.aliases[i + 1].start
            else:
                start, end = record.aliases[i - 1].end, record.aliases[i].end
            if b"#" not in self.content[start:end]:
                yield Edit(start, end, "")

    def _can_go(self, record: ImportRecord) -> bool:
        return record.indentation is not None and not record.has_comment and b"#" not in self._text(record)

    def _whole(self, record: ImportRecord, names: str) -> Edit:
        """Return a statement that is replaced or removed as a whole."""
        if names and b"#" in self._text(record):  # only the module and the names between its comments change
            return self._before(record, names)
        if names:
            return Edit(record.start, record.end, f"from {PUBLIC} import {names}")
        if record.is_only:
            return Edit(record.start, record.end, "pass")
        end = record.end
        while self.content[end : end + 1] in {b" ", b"\t", b"\f"}:
            end += 1
        return Edit(record.start - len((record.indentation or "").encode()), end + len(self._newline(end)), "")

    def _before(self, record: ImportRecord, names: str) -> Edit:
        """Return a new statement before another one, on a line of its own where that is alone on its line."""
        statement = f"from {PUBLIC} import {names}"
        if record.indentation is None:
            return Edit(record.start, record.start, f"{statement}; ")
        newline = self._newline(record.end).decode() or "\n"
        return Edit(record.start, record.start, f"{statement}{newline}{record.indentation}")

    def _text(self, record: ImportRecord) -> bytes:
        return self.content[record.start : record.end]

    def _newline(self, position: int) -> bytes:
        """Return the next line break from a position on; nothing at the end of the text."""
        for i in range(position, len(self.content)):
            if self.content[i : i + 2] == b"\r\n":
                return b"\r\n"
            if self.content[i : i + 1] in {b"\n", b"\r"}:
                return self.content[i : i + 1]
        return b""
