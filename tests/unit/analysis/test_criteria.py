from pathlib import Path

import pytest

from unitdocs.analysis import criteria
from unitdocs.errors import InputError

ROOT = Path(__file__).parents[3]


def test_a_site_without_the_file_has_no_criteria(tmp_path: Path) -> None:
    assert criteria.load_criteria(tmp_path) == criteria.Criteria()


def test_criteria_are_read_in_their_order(tmp_path: Path) -> None:
    (tmp_path / criteria.FILE).write_text(
        '[[criteria]]\ntitle = "a"\ncheck = { need = "each", times = 3 }\n[[criteria]]\ntitle = "b"\n'
        '[[risks]]\ntitle = "c"\nguards = "d"\n'
    )
    read = criteria.load_criteria(tmp_path)
    assert [criterion.title for criterion in read.criteria] == ["a", "b"]
    assert read.criteria[0].check == criteria.Check(need=criteria.Need.EACH, times=3)
    assert read.criteria[1].check is None
    assert read.risks[0].guards == "d"


def test_every_problem_of_the_file_is_named_with_its_place(tmp_path: Path) -> None:
    (tmp_path / criteria.FILE).write_text(
        '[[criteria]]\ntitle = "a"\ncheck = { need = "some" }\n[[criteria]]\nheading = "b"\n'
        '[[criteria]]\ntitle = "c"\ncheck = { need = "each", times = 0 }\n'
    )
    with pytest.raises(InputError) as caught:
        criteria.load_criteria(tmp_path)
    places = [problem.split(": ")[1] for problem in caught.value.problems]
    assert places == ["criteria[0].check.need", "criteria[1].title", "criteria[1].heading", "criteria[2].check.times"]


def test_kept_frames_are_those_of_the_slowest_frame(tmp_path: Path) -> None:
    (tmp_path / criteria.FILE).write_text('[[criteria]]\ntitle = "a"\ncheck = { need = "frames-kept" }\n')
    with pytest.raises(InputError, match='need "frames-kept" is for the metric "slowest frame", not "time"'):
        criteria.load_criteria(tmp_path)


def test_what_closes_a_criterion_and_budgets_are_read(tmp_path: Path) -> None:
    (tmp_path / criteria.FILE).write_text(
        '[[criteria]]\ntitle = "a"\nopen = "nobody looks"\ncloses = { text = "Look", page = "deploy/loop.md" }\n'
        '[[budgets]]\nmetric = "peak memory"\nmost = 2_000_000\nof = "a layout"\nreason = "Enough."\n'
    )
    read = criteria.load_criteria(tmp_path)
    assert read.criteria[0].open == "nobody looks"
    assert read.criteria[0].closes == criteria.ClosingStep(text="Look", page="deploy/loop.md")
    budget = read.budget("peak memory")
    assert budget
    assert (budget.most, budget.of) == (2e6, "a layout")
    assert read.budget("time") is None


@pytest.mark.parametrize(
    ("closes", "place"),
    [
        ('{ text = "Look", page = "../secret.md" }', "criteria[0].closes.page"),
        ('{ text = "Look", page = "https://example.org/" }', "criteria[0].closes.page"),
        ('{ page = "deploy/none.md" }', "criteria[0].closes.text"),
    ],
    ids=["outside", "another site", "no text"],
)
def test_a_step_leads_to_a_page_of_the_site(tmp_path: Path, closes: str, place: str) -> None:
    (tmp_path / criteria.FILE).write_text(f'[[criteria]]\ntitle = "a"\ncloses = {closes}\n')
    with pytest.raises(InputError) as caught:
        criteria.load_criteria(tmp_path)
    assert [problem.split(": ")[1] for problem in caught.value.problems] == [place]


def test_a_budget_is_above_zero(tmp_path: Path) -> None:
    (tmp_path / criteria.FILE).write_text('[[budgets]]\nmetric = "m"\nmost = 0\nof = "a"\nreason = "b"\n')
    with pytest.raises(InputError, match=r"budgets\[0\]\.most"):
        criteria.load_criteria(tmp_path)


def test_a_file_that_is_not_toml_says_so(tmp_path: Path) -> None:
    (tmp_path / criteria.FILE).write_text("[[criteria")
    with pytest.raises(InputError, match="not a TOML file"):
        criteria.load_criteria(tmp_path)


def test_this_project_names_every_criterion_and_risk_of_the_roll_out() -> None:
    read = criteria.load_criteria(ROOT / "docs")
    titles = " ".join([*(item.title for item in read.criteria), *(item.title for item in read.risks)])
    for words in (
        "A/B testing shows statistically significant performance improvements",
        "Production monitoring provides actionable insights",
        "Optimization reduces resource usage by 20%+",
        "Documentation enables successful deployment and maintenance",
        "Performance regression",
        "Data loss",
        "User impact",
        "Complexity",
    ):
        assert words in titles
