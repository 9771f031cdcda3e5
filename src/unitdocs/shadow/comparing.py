"""One comparison: done on account, with an end to every error."""

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial

from unitdocs.shadow.account import Account
from unitdocs.shadow.findings import Findings, ShadowDifference, ShadowError, ShadowReport
from unitdocs.shadow.semantics import refused
from unitdocs.units import Registry, System
from unitdocs.units.model.draws import Generator

MakeDifference = Callable[[], ShadowDifference]
"""Describes a difference, which takes much longer than to find it: only the first ones are described."""


class Shadow:
    """Compares what the original system gave with what another gives, and keeps what differs.

    Args:
        system: the other system.
        registry: the rules of the original system.
        account: what comparisons may take.
        findings: keeps what differs.
    """

    def __init__(self, system: System, registry: Registry, account: Account, findings: Findings) -> None:
        self.system = system
        self.registry = registry
        self.account = account
        self._findings = findings
        self._thread = threading.local()

    def compare(
        self,
        place: str,
        subject: Callable[[], object],
        work: Callable[[], Iterable[MakeDifference] | None],
        numbers: int,
    ) -> None:
        """Do a comparison on account; no error of it is seen by the caller.

        Args:
            place: where its findings are.
            subject: returns the unit or the scene.
            work: returns the numbers that differ; None if they could not be compared.
            numbers: how many it compares.
        """
        if getattr(self._thread, "is_comparing", False):  # a rule of the game resolves other units
            self.account.skip()
            return
        self._thread.is_comparing = True
        try:
            # Where the game is near the limit of recursion, even what counts an error may fail.
            with suppress(Exception):
                self._compare(place, subject, work, numbers)
        finally:
            self._thread.is_comparing = False

    def _compare(
        self,
        place: str,
        subject: Callable[[], object],
        work: Callable[[], Iterable[MakeDifference] | None],
        numbers: int,
    ) -> None:
        begin = time.perf_counter()
        try:
            differences = work()
            if differences is None:
                self.account.skip()
                return
            for difference in differences:
                self._findings.add(difference)
            self._findings.count(numbers)
        except Exception as error:  # noqa: BLE001 -- the game must not see it, whatever it is
            described = partial(_described, place, subject, error)
            self._findings.add_error(described)
        finally:
            self.account.spend(time.perf_counter() - begin)

    def report(self) -> ShadowReport:
        """Return what was compared and found so far."""
        return self._findings.report(self.account.spending())

    def stop(self, why: str = "stopped by the game") -> None:
        """Compare nothing from now on; the game goes on with the original system."""
        self.account.stop(why)


def _described(place: str, subject: Callable[[], object], error: Exception) -> ShadowError:
    unit, row = "", None
    with suppress(Exception):  # a member of the unit was set to something that is no unit
        one = subject()
        unit, row = repr(one), refused(one)
    try:
        message = f"{type(error).__name__}: {error}"
    except Exception:  # noqa: BLE001 -- an error may fail at its own message
        message = type(error).__name__
    return ShadowError(place, "" if len(unit) > LONGEST_UNIT else unit, message, row)


LONGEST_UNIT = 500
"""Characters of a subject that a report shows: a unit, and not a scene."""


class RecordedDraws:
    """A generator that keeps what is drawn from another one, so that it can be drawn again."""

    def __init__(self, source: Generator) -> None:
        self._source = source
        self.numbers: list[float] = []

    def random(self) -> float:
        """Return the next number."""
        number = self._source.random()
        self.numbers.append(number)
        return number
