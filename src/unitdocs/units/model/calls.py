"""Calls with something else than a context or a generator: one sentence instead of an AttributeError.

Nothing is checked before a calculation, which a game does thousands of times in a frame; a calculation that failed
is examined. One that reads nothing of its context, such as a number of pixels, accepts anything.
"""

from unitdocs.errors import InputError
from unitdocs.units.model.context import Context

MISUSE = (AttributeError, LookupError, TypeError)
"""What a calculation raises if its context is not one."""


def check_call(context: object, rng: object = None) -> None:
    """Examine the arguments of a calculation that failed.

    Raises:
        InputError: the context is not a Context, or the generator has no `random()`.
    """
    if not isinstance(context, Context):
        raise InputError(f"context: expected a Context, got {context!r}") from None
    check_generator(rng)


def check_generator(rng: object) -> None:
    """Check a source of random numbers; None is one as well, since a system has its own.

    Raises:
        InputError: it has no `random()`.
    """
    if rng is not None and not callable(getattr(rng, "random", None)):
        raise InputError(f"rng: expected a random.Random, got {rng!r}") from None
