"""The page on how a rollout decides: tried rollouts, with how many ended wrong and what that leaves possible."""

import re
from datetime import UTC, datetime
from html import unescape

import made_rollouts

from unitdocs.portal.pages import rollout_decisions
from unitdocs.portal.pages.rollout_decisions import median_sessions
from unitdocs.studies import RolloutTrials, RolloutTruth, Study, TriedRollout

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def end(action: str, treated: int) -> TriedRollout:
    return TriedRollout.model_validate({"action": action, "stage": "s", "days": 5, "treated": treated, "gates": ()})


def truth(right: str, ends: tuple[TriedRollout, ...], fixed: int | None = None) -> RolloutTruth:
    members = {"name": right, "about": "both are equal", "right": right, "ratio": 1.0, "variation": 0.3}
    return RolloutTruth.model_validate({**members, "sessions": 100, "days": 60, "fixed_sample": fixed, "ends": ends})


def trials(*truths: RolloutTruth) -> RolloutTrials:
    return RolloutTrials(
        created=NOW,
        finished=NOW,
        seed=1,
        command="python try.py",
        digest="d",
        environment=made_rollouts.ENVIRONMENT,
        plan=made_rollouts.plan(source="production"),
        truths=truths,
    )


def text(record: RolloutTrials | None) -> str:
    study = Study(record, is_current=True) if record else None
    content = str(rollout_decisions.build_page(study).files["generated/rollout-decisions/trials.md"])
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", content)).split())


def test_without_a_record_the_page_says_so() -> None:
    assert text(None) == "Not tried for this site."


def test_a_kill_is_wrong_where_nothing_is_worse_and_its_share_has_an_exact_bound() -> None:
    ends = (*(end("complete", 1_000),) * 98, end("kill", 10), end("hold", 10))
    shown = text(trials(truth("complete", ends, fixed=500)))
    assert "complete 100 98 1 1 1 % at most 5.45 % 1,000 500" in shown  # Clopper and Pearson: 1 of 100


def test_everything_but_a_kill_is_wrong_where_something_is_worse() -> None:
    ends = (*(end("kill", 300),) * 8, end("complete", 9), end("hold", 9))
    shown = text(trials(truth("kill", ends)))
    assert "kill 10 1 8 1 20 % at most" in shown


def test_the_median_is_that_of_rollouts_that_ended_as_they_should() -> None:
    assert median_sessions(truth("kill", (end("kill", 3), end("kill", 5), end("hold", 1_000)))) == 4
    assert median_sessions(truth("kill", (end("hold", 1_000),))) is None
