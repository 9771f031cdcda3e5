"""The search: finds a known front, times nothing that counts decide, and continues where it was stopped."""

import itertools
import math
import warnings
from pathlib import Path

import optuna
import pytest
from made_searches import (
    LAYOUTS,
    PLANS,
    POLICY,
    PRODUCTION,
    SCENARIOS,
    MadeUpWork,
    every_point,
    made_search,
    searched,
    setting,
    time_of,
)

from unitdocs.errors import InputError
from unitdocs.records import save
from unitdocs.studies import TrialState, TuningSearch, load_record
from unitdocs.tuning.search.environments import ENVIRONMENTS, environments_named
from unitdocs.tuning.search.objectives import Objectives, better_alone, pareto_front
from unitdocs.tuning.search.running import SearchPlan, write_settings
from unitdocs.tuning.search.sampling import Sampler
from unitdocs.tuning.search.space import BASELINE, PARAMETERS, SearchParameter, effects_of, parameters, settings_of
from unitdocs.units import create_system, read_settings

LARGE = (
    setting(PLANS, 16, range(0, 65, 2)),
    setting(LAYOUTS, 64, range(0, 257, 8)),
    setting(POLICY, "s3-fifo", ("lru", "sieve", "s3-fifo")),
)
"""More than 3,000 points."""


def points(record: TuningSearch) -> list[dict[str, int | str]]:
    return [trial.point for trial in record.trials]


def test_a_search_of_few_points_tries_each_once_and_finds_the_front_exactly() -> None:
    record = searched(made_search())
    tried = [tuple(point.items()) for point in points(record)]
    assert sorted(tried) == sorted(tuple(point.items()) for point in every_point(made_search()))
    front = [record.trials[number].point for number in record.front]
    assert front == [{PLANS: plans, LAYOUTS: 0} for plans in (32, 24, 16, 8, 4, 0)]


def test_a_search_of_a_sixtieth_of_the_points_comes_close_to_the_front() -> None:
    best = math.exp(time_of({PLANS: 32}))
    records = [searched(made_search(*LARGE, seed=seed, budget=60.0)) for seed in range(3)]
    for record in records:
        fastest = record.trials[record.front[0]]
        assert fastest.time < best * 1.02
        assert min(record.trials[number].bytes for number in record.front) < 1.1 * 100 / 148


def test_the_first_trial_is_the_default_settings_and_is_not_timed() -> None:
    work = MadeUpWork()
    record = searched(made_search(budget=1.0), work)
    assert points(record) == [{PLANS: 16, LAYOUTS: 64}]
    assert (record.trials[0].time, record.trials[0].bytes) == (1.0, 1.0)
    assert not work.timed


def test_no_session_is_timed_in_which_an_earlier_trial_did_the_same_work() -> None:
    work = MadeUpWork()
    record = searched(made_search(), work)
    hits = [min(int(point[PLANS]), 32) for point, scenario, number in work.timed if (scenario, number) == ("long", 0)]
    assert len(set(hits)) == len(hits)
    assert 16 not in hits
    copied = [one for trial in record.timed for one in trial.measures if one.same_as is not None]
    assert copied
    assert all(one.log_ratios == record.trials[one.same_as or 0].measures[0].log_ratios for one in copied)


def test_a_trial_with_fewer_hits_and_more_bytes_is_counted_alone() -> None:
    record = searched(made_search())
    dominated = [trial for trial in record.trials if trial.state is TrialState.DOMINATED]
    assert dominated
    for trial in dominated:
        better = record.trials[trial.dominated_by or 0]
        assert better.number < trial.number
        assert int(trial.point[PLANS]) <= int(better.point[PLANS]) or int(better.point[PLANS]) >= 32
        assert trial.bytes >= better.bytes
        assert not any(one.log_ratios for one in trial.measures)


def test_a_search_that_is_stopped_goes_on_with_no_trial_lost_or_repeated() -> None:
    whole = searched(made_search(*LARGE, budget=30.0))
    saved: list[TuningSearch] = []
    with pytest.raises(KeyboardInterrupt):
        searched(made_search(*LARGE, budget=30.0), MadeUpWork(stops_before=13), saved=saved)
    stopped = saved[-1]
    assert len(stopped.trials) == 13
    continued = searched(TuningSearch.model_validate_json(stopped.model_dump_json()))
    assert continued.trials[:13] == stopped.trials
    assert points(continued) == points(whole)
    assert len({tuple(point.items()) for point in points(continued)}) == len(continued.trials) == 30


def test_every_other_trial_is_a_step_from_what_was_chosen_so_far() -> None:
    saved: list[TuningSearch] = []
    searched(made_search(*LARGE, budget=30.0), saved=saved)
    starts = 6  # two values of each number, and two policies
    for before, after in itertools.pairwise(saved[starts:20]):
        point = after.trials[-1].point
        if len(before.trials) % 2:
            chosen = [before.trials[one.trial].point for one in before.chosen]
            assert 1 in [sum(one[name] != point[name] for name in one) for one in chosen]


def test_values_that_are_better_alone_are_those_of_trials_that_change_nothing_else() -> None:
    record = searched(made_search(*LARGE, budget=30.0))
    (staging,) = environments_named("staging")
    assert (PLANS, 40) in better_alone(record, staging)
    assert all(place == PLANS for place, _ in better_alone(record, staging))


def test_what_makes_no_difference_is_put_back_to_its_default() -> None:
    policies = setting(POLICY, "s3-fifo", ("lru", "sieve", "s3-fifo"))
    record = searched(made_search(setting(PLANS, 16, (16, 32)), policies, budget=40.0))
    (chosen,) = record.chosen
    assert record.trials[chosen.trial].point == {PLANS: 32, POLICY: "s3-fifo"}


def test_a_difference_that_may_be_chance_changes_nothing_and_a_large_one_is_found() -> None:
    policies = setting(POLICY, "s3-fifo", ("lru", "sieve", "s3-fifo"))
    record = searched(made_search(setting(PLANS, 16, (16, 32)), policies), MadeUpWork(noise=0.01))
    (chosen,) = record.chosen
    assert record.trials[chosen.trial].point == {PLANS: 32, POLICY: "s3-fifo"}


def test_nothing_is_chosen_that_costs_more_than_the_environment_allows() -> None:
    record = searched(made_search(), environments=ENVIRONMENTS)
    by_environment = {one.environment: record.trials[one.trial] for one in record.chosen}
    assert by_environment["production"].point[PLANS] == 32
    small = by_environment["small-memory"]
    assert small.point[LAYOUTS] == 0
    assert all(one.log_ratio <= math.log(1.05) for one in small.measures)
    assert {one.environment: one.settings["validation"] for one in record.chosen} == {
        "development": "strict",
        "staging": "warn",
        "production": "off",
        "small-memory": "off",
    }


def test_the_default_settings_are_chosen_if_nothing_else_is_allowed() -> None:
    record = searched(made_search(setting(PLANS, 16, (0, 4, 16))))
    (chosen,) = record.chosen
    assert chosen.trial == 0
    assert chosen.settings == BASELINE.to_json()


def test_the_front_holds_exactly_what_nothing_dominates() -> None:
    record = searched(made_search(*LARGE, budget=40.0))
    places = {trial.number: Objectives(trial.time, trial.bytes) for trial in record.timed}
    for number, place in places.items():
        is_beaten = any(other.dominates(place) for other in places.values())
        assert (number in record.front) is not is_beaten
    assert pareto_front(record.trials) == record.front


def test_the_sampler_warns_of_nothing_and_leaves_optunas_log_as_it_was() -> None:
    before = optuna.logging.get_verbosity()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sampler = Sampler(LARGE, 1)
        assert sampler.suggest([]) is not None
    assert optuna.logging.get_verbosity() == before


def test_a_sampler_with_nothing_left_says_so() -> None:
    only = [setting(PLANS, 16, (8, 16))]
    tried = [({PLANS: 8}, (0.0, 0.0)), ({PLANS: 16}, (0.0, 0.0))]
    assert Sampler(only, 1).suggest(tried) is None


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.place)
def test_each_value_is_one_of_a_settings_file_and_the_default_is_among_them(parameter: SearchParameter) -> None:
    assert parameter.default in parameter.choices
    for value in parameter.choices:
        settings_of({parameter.place: value})


def test_only_settings_that_change_something_are_searched() -> None:
    effects = {parameter.place: 0.0 for parameter in PARAMETERS} | {PLANS: 0.4, LAYOUTS: 0.009, POLICY: None}
    searched_places = [one.place for one in parameters(effects) if one.is_searched]
    assert searched_places == [PLANS, POLICY]
    assert all(one.is_searched for one in parameters(None))
    by_place = {one.place: one for one in parameters(effects)}
    assert by_place[PLANS].reason == "searched: it changes time or bytes by up to 40%"
    assert by_place[LAYOUTS].choices == (64,)


def test_the_recorded_sensitivity_names_settings_of_a_settings_file() -> None:
    root = Path(__file__).parents[4]
    effects = effects_of(load_record("sensitivity", root / "benchmarks" / "results" / "sensitivity.json"))
    assert {parameter.place for parameter in PARAMETERS} - set(effects) <= {"plans.bytes", "layouts.bytes"}
    assert (effects[PLANS] or 0) > 0.1


def test_settings_files_are_loaded_by_a_system(tmp_path: Path) -> None:
    record = searched(made_search(), environments=ENVIRONMENTS)
    files = write_settings(record, tmp_path / "settings")
    assert [file.stem for file in files] == [one.environment for one in record.chosen]
    for file, chosen in zip(files, record.chosen, strict=True):
        settings = read_settings(file)
        assert settings == settings_of(record.trials[chosen.trial].point, settings.validation)
        assert create_system("refactored", settings=file).plans.statistics().entries == 0


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    record = searched(made_search())
    save(record, tmp_path / "search.json.gz")
    assert load_record("tuning_search", tmp_path / "search.json.gz") == record


def test_a_record_with_a_front_of_trials_that_are_missing_is_refused() -> None:
    record = searched(made_search(budget=3.0))
    broken = record.model_dump(mode="json") | {"front": [7]}
    with pytest.raises(ValueError, match=r"expected numbers of trials, 0 to 2"):
        TuningSearch.model_validate(broken)


def test_a_plan_that_will_not_do_is_refused_with_all_its_problems() -> None:
    with pytest.raises(InputError) as caught:
        SearchPlan(PRODUCTION, 0.0, -1, None, "unitdocs tune run")
    assert len(caught.value.problems) == 2


def test_environments_are_found_by_name() -> None:
    assert environments_named("all") == ENVIRONMENTS
    assert [one.name for one in environments_named("staging")] == ["staging"]
    with pytest.raises(InputError, match="--environment prod: give all or one of development, staging"):
        environments_named("prod")


def test_every_environment_weighs_a_group_that_exists() -> None:
    groups = {scenario.group for scenario in SCENARIOS}
    for environment in ENVIRONMENTS:
        assert any(environment.weights[group] for group in groups)
