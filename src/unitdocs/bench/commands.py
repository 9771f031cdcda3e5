"""Whole commands as suites: what `unitdocs bench commands` measures, and the module that declares it.

Each pair of commands is a suite, whose first arm is the same in all: the control. The suite is written as a module, so
that a run of commands is resumed, repeated and compared as any other.
"""

import itertools
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from unitdocs.bench.suite import Commands, Operation, Scenario, Suite, suite
from unitdocs.bench.written_suites import write_modules
from unitdocs.errors import InputError

PLACEHOLDER = re.compile(r"\{([A-Za-z_]\w*)\}")
OPERATORS = re.compile(r"[|&;<>()]+")
"""Words of a shell's syntax, as `shlex` splits them off."""
FEWEST = 2
"""Commands that can be compared."""
MOST_SCENARIOS = 1_000

MODULE = '''"""Commands that were compared by `unitdocs bench commands`, which wrote this module."""

from unitdocs.bench.commands import CommandPair, suite_of

SUITE = suite_of(
    CommandPair(
{members}
    )
)
'''


@dataclass(frozen=True)
class CommandPair:
    """Two commands, and how they are run.

    Args:
        name: name of the suite.
        arms: names of control and treatment.
        run: the command of each, in which `{name}` is replaced by the value of a parameter.
        prepare: the command that is run before each timed run of an arm; None for nothing.
        setup: the command that is run once before a scenario's first round; None for nothing.
        parameters: values by the parameter's name; each combination is a scenario.
        in_shell: whether commands are lines of a shell, or else words that the system starts directly.
        exit_codes: the exit codes with which the commands end if all is well; empty for any.
        same_output: whether both commands have to print the same to standard output.
        cpu: whether CPU time decides, that of a command and of all that it started, or else wall time.

    Raises:
        InputError: a command cannot be split into words or needs a shell, or a parameter has no value, is not used, or
            is not given; all of them at once.
    """

    name: str
    arms: tuple[str, str]
    run: tuple[str, str]
    prepare: tuple[str | None, str | None] = (None, None)
    setup: str | None = None
    parameters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    in_shell: bool = False
    exit_codes: tuple[int, ...] = (0,)
    same_output: bool = False
    cpu: bool = False

    def __post_init__(self) -> None:
        problems = [] if self.in_shell else [problem for line in self._lines for problem in _word_problems(line)]
        problems += self._parameter_problems()
        if problems:
            raise InputError(*dict.fromkeys(problems))

    @property
    def _lines(self) -> list[str]:
        return [line for line in (*self.run, *self.prepare, self.setup) if line is not None]

    def _parameter_problems(self) -> list[str]:
        used = {name for line in self._lines for name in PLACEHOLDER.findall(line)}
        problems = [
            f"--parameter {name}: no command contains {{{name}}}" for name in self.parameters if name not in used
        ]
        problems += [f"--parameter {name}: give a value" for name, values in self.parameters.items() if not values]
        if self.parameters:
            problems += [
                f"{{{name}}}: give its values, as in --parameter {name}=1,2"
                for name in sorted(used - {*self.parameters})
            ]
        return problems

    def module(self) -> str:
        """Return the module that declares the suite."""
        members = [
            f"        {name}={value!r}," for name, value in vars(self).items() if value != _DEFAULTS.get(name, self)
        ]
        return MODULE.format(members="\n".join(members))


_DEFAULTS = {
    name: member.default_factory() if callable(member.default_factory) else member.default
    for name, member in CommandPair.__dataclass_fields__.items()
}


def pairs_of(
    commands: Sequence[str], names: Sequence[str], prepare: Sequence[str], **settings: object
) -> list[CommandPair]:
    """Return a pair for each command after the first, which is the control of all.

    Args:
        commands: the commands, two or more.
        names: a name for each; none for the commands themselves.
        prepare: what is run before each timed run: one for all commands, or one for each.
        settings: other members of the pairs.

    Raises:
        InputError: there are too few commands, two have one name, or there is another number of names or of commands to
            prepare.
    """
    problems = []
    if len(commands) < FEWEST:
        problems.append(f"expected two commands or more to compare, got {len(commands)}")
    if names and len(names) != len(commands):
        problems.append(f"--names: expected a name for each of {len(commands)} commands, got {len(names)}")
    if len(prepare) not in (0, 1, len(commands)):
        problems.append(f"--prepare: give one for all commands, or one for each of the {len(commands)}")
    arms = list(names or commands)
    if len(set(arms)) != len(arms):
        problems.append("two commands have the same name; give different --names" if names else SAME)
    if problems:
        raise InputError(*problems)
    before: list[str | None] = [*prepare] * (len(commands) if len(prepare) == 1 else 1) or [None] * len(commands)
    return [
        CommandPair(
            name="commands" if len(commands) == FEWEST else f"commands-{names[number] if names else number + 1}",
            arms=(arms[0], arms[number]),
            run=(commands[0], commands[number]),
            prepare=(before[0], before[number]),
            **settings,  # type: ignore[arg-type]
        )
        for number in range(1, len(commands))
    ]


SAME = "two commands are the same; to compare equal ones, give them --names"


def write_suites(pairs: Sequence[CommandPair], out: Path) -> list[Path]:
    """Write a module for each pair, and return the modules.

    Raises:
        InputError: they cannot be written.
    """
    return write_modules({f"commands_{number}.py": pair.module() for number, pair in enumerate(pairs, 1)}, out)


def suite_of(pair: CommandPair) -> Suite:
    """Return the suite of two commands: a scenario for each combination of the parameters' values.

    Raises:
        InputError: there are too many combinations.
    """
    combinations = [
        dict(zip(pair.parameters, values, strict=True)) for values in itertools.product(*pair.parameters.values())
    ]
    if len(combinations) > MOST_SCENARIOS:
        raise InputError(f"--parameter: {len(combinations):,} combinations; give {MOST_SCENARIOS:,} or fewer")
    return suite(
        pair.name,
        title=" and ".join(pair.arms),
        arms=pair.arms,
        scenarios=[_scenario(pair, values) for values in combinations],
        setup=_is_a_command,
    )


def _scenario(pair: CommandPair, values: Mapping[str, str]) -> Scenario:
    def filled(line: str) -> str:
        return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), line)

    def words(line: str) -> tuple[str, ...]:
        return (filled(line),) if pair.in_shell else tuple(map(filled, shlex.split(line)))

    name = "/".join(f"{parameter}={value}" for parameter, value in values.items())
    return Scenario(
        name or "run",
        title=", ".join(f"{parameter} {value}" for parameter, value in values.items()) or "One run",
        quick=True,
        waits=not pair.cpu,
        parameters=dict(values),
        commands=Commands(
            run=(words(pair.run[0]), words(pair.run[1])),
            prepare=tuple(() if line is None else words(line) for line in pair.prepare),  # type: ignore[arg-type]
            setup=() if pair.setup is None else words(pair.setup),
            in_shell=pair.in_shell,
            exit_codes=pair.exit_codes,
            same_output=pair.same_output,
        ),
    )


def _word_problems(line: str) -> list[str]:
    """Return why a line cannot be run without a shell."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    try:
        words = list(lexer)
    except ValueError as error:
        return [f"{line!r}: cannot be split into words ({str(error).lower()}); check its quotes"]
    if not words:
        return ["a command is empty; give a program"]
    operators = [word for word in words if OPERATORS.fullmatch(word)]
    return [f"{line!r}: {operators[0]!r} needs a shell; give --shell"] if operators else []


def _is_a_command(arm: str, scenario: Scenario, seed: int) -> Operation:  # noqa: ARG001 -- the setup of a suite
    raise AssertionError("commands are run by `command_pair`")
