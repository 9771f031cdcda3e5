"""What the scan keeps of a module after reading it: plain data, so that no syntax tree stays in memory."""

from dataclasses import dataclass, field
from enum import Enum, auto

from unitdocs.migrate.surface import Topic
from unitdocs.migrate.values import Value


class UseContext(Enum):
    """How a name is used."""

    CALL = auto()
    CLASS_TEST = auto()
    TYPE_COMPARISON = auto()
    ANNOTATION = auto()
    BASE = auto()
    STORE = auto()
    FACTORY = auto()
    PATCH = auto()
    VALUE = auto()


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a call.

    Args:
        keyword: its name; None for a positional one.
        star: `*` or `**` before it, or nothing.
        text: its source.
        value: where it comes from.
        start: offset of the argument, with its keyword.
        end: offset after its last byte.
        comma: offset of the comma after it; None for the last.
        is_loose: whether it needs parentheses after a keyword, as `a := b` does.
    """

    keyword: str | None
    star: str
    text: str
    value: Value
    start: int
    end: int
    comma: int | None
    is_loose: bool


@dataclass(frozen=True, slots=True)
class Use:
    """A dotted name that begins with an imported one.

    Args:
        paths: the dotted paths that it may be; more than one if the name is bound in several ways.
        text: how it is spelled.
        start: offset of its first byte.
        end: offset after its last byte.
        context: how it is used.
        bindings: the aliases that bind its first name, as (import, alias).
        arguments: those of the call, if it is called.
        within: the class around it; empty outside of one.
        is_text: whether it is part of an annotation that is written as text.
    """

    paths: tuple[str, ...]
    text: str
    start: int
    end: int
    context: UseContext
    bindings: tuple[tuple[int, int], ...]
    arguments: tuple[Argument, ...] = ()
    within: str = ""
    is_text: bool = False


@dataclass(frozen=True, slots=True)
class Alias:
    """A name of an import statement."""

    name: str
    local: str
    is_renamed: bool
    start: int
    end: int
    references: int


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """An import statement.

    Args:
        module: the absolute module that names are imported from; None for `import ...`.
        aliases: its names; none for `*`.
        start: offset of its first byte.
        end: offset after its last byte.
        module_start: offset of the module's name.
        module_end: offset after it.
        indentation: of its line; None if other statements are on the line.
        is_plain: whether it is directly in the module, so that it binds its names for all that follows.
        is_only: whether its block has no other statement.
        has_comment: whether a comment ends its line.
    """

    module: str | None
    aliases: tuple[Alias, ...]
    is_star: bool
    start: int
    end: int
    module_start: int
    module_end: int
    indentation: str | None
    is_plain: bool
    is_only: bool
    has_comment: bool


@dataclass(frozen=True, slots=True)
class FunctionFact:
    """A function: its parameters in order, without the first one of a method."""

    parameters: tuple[str, ...]
    is_method: bool


@dataclass(frozen=True, slots=True)
class ClassFact:
    """A class: its bases, and the fields that a dataclass would be created with."""

    bases: tuple[Value, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CallFact:
    """A call, for what it passes on to the parameters of a function."""

    function: Value
    arguments: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class ValueSite:
    """A place that matters if a value is the result of a prepared scene, or a prepared scene.

    Args:
        topic: what it does with the value.
        what: the operation, for the reason.
        value: the value.
        start: offset of the value.
        end: offset after the value.
        site: offset of the place.
    """

    topic: Topic
    what: str
    value: Value
    start: int
    end: int
    site: int


@dataclass(frozen=True, slots=True)
class PlainSite:
    """A place that matters whatever its values are."""

    topic: Topic
    what: str
    start: int
    end: int


@dataclass(slots=True)
class ModuleFacts:
    """What one file holds.

    Args:
        file: its path in the tree.
        module: its dotted name.
        is_package: whether it is an `__init__` file.
    """

    file: str
    module: str
    is_package: bool
    imports: list[ImportRecord] = field(default_factory=list)
    bindings: dict[str, set[str]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    own_names: set[str] = field(default_factory=set)
    own_globals: set[str] = field(default_factory=set)
    exported: set[str] = field(default_factory=set)
    functions: dict[str, FunctionFact] = field(default_factory=dict)
    classes: dict[str, ClassFact] = field(default_factory=dict)
    assignments: list[tuple[str, Value]] = field(default_factory=list)
    calls: list[CallFact] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    values: list[ValueSite] = field(default_factory=list)
    plain: list[PlainSite] = field(default_factory=list)

    @property
    def stars(self) -> list[str]:
        """The modules whose names are all imported."""
        return [record.module for record in self.imports if record.is_star and record.module]
