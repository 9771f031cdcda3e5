"""The share in force: what players get, in an environment and at a time."""

import pytest

from unitdocs.flags.flag import REFACTORED, Flag
from unitdocs.monitoring.metrics.shares import share_in_force

NOW = 1_800_000_000


@pytest.mark.parametrize(
    ("flag", "share"),
    [
        (Flag(share=5000), 5000),
        (Flag(share=5000, shares={"production": 0}), 0),
        (Flag(share=0, shares={"production": 2500}), 2500),
        (Flag(share=5000, shares={"staging": 10_000}), 5000),
        (Flag(share=5000, start=NOW + 1), 0),
        (Flag(share=5000, start=NOW), 5000),
        (Flag(share=0, shares={"production": 2500}, start=NOW + 1), 0),
        (Flag(share=5000, killed=""), 0),
        (Flag(share=5000, shares={"production": 2500}, killed="slow"), 0),
    ],
)
def test_the_share_in_force_is_the_one_that_players_get(flag: Flag, share: int) -> None:
    assert share_in_force(flag, "production", NOW) == share
    chosen = [flag.choose(f"player-{number}", "production", NOW)[0] for number in range(2000)]
    assert chosen.count(REFACTORED) / len(chosen) == pytest.approx(share / 10_000, abs=0.05)
