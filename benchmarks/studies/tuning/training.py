"""The sessions that the search for settings measures: the defaults before any search against a candidate's settings.

`unitdocs tune run` runs it; the settings of the candidate are in the file that the variable TUNING_CANDIDATE names.
"""

from _split import TRAINING, TRAINING_RECORDINGS, TRAINING_STARTS, candidate_settings, operation, scenarios

from unitdocs.bench import Operation, Scenario, suite
from unitdocs.tuning.search.space import BASELINE


def setup(arm: str, scenario: Scenario, seed: int) -> Operation:  # noqa: ARG001 -- a game has its own seed
    """Return the operation of playing a session with one arm's settings."""
    return operation(BASELINE if arm == "default" else candidate_settings(), scenario.name, has_paths=True)


SUITE = suite(
    "training",
    title="Sessions of the search",
    arms=("default", "candidate"),
    scenarios=scenarios(TRAINING, TRAINING_RECORDINGS, TRAINING_STARTS),
    setup=setup,
)
