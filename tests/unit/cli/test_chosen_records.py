"""`unitdocs render`: which records it shows."""

from pathlib import Path

from unitdocs.cli.render import _newest
from unitdocs.records import load, save

REFERENCE = Path(__file__).parents[3] / "benchmarks" / "results" / "reference.json.gz"


def test_the_newest_run_of_two_arms_is_shown_with_the_reference(tmp_path: Path) -> None:
    record = load(REFERENCE).model_copy(update={"cases": (), "same_code": ()})
    assert _newest(tmp_path) is None
    save(record.model_copy(update={"base": "a" * 40}), tmp_path / "20260103T000000Z-0000.json")
    assert _newest(tmp_path) is None
    for day in (1, 2):
        save(record, tmp_path / f"2026010{day}T000000Z-0000.json")
    assert _newest(tmp_path) == tmp_path / "20260102T000000Z-0000.json"
