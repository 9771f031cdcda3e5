"""`unitdocs init` and `unitdocs site build`: what they say, and how wrong use ends."""

from pathlib import Path

import pytest

from unitdocs import cli

TEST = "def test_one(benchmark):\n    benchmark(len, [])\n"
SUITE = """
from unitdocs.bench import Operation, Scenario, suite

SUITE = suite(
    "lookup",
    title="Looking keys up",
    arms=("list", "set", "dict"),
    scenarios=[Scenario("all", title="200 keys", quick=True)],
    setup=lambda arm, scenario, seed: Operation(lambda: None),
)
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main([*arguments])
    printed = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, printed.out, printed.err


def test_it_says_what_was_written_and_what_comes_next(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    code, out, err = run(capsys, "init", "mine", "--title", "My texts")
    assert (code, err) == (0, "")
    assert out.startswith("added: ")
    assert out.endswith("\nNext, in mine:\n  unitdocs bench run\n  unitdocs site build\n")
    assert "# My texts\n" in (place / "mine" / "README.md").read_text()
    assert run(capsys, "init", "--upgrade", "mine") == (0, "up to date: nothing to change\n", "")


def test_it_names_what_it_found_and_what_it_kept(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / "test_one.py").write_text(TEST)
    (place / "README.md").write_text("mine")
    code, out, _ = run(capsys, "init", ".")
    assert code == 0
    assert "kept yours: README.md (the portal's is README.md.new)\n" in out
    assert "found: benchmarks of pytest in test_one.py\n" in out
    assert "\n  unitdocs bench run --base HEAD --pytest test_one.py --gate\n" in out


def test_the_next_steps_name_the_files_to_merge(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    (place / ".gitignore").write_text("mine")
    (place / "README.rst").write_text("mine")
    code, out, _ = run(capsys, "init", ".")
    assert code == 0
    assert "kept yours: README.rst (the portal's is README.md.new)\n" in out
    steps = "  merge what you need of .gitignore.new and README.md.new into your own files\n  unitdocs bench run\n"
    assert f"\nNext, in .:\n{steps}" in out


def test_a_suite_of_three_arms_has_the_two_pages_of_what_is_measured(
    capsys: pytest.CaptureFixture[str], place: Path
) -> None:
    (place / "benchmarks").mkdir()
    (place / "benchmarks" / "lookup.py").write_text(SUITE)
    code, out, _ = run(capsys, "init", ".")
    assert code == 0
    assert "found: the suite lookup-set\nfound: the suite lookup-dict\n" in out
    pages = {path.name for path in (place / "docs" / "benchmarks" / "scenarios").iterdir()}
    assert pages == {"index.md", "lookup-set.md", "lookup-dict.md"}


def test_what_an_upgrade_did_is_named(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    run(capsys, "init", "mine")
    manifest = place / "mine" / ".unitdocs" / "init.json"
    text = manifest.read_text()
    changed = text.replace('"title":"mine"', '"title":"other"').replace('"title": "mine"', '"title": "other"')
    assert changed != text
    manifest.write_text(changed)  # the templates give other texts, as those of a later version do
    (place / "mine" / "mkdocs.yml").write_text("mine")
    code, out, _ = run(capsys, "init", "--upgrade", "mine")
    assert code == 0
    assert out.splitlines() == [
        "updated: README.md",
        "kept yours: mkdocs.yml (the portal's is mkdocs.yml.new)",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("init",), "Missing argument"),
        (("init", "file"), "file: not a folder; name one for the portal"),
        (("init", ".", "--pytest", "tests"), "--pytest tests: no such file or folder in ."),
        (("init", "inner", "--asv", "../file"), "--asv ../file: is not inside inner; give a path of the project"),
        (("init", "--upgrade", "."), "init.json: missing, so there is no portal to upgrade"),
        (("init", "--upgrade", ".", "--title", "x"), "--upgrade: keeps the title and the benchmarks of the portal"),
        (("site", "build"), "docs: missing; call this in the folder of a site, which `unitdocs init` writes"),
    ],
)
def test_wrong_use_is_one_sentence(
    capsys: pytest.CaptureFixture[str], place: Path, arguments: tuple[str, ...], message: str
) -> None:
    (place / "file").write_text("")
    (place / "inner").mkdir()
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1
    assert not (place / "mkdocs.yml").exists()


def test_a_site_without_a_run_says_what_to_measure(capsys: pytest.CaptureFixture[str], place: Path) -> None:
    run(capsys, "init", ".")
    code, _, err = run(capsys, "site", "build")
    assert code == 2
    assert "there is no reference record yet, and no run in build/records; measure with `unitdocs bench run`" in err
    assert not (place / "site").exists()
