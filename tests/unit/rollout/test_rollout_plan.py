"""Plan files: the one to begin with is good, and mistakes are named with their place."""

from pathlib import Path

import pytest

from unitdocs.errors import InputError
from unitdocs.rollout import plan as plans


def test_the_plan_to_begin_with_is_a_plan_and_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "rollout.toml"
    assert plans.create(path)
    assert [stage.percent for stage in plans.load(path).stages] == [0, 1, 10, 50, 100]
    path.write_text("mine")
    assert not plans.create(path)
    assert path.read_text() == "mine"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("percent = 10\n", "percent = 60\n", "each needs a larger percent than the one before"),
        ('name = "10 percent"', 'name = "1 percent"', "two stages or gates named '1 percent'"),
        ("margin = 0.02\nlimit = 0.05", "margin = 0.2\nlimit = 0.05", "gates 1: limit: 0.05 is below the margin 0.2"),
        ("stall-hours = 6", "stall-hours = 0", "stall-hours: Input should be greater than 0"),
        ("level = 0.05", "levels = 0.05", "levels: Extra inputs are not permitted"),
        ("level = 0.05", "level = ", "is not TOML"),
        ('kind = "mean"', 'kind = "median"', "gates 1: kind: Input should be 'mean' or 'share'"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, old: str, new: str, problem: str) -> None:
    path = tmp_path / "rollout.toml"
    assert old in plans.DEFAULT
    path.write_text(plans.DEFAULT.replace(old, new, 1))
    with pytest.raises(InputError) as error:
        plans.load(path)
    assert str(path) in str(error.value)
    assert problem in str(error.value)


def test_a_plan_that_is_missing_or_no_text_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no plan"):
        plans.load(tmp_path / "rollout.toml")
    (tmp_path / "rollout.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="is not TOML"):
        plans.load(tmp_path / "rollout.toml")
    with pytest.raises(InputError, match="cannot be read"):
        plans.load(tmp_path)
