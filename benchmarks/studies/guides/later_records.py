"""A second record of one machine, made from the first: what a later version of a project would have measured."""

from datetime import timedelta

from unitdocs.records import RunRecord
from unitdocs.records.schema import Case, Pair, Round, pack, unpack


def measured_later(record: RunRecord, days: int) -> RunRecord:
    """Return the record as if it had been measured some days later, with a treatment that takes a half more time."""
    changed = {
        "id": f"{record.id}-{days}",
        "created": record.created + timedelta(days=days),
        "cases": tuple(_slower(case) for case in record.cases),
    }
    return record.model_copy(update=changed)


def _slower(case: Case) -> Case:
    return case.model_copy(update={"rounds": tuple(_slower_round(one) for one in case.rounds)})


def _slower_round(one: Round) -> Round:
    if one.timing is None:
        return one
    clocks = {name: _stretched(getattr(one.timing, name)) for name in ("cpu", "wall")}
    return one.model_copy(update={"timing": one.timing.model_copy(update=clocks)})


def _stretched(times: Pair[str]) -> Pair[str]:
    return times.model_copy(update={"treatment": pack(unpack(times.treatment) * 3 // 2)})
