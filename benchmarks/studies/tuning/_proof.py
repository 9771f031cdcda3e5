"""The suite of an environment's proof: default against chosen settings, on sessions that the search never saw."""

from dataclasses import replace

from _split import HELD_OUT, HELD_OUT_RECORDINGS, HELD_OUT_STARTS, SETTINGS, operation, scenarios

from unitdocs.bench import Operation, Scenario, Suite, suite
from unitdocs.tuning.search.space import BASELINE
from unitdocs.units import read_settings


def proof_of(environment: str, title: str) -> Suite:
    """Return the suite of an environment, whose validation both arms have."""

    def setup(arm: str, scenario: Scenario, seed: int) -> Operation:  # noqa: ARG001 -- a game has its own seed
        chosen = read_settings(SETTINGS / f"{environment}.json")
        default = replace(BASELINE, validation=chosen.validation)
        return operation(default if arm == "default" else chosen, scenario.name)

    if environment == "development":  # there, the first second of a session counts
        held_out = scenarios((), (), HELD_OUT_STARTS)
    else:
        held_out = scenarios(HELD_OUT, HELD_OUT_RECORDINGS, ())
    return suite(environment, title=title, arms=("default", "chosen"), scenarios=held_out, setup=setup)
