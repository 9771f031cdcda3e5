from pathlib import Path

import pytest

from unitdocs.portal import output


def names(docs: Path) -> list[str]:
    return sorted(str(path.relative_to(docs)) for path in docs.rglob("*") if path.is_file())


def test_files_are_written_with_a_manifest_that_lists_them(tmp_path: Path) -> None:
    output.write(tmp_path, {"generated/b/a.md": "ü\n", "generated/c.json": "1\n"}, {"reference": "run"})
    assert names(tmp_path) == ["generated/b/a.md", "generated/c.json", "generated/manifest.json"]
    assert (tmp_path / "generated/b/a.md").read_bytes() == "ü\n".encode()
    manifest = '{"files":["generated/b/a.md","generated/c.json"],"reference":"run"}\n'
    assert (tmp_path / "generated/manifest.json").read_text() == manifest


def test_what_no_longer_belongs_is_removed_with_its_folder(tmp_path: Path) -> None:
    output.write(tmp_path, {"generated/old/a.md": "1", "generated/b.md": "2"}, {})
    (tmp_path / "generated" / ".c.md.part").write_text("left by a killed run")
    output.write(tmp_path, {"generated/b.md": "2"}, {})
    assert names(tmp_path) == ["generated/b.md", "generated/manifest.json"]
    assert not (tmp_path / "generated/old").exists()


def test_nothing_outside_the_generated_folder_is_touched(tmp_path: Path) -> None:
    (tmp_path / "index.md").write_text("by hand")
    output.write(tmp_path, {"generated/a.md": "1"}, {})
    assert (tmp_path / "index.md").read_text() == "by hand"


def test_a_file_whose_content_stays_is_not_written_again(tmp_path: Path) -> None:
    output.write(tmp_path, {"generated/a.md": "1", "generated/b.md": "1"}, {})
    before = {name: (tmp_path / name).stat().st_ino for name in names(tmp_path)}
    output.write(tmp_path, {"generated/a.md": "1", "generated/b.md": "2"}, {})
    after = {name: (tmp_path / name).stat().st_ino for name in names(tmp_path)}
    assert before["generated/a.md"] == after["generated/a.md"]
    assert before["generated/b.md"] != after["generated/b.md"]


def test_an_interrupted_write_leaves_whole_files_and_counts_as_not_rendered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output.write(tmp_path, {"generated/a.md": "old", "generated/b.md": "old"}, {})
    replace = Path.replace

    def fail_at_b(self: Path, target: Path) -> Path:
        if target.name == "b.md":
            raise OSError("disk full")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail_at_b)
    with pytest.raises(OSError, match="disk full"):
        output.write(tmp_path, {"generated/a.md": "new", "generated/b.md": "new"}, {})
    assert {name: (tmp_path / name).read_text() for name in names(tmp_path)} == {
        "generated/a.md": "new",
        "generated/b.md": "old",
    }
    assert not output.is_rendered(tmp_path)


def test_a_folder_counts_as_rendered_once_the_manifest_stands(tmp_path: Path) -> None:
    assert not output.is_rendered(tmp_path)
    output.write(tmp_path, {"generated/a.md": "1"}, {})
    assert output.is_rendered(tmp_path)
