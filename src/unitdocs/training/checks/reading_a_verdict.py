"""Checks of the lesson Reading a verdict: the reader's functions get drawn rounds, intervals and cases."""

import math
import random
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from unitdocs.training.attempt import Attempt, CodeFailed, Mistaken

Numbers = Sequence[float]

_CLOSE: Final = 1e-9
_QUANTILE: Final = 4.032  # of Student's t at 0.995 with 5 degrees of freedom, as for six rounds
_MARGIN: Final = 0.01
_ROUNDS: Final = 6


def check_effect(attempt: Attempt) -> str:
    """Check the geometric mean of the rounds' ratios."""
    effect = _function(attempt, "effect.py", "effect")
    control, treatment = _times(random.Random(1), 0.5)  # noqa: S311 -- the same rounds each time
    result = _number(_call(attempt, "effect.py", effect, control, treatment), "effect")
    right = math.exp(_mean_log(control, treatment))
    if not _is_close(result, right):
        typical = {
            "inverted": 1 / right,
            "mean-of-ratios": statistics.mean(_ratios(control, treatment)),
            "ratio-of-sums": sum(treatment) / sum(control),
            "logarithm": math.log(right),
            "difference": right - 1,
            "seconds": statistics.mean(treatment) - statistics.mean(control),
        }
        found = f"of {_ROUNDS} drawn rounds the effect is {right:.6f}; your function returned {result:.6f}"
        raise Mistaken(found, _first(name for name, value in typical.items() if _is_close(result, value)))
    return f"Of {_ROUNDS} drawn rounds your function returned {right:.4f}, which is right."


def check_interval(attempt: Attempt) -> str:
    """Check Student's interval on logarithms."""
    interval = _function(attempt, "interval.py", "interval")
    ratios = _ratios(*_times(random.Random(2), 0.9))  # noqa: S311 -- as above
    result = _pair(_call(attempt, "interval.py", interval, ratios, _QUANTILE))
    logs = [math.log(ratio) for ratio in ratios]
    right = _ends(logs, _QUANTILE, math.exp)
    if not _are_close(result, right):
        as_they_are = _ends(ratios, _QUANTILE, float)
        root = math.sqrt(_ROUNDS)
        typical = {
            "reversed": (right[1], right[0]),
            "no-root": _ends(logs, _QUANTILE * root, math.exp),
            "divided-by-n": _ends(logs, _QUANTILE * math.sqrt((_ROUNDS - 1) / _ROUNDS), math.exp),
            "no-logarithms": as_they_are,
            "no-exponential": _ends(logs, _QUANTILE, float),
            "no-quantile": _ends(logs, 1.96, math.exp),
        }
        found = (
            f"of {_ROUNDS} drawn rounds the interval is {right[0]:.6f} to {right[1]:.6f}; your function returned "
            f"{result[0]:.6f} to {result[1]:.6f}"
        )
        raise Mistaken(found, _first(name for name, value in typical.items() if _are_close(result, value)))
    return f"Of {_ROUNDS} drawn rounds your function returned {right[0]:.4f} to {right[1]:.4f}, which is right."


WORDS: Final[Mapping[tuple[float, float], tuple[str, Mapping[str, str]]]] = {
    (0.48, 0.52): ("faster", {"slower": "directions-swapped"}),
    (1.20, 1.30): ("slower", {"faster": "directions-swapped"}),
    (0.90, 1.10): ("inconclusive", {"equivalent": "not-shown-is-not-equal"}),
    (0.995, 1.004): ("equivalent", {"inconclusive": "never-equivalent"}),
    (1.002, 1.006): ("below margin", {"slower": "margin-ignored"}),
    (0.992, 0.997): ("below margin", {"faster": "margin-ignored"}),
    (0.950, 0.995): ("faster", {"below margin": "partly-inside"}),
    (1.005, 1.050): ("slower", {"below margin": "partly-inside"}),
    (1.002, 1 + _MARGIN): ("slower", {"below margin": "end-on-margin"}),
    (0.995, 1 + _MARGIN): ("inconclusive", {"equivalent": "end-on-margin"}),
    (0.99005, 0.999): ("faster", {"below margin": "lower-end-of-margin"}),
    (0.99005, 1.001): ("inconclusive", {"equivalent": "lower-end-of-margin"}),
    (1.0, 1.2): ("inconclusive", {}),
    (0.8, 1.0): ("inconclusive", {}),
}
"""The word of an interval at a margin of 1 %, and which mistake another word is."""


def check_word(attempt: Attempt) -> str:
    """Check the word of an interval."""
    word = _function(attempt, "word.py", "word")
    for (low, high), (right, typical) in WORDS.items():
        result = _call(attempt, "word.py", word, low, high, _MARGIN)
        if result != right:
            found = f"from {low:g} to {high:g} at a margin of {_MARGIN:g} the word is `{right}`; yours is {result!r}"
            raise Mistaken(found, typical.get(str(result), ""))
    return f"{len(WORDS)} intervals have the right word."


def _case(
    name: str, direction: str, ends: tuple[float, float] | None, verdict: str | None, *, below: bool = False
) -> Any:  # noqa: ANN401 -- a case as JSON has it
    low, high = ends or (None, None)
    members = {"direction": direction, "low": low, "high": high, "verdict": verdict, "below_margin": below}
    return {"name": name, **members}


_CASES: Final = (
    _case("faster start", "lower", (0.4, 0.5), "faster"),
    _case("slower frame", "lower", (1.1, 1.2), "slower"),
    _case("slower by a hair", "lower", (1.002, 1.004), "slower", below=True),
    _case("more memory", "lower", (1.3, 1.4), "more"),
    _case("fewer hits", "higher", (0.7, 0.8), "less"),
    _case("more hits", "higher", (1.2, 1.3), "more"),
    _case("the same", "lower", (0.998, 1.001), "equivalent"),
    _case("too few rounds", "lower", (0.9, 1.3), "inconclusive"),
    _case("not measured", "higher", None, None),
)
_WORSE: Final = ["slower frame", "more memory", "fewer hits"]
_UNDECIDED: Final = ["too few rounds", "not measured"]


def check_report(attempt: Attempt) -> str:
    """Check what a report names of some cases."""
    report = _function(attempt, "report.py", "report")
    try:
        result = _call(attempt, "report.py", report, [dict(case) for case in _CASES])
    except CodeFailed as failed:
        if isinstance(failed.error, TypeError) and "NoneType" in str(failed.error):
            raise Mistaken(str(failed), "none-compared") from failed
        raise
    if not isinstance(result, dict) or not all(isinstance(result.get(name), list) for name in ("worse", "undecided")):
        raise Mistaken('report has to return {"worse": [...], "undecided": [...]} with two lists of names')
    worse, undecided = result["worse"], result["undecided"]
    if not all(isinstance(name, str) for name in (*worse, *undecided)):
        raise Mistaken("report has to return the names of the cases, not the cases themselves")
    found = f"worse is {_listed(worse)}; it has to be {_listed(_WORSE)}"
    _refuse("slower by a hair" in worse, found, "below-margin-reported")
    _refuse(worse == ["slower frame"], found, "word-of-times-only")
    _refuse("more hits" in worse or {*worse} == {*_WORSE} - {"fewer hits"}, found, "direction-ignored")
    _refuse(sorted(worse) != sorted(_WORSE), found, "")
    found = f"undecided is {_listed(undecided)}; it has to be {_listed(_UNDECIDED)}"
    _refuse("the same" in undecided, found, "equivalent-undecided")
    _refuse("too few rounds" not in undecided, found, "inconclusive-dropped")
    _refuse("not measured" not in undecided, found, "no-verdict-dropped")
    _refuse(len(undecided) != len(_UNDECIDED), found, "")
    return f"Of {len(_CASES)} cases {len(_WORSE)} are worse and {len(_UNDECIDED)} undecided."


def _refuse(is_wrong: bool, found: str, mistake: str) -> None:  # noqa: FBT001 -- as an assertion
    if is_wrong:
        raise Mistaken(found, mistake)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "empty"


def _function(attempt: Attempt, file: str, name: str) -> Callable[..., object]:
    function = attempt.run(file).take(name, object)
    if not callable(function):
        raise Mistaken(f"`{name}` is no function; keep the line that begins with def")
    return function


def _call(attempt: Attempt, file: str, function: Callable[..., object], *arguments: object) -> object:
    with attempt.calling(file):
        return function(*arguments)


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Mistaken(f"{name} returns {value!r}; it has to be a number")
    return float(value)


def _pair(value: object) -> tuple[float, float]:
    if not isinstance(value, tuple | list) or len(value) != 2:  # noqa: PLR2004 -- both ends
        raise Mistaken(f"interval returns {value!r}; it has to be two numbers, the ends")
    return _number(value[0], "interval"), _number(value[1], "interval")


def _times(generator: random.Random, factor: float) -> tuple[list[float], list[float]]:
    """Return the times of both arms in some rounds; the rounds differ more than the arms."""
    control = [0.01 * math.exp(generator.gauss(0, 0.4)) for _ in range(_ROUNDS)]
    return control, [time * factor * math.exp(generator.gauss(0, 0.2)) for time in control]


def _ratios(control: Numbers, treatment: Numbers) -> list[float]:
    return [t / c for c, t in zip(control, treatment, strict=True)]


def _mean_log(control: Numbers, treatment: Numbers) -> float:
    return statistics.mean(map(math.log, _ratios(control, treatment)))


def _ends(values: Numbers, quantile: float, back: Callable[[float], float]) -> tuple[float, float]:
    mean, half = statistics.mean(values), quantile * statistics.stdev(values) / math.sqrt(len(values))
    return back(mean - half), back(mean + half)


def _is_close(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=_CLOSE, abs_tol=_CLOSE)


def _are_close(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return _is_close(one[0], other[0]) and _is_close(one[1], other[1])


def _first(names: Iterator[str]) -> str:
    return next(names, "")
