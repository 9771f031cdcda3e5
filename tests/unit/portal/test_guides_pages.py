"""The line at the end of a guide, the steps of the rehearsal, the extras, and the blocks that are not executed."""

from datetime import UTC, datetime
from pathlib import Path

from page_building import files_of

from unitdocs.portal.pages import guides
from unitdocs.records import load
from unitdocs.studies import ExecutedPage, ExecutedStep, ExtraSize, GuideExecutions, Study

RESULTS = Path(__file__).parents[3] / "benchmarks" / "results"
STEPS = (ExecutedStep(heading="Check", blocks=2, seconds=1.5), ExecutedStep(heading="Kill", blocks=3, seconds=2.0))


def study(*, is_current: bool = True) -> Study[GuideExecutions]:
    environment = load(RESULTS / "reference.json.gz").environment
    record = GuideExecutions(
        created=datetime(2026, 3, 1, tzinfo=UTC),
        finished=datetime(2026, 3, 1, tzinfo=UTC),
        command="python execute_guides.py",
        environment=environment.model_copy(update={"python": "3.12.1", "packages": {"numpy": "2.4.0"}}),
        version="1.2",
        digest="sha256:0",
        pages=(
            ExecutedPage(page="deploy/drill.md", digest="same", steps=STEPS),
            ExecutedPage(page="deploy/upgrade.md", digest="old", steps=STEPS[:1]),
        ),
        extras=(ExtraSize(extra="", packages=1, size=2_000_000), ExtraSize(extra="flags", packages=9, size=3_000_000)),
    )
    return Study(record, is_current)


def executions(record: Study[GuideExecutions] | None, **digests: str) -> dict[str, str]:
    return files_of(guides.build_executions(record, {f"deploy/{name}.md": digest for name, digest in digests.items()}))


def test_a_guide_says_when_and_with_what_all_its_blocks_were_executed() -> None:
    line = executions(study(), drill="same")["executions/deploy-drill.md"]
    assert (
        "All 5 blocks of this page were executed on 2026-03-01 with unitdocs 1.2, Python 3.12.1, NumPy 2.4.0." in line
    )


def test_a_guide_that_has_changed_or_was_never_executed_says_so() -> None:
    files = executions(study(), upgrade="new", backup="new")
    assert "has changed since its blocks were executed, on 2026-03-01" in files["executions/deploy-upgrade.md"]
    assert "was not executed for a record yet" in files["executions/deploy-backup.md"]
    assert "was not executed for a record yet" in executions(None, drill="same")["executions/deploy-drill.md"]


def test_the_steps_of_the_rehearsal_have_their_times_and_a_sum() -> None:
    steps = executions(study())["executions/drill.md"]
    assert "Kill" in steps
    assert "3.5 s" in steps
    assert "has changed since" not in steps
    assert "has changed since" in executions(study(is_current=False))["executions/drill.md"]
    assert "Not executed" in executions(None)["executions/drill.md"]


def test_each_extra_has_its_packages_and_its_size() -> None:
    extras = files_of(guides.build_installation(study()))["installation/extras.md"]
    assert "<code>flags</code>" in extras
    assert "3 MB" in extras
    assert "Not measured" in files_of(guides.build_installation(None))["installation/extras.md"]


def test_blocks_that_are_not_executed_are_listed_with_their_reasons(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    fence = '```{ .powershell data-no-run="needs Windows" }\ndir\n```\n'
    (tmp_path / "deploy" / "a.md").write_text(f"## Steps\n\n```bash\nls\n```\n\n{fence}")
    (tmp_path / "generated").mkdir()
    (tmp_path / "generated" / "b.md").write_text(fence)
    blocks = guides.find_skipped_blocks(tmp_path)
    assert [(block.page, block.fence.heading) for block in blocks] == [("deploy/a.md", "Steps")]
    assert "needs Windows" in files_of(guides.build_skipped(blocks))["untested-blocks/blocks.md"]
    assert "None." in files_of(guides.build_skipped(()))["untested-blocks/blocks.md"]


def test_guides_are_the_pages_of_two_folders_each_with_a_digest_of_its_text(tmp_path: Path) -> None:
    for name in ("deploy/a.md", "best-practices/b.md", "reference/c.md"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(name)
    before = guides.find_guides(tmp_path)
    (tmp_path / "deploy" / "a.md").write_text("changed")
    after = guides.find_guides(tmp_path)
    assert list(before) == list(after) == ["deploy/a.md", "best-practices/b.md"]
    assert before["deploy/a.md"] != after["deploy/a.md"]
    assert before["best-practices/b.md"] == after["best-practices/b.md"]
