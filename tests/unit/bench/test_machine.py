"""What is noted about the machine of a run."""

import subprocess
from pathlib import Path
from unittest import mock

import pytest

from unitdocs.bench import environment
from unitdocs.records import Clock


@pytest.mark.parametrize(
    ("load", "cores", "steal", "said"),
    [
        (None, 2, None, []),
        (2.0, 2, 0.05, []),
        (2.5, 2, 0.0, ["the machine was busy: load 2.5 on 2 cores"]),
        (0.1, 2, 0.123, ["the hypervisor took 12% of the CPU time"]),
        (9.0, 8, 0.5, ["the machine was busy: load 9.0 on 8 cores", "the hypervisor took 50% of the CPU time"]),
    ],
)
def test_noise_is_told_in_sentences(load: float | None, cores: int, steal: float | None, said: list[str]) -> None:
    assert environment.noise(load, cores, steal) == said


def test_a_project_that_is_no_repository_has_no_commit(tmp_path: Path) -> None:
    found = environment.describe(tmp_path)
    assert (found.commit, found.dirty) == (None, None)
    assert found.cpu
    assert found.cores >= 1
    assert "numpy" in {name.lower() for name in found.packages}


@pytest.mark.parametrize(
    ("text", "cpu"),
    [
        ("cpu family\t: 25\nmodel\t\t: 17\nmodel name\t: AMD EPYC\n", "AMD EPYC (family 25, model 17)"),
        ("model name\t: ARMv7 Processor rev 3 (v7l)\nFeatures\t: half\n", "ARMv7 Processor rev 3 (v7l)"),
    ],
)
def test_processors_of_one_name_are_told_apart_by_family_and_model(text: str, cpu: str) -> None:
    other = text.replace("25", "26")  # of several cores the first is described
    with mock.patch.object(Path, "read_text", return_value=f"processor\t: 0\n{text}\nprocessor\t: 1\n{other}"):
        assert environment._cpu() == cpu


def git(root: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=n", "-c", "user.email=e@example.invalid", *arguments]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.strip()


def test_the_commit_is_noted_and_whether_anything_was_changed_since(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "commit", "--quiet", "--allow-empty", "-m", "first")
    assert environment.describe(tmp_path).commit == git(tmp_path, "rev-parse", "HEAD")
    assert environment.describe(tmp_path).dirty is False
    (tmp_path / "new").write_text("")
    assert environment.describe(tmp_path).dirty is True


def test_where_git_is_missing_there_is_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert environment.describe(tmp_path).commit is None


def test_a_clock_that_steps_too_coarsely_leaves_the_decision_to_the_wall_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert environment.describe(tmp_path).clock is Clock.THREAD_CPU
    monkeypatch.setattr(environment, "clock_step_ns", lambda: 15_600_000)  # as on Windows
    found = environment.describe(tmp_path)
    assert found.clock is Clock.WALL
    assert found.warnings == ("the thread CPU clock steps by 15600000 ns, so the wall clock decides",)


def test_stolen_time_is_a_share_of_what_went_by() -> None:
    ticks = environment.cpu_ticks()
    if ticks is None:
        assert environment.steal_since(ticks) is None
        return
    stolen, total = ticks
    share = environment.steal_since((stolen, total - 100))
    assert share is not None
    assert 0 <= share <= 1
    assert environment.steal_since(None) is None
