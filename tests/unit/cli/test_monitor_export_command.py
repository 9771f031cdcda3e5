"""`unitdocs monitor export` as people call it: what it prints, its exit codes, and the files that it leaves alone."""

import shlex
from pathlib import Path

import pytest
import yaml

from unitdocs.cli.program import run


def call(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Return the exit code of an export, and what it wrote."""
    with pytest.raises(SystemExit) as ended:
        run(["monitor", "export", *words])
    written = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, written.out, written.err


def test_it_prints_each_file_and_the_next_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = call(capsys, str(tmp_path / "watching"))
    *written, last = out.splitlines()
    assert (code, err) == (0, "")
    assert [line.removeprefix("wrote ") for line in written] == [
        str(tmp_path / "watching" / name)
        for name in (
            "prometheus.yml",
            "unitdocs.rules.yml",
            "unitdocs.tests.yml",
            "unitdocs.long.tests.yml",
            "alertmanager.yml",
            "grafana-dashboard.json",
        )
    ]
    assert shlex.split(last) == ["next:", "promtool", "check", "config", str(tmp_path / "watching" / "prometheus.yml")]


def test_its_options_reach_the_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--target", "one:9464", "--target", "two:9464", "--webhook", "https://chat.example/hook"]
    assert call(capsys, str(tmp_path), *options, "--job", "games", "--site", "https://docs.example/")[0] == 0
    prometheus = yaml.safe_load((tmp_path / "prometheus.yml").read_text(encoding="utf-8"))
    assert prometheus["scrape_configs"][0]["job_name"] == "games"
    assert prometheus["scrape_configs"][0]["static_configs"] == [{"targets": ["one:9464", "two:9464"]}]
    assert "https://chat.example/hook" in (tmp_path / "alertmanager.yml").read_text(encoding="utf-8")
    rules = (tmp_path / "unitdocs.rules.yml").read_text(encoding="utf-8")
    assert rules.count("runbook_url: https://docs.example/operate/runbooks/#") == rules.count("- alert: ")
    assert 'up{job="games"}' in rules


def test_a_file_that_somebody_changed_is_kept_unless_force_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed = tmp_path / "alertmanager.yml"
    assert call(capsys, str(tmp_path))[0] == 0
    changed.write_text("# ours\n", encoding="utf-8")
    code, out, err = call(capsys, str(tmp_path))
    assert (code, out) == (2, "")
    assert err.startswith(f"unitdocs: {changed}: was not written by this command, or was changed since")
    assert changed.read_text(encoding="utf-8") == "# ours\n"
    assert call(capsys, str(tmp_path), "--force")[0] == 0
    assert changed.read_text(encoding="utf-8") != "# ours\n"


def test_wrong_addresses_are_all_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = call(capsys, str(tmp_path / "new"), "--target", "game", "--webhook", "chat")
    assert code == 2
    assert [line.split(":")[1] for line in err.splitlines()] == [" target", " webhook"]
    assert not (tmp_path / "new").exists()
