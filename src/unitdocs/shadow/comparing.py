"""One comparison: done on account, with an end to every error."""

import time
from collections.abc import Callable, Iterable

from unitdocs.shadow.account import Account
from unitdocs.shadow.findings import Findings, ShadowDifference, ShadowError, ShadowReport
from unitdocs.shadow.semantics import refused
from unitdocs.units import System
from unitdocs.units.model.draws import Generator


class Shadow:
    """Compares what the original system gave with what another gives, and keeps what differs."""

    def __init__(self, system: System, account: Account, findings: Findings) -> None:
        self.system = system
        self.account = account
        self._findings = findings

    def compare(self, place: str, spec: object, work: Callable[[], Iterable[ShadowDifference]], numbers: int) -> None:
        """Do a comparison on account; no error of it is seen by the caller.

        Args:
            place: where its findings are.
            spec: the unit; None for a scene.
            work: yields the numbers that differ.
            numbers: how many it compares.
        """
        begin = time.perf_counter()
        try:
            for difference in work():
                self._findings.add(difference)
            self._findings.count(numbers)
        except Exception as error:  # noqa: BLE001 -- the game must not see it, whatever it is
            unit = "" if spec is None else repr(spec)
            self._findings.add_error(ShadowError(place, unit, f"{type(error).__name__}: {error}", refused(spec)))
        finally:
            self.account.spend(time.perf_counter() - begin)

    def report(self) -> ShadowReport:
        """Return what was compared and found so far."""
        return self._findings.report(self.account.spending())

    def stop(self, why: str = "stopped by the game") -> None:
        """Compare nothing from now on; the game goes on with the original system."""
        self.account.stop(why)


class RecordedDraws:
    """A generator that keeps what is drawn from another one, so that it can be drawn again."""

    def __init__(self, source: Generator) -> None:
        self._source = source
        self.numbers: list[float] = []

    def random(self) -> float:
        """Return the next number."""
        self.numbers.append(self._source.random())
        return self.numbers[-1]
