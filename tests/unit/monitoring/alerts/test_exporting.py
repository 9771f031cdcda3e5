"""The exported files, checked by the programs that they are for."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from alert_programs import run

from unitdocs.errors import InputError
from unitdocs.monitoring.alerts import exporting
from unitdocs.monitoring.alerts.table import ALERTS, PRODUCTION, AlertPace, Severity
from unitdocs.monitoring.drill.running import PACE

CHECKS = (
    ("promtool", "check", "config", "--lint-fatal", exporting.PROMETHEUS),
    ("promtool", "check", "rules", "--lint-fatal", exporting.RULES),
    ("amtool", "check-config", exporting.ALERTMANAGER),
)


def write(folder: Path, **other: Any) -> tuple[Path, ...]:
    arguments = {"targets": ["127.0.0.1:9464"], "webhook": "http://127.0.0.1:9465/alerts"} | other
    return exporting.write_configuration(folder, **arguments)


def content(folder: Path, name: str) -> Any:
    return yaml.safe_load((folder / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("pace", [PRODUCTION, PACE], ids=["production", "drill"])
def test_prometheus_and_alertmanager_accept_their_files(tmp_path: Path, pace: AlertPace) -> None:
    write(tmp_path, pace=pace)
    for command in CHECKS:
        result = run(*command, folder=tmp_path)
        assert result.returncode == 0, result.stdout


@pytest.mark.long
@pytest.mark.parametrize("job", ["unitdocs", "node", "games/eu-1"])
def test_promtool_runs_the_exported_tests_of_the_rules(tmp_path: Path, job: str) -> None:
    write(tmp_path, site="https://docs.example", job=job)
    result = run("promtool", "test", "rules", exporting.TESTS, exporting.LONG_TESTS, folder=tmp_path)
    assert result.returncode == 0, result.stdout


def test_prometheus_scrapes_all_targets_and_reads_the_rules(tmp_path: Path) -> None:
    write(tmp_path, targets=["game-1:9464", "[::1]:80"], job="games")
    prometheus = content(tmp_path, exporting.PROMETHEUS)
    assert prometheus["scrape_configs"] == [
        {"job_name": "games", "static_configs": [{"targets": ["game-1:9464", "[::1]:80"]}]}
    ]
    assert prometheus["rule_files"] == [exporting.RULES]
    (group,) = content(tmp_path, exporting.RULES)["groups"]
    assert [rule["alert"] for rule in group["rules"]] == [alert.name for alert in ALERTS]


@pytest.mark.parametrize(
    ("alertname", "receiver"), [("UnitdocsErrorsFast", Severity.PAGE), ("UnitdocsErrorsSlow", Severity.TICKET)]
)
def test_alertmanager_routes_by_severity(tmp_path: Path, alertname: str, receiver: Severity) -> None:
    write(tmp_path)
    labels = [f"alertname={alertname}", f"severity={receiver.value}", "job=unitdocs"]
    result = run(
        "amtool", "config", "routes", "test", f"--config.file={exporting.ALERTMANAGER}", *labels, folder=tmp_path
    )
    assert result.stdout.splitlines()[-1] == receiver.value


def test_a_drill_divides_the_windows_and_holds_and_intervals(tmp_path: Path) -> None:
    write(tmp_path / "production")
    write(tmp_path / "drill", pace=PACE)
    slow = next(index for index, alert in enumerate(ALERTS) if alert.anchor == "errors-slow")
    rules = [content(tmp_path / pace, exporting.RULES)["groups"][0] for pace in ("production", "drill")]
    assert [group["interval"] for group in rules] == ["30s", "250ms"]
    assert [group["rules"][slow]["for"] for group in rules] == ["5m", "1s"]
    assert ["[6h]" in group["rules"][slow]["expr"] for group in rules] == [True, False]
    assert ["[72s]" in group["rules"][slow]["expr"] for group in rules] == [False, True]


def test_writing_twice_changes_nothing(tmp_path: Path) -> None:
    files = write(tmp_path)
    before = [file.read_bytes() for file in files]
    assert write(tmp_path) == files
    assert [file.read_bytes() for file in files] == before


def test_files_that_nobody_changed_are_written_anew_with_other_arguments(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, targets=["game-2:9464"])
    assert "game-2:9464" in (tmp_path / exporting.PROMETHEUS).read_text(encoding="utf-8")


def test_files_that_somebody_changed_are_kept_and_all_are_named(tmp_path: Path) -> None:
    write(tmp_path)
    changed = {name: f"# {name}\n" for name in (exporting.RULES, exporting.ALERTMANAGER)}
    for name, text in changed.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        write(tmp_path, targets=["game-2:9464"])
    assert [problem.split(":")[0] for problem in error.value.problems] == [str(tmp_path / name) for name in changed]
    assert {name: (tmp_path / name).read_text(encoding="utf-8") for name in changed} == changed
    assert "game-2" not in (tmp_path / exporting.PROMETHEUS).read_text(encoding="utf-8")


def test_files_that_somebody_changed_are_overwritten_by_force(tmp_path: Path) -> None:
    (tmp_path / exporting.RULES).write_text("groups: []\n", encoding="utf-8")
    write(tmp_path, force=True)
    assert content(tmp_path, exporting.RULES)["groups"]


@pytest.mark.parametrize("digests", ["", "[]", "{", '{"prometheus.yml": 1}'])
def test_without_readable_digests_every_other_file_counts_as_changed(tmp_path: Path, digests: str) -> None:
    write(tmp_path)
    (tmp_path / exporting.DIGESTS).write_text(digests, encoding="utf-8")
    with pytest.raises(InputError, match=r"prometheus\.yml: was not written"):
        write(tmp_path, targets=["game-2:9464"])


@pytest.mark.parametrize(
    ("argument", "value", "problem"),
    [
        ("targets", ["game"], "target: expected host:port"),
        ("targets", ["http://game:80"], "target: expected host:port"),
        ("targets", ["game:0"], "target: expected host:port"),
        ("targets", ["game:65536"], "target: expected host:port"),
        ("targets", ["game:٣"], "target: expected host:port"),
        ("alertmanager_address", "9093", "Alertmanager: expected host:port"),
        ("webhook", "chat.example", "webhook: expected an address"),
        ("webhook", "ftp://chat.example", "webhook: expected an address"),
        ("webhook", "http://chat.example:port/", "webhook: expected an address"),
        ("webhook", "http://chat example/", "webhook: expected an address"),
        ("webhook", "http:///alerts", "webhook: expected an address"),
        ("site", "docs", "site: expected an address"),
        ("job", 'a"b', "job: expected letters"),
        ("job", "", "job: expected letters"),
    ],
)
def test_an_argument_that_cannot_be_one_is_named_and_nothing_is_written(
    tmp_path: Path, argument: str, value: Any, problem: str
) -> None:
    with pytest.raises(InputError, match=problem):
        write(tmp_path / "new", **{argument: value})
    assert not (tmp_path / "new").exists()
