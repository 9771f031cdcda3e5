from pathlib import Path

import pytest

from unitdocs.portal.site import output

FOLDERS = ("b", "c")


def names(docs: Path) -> list[str]:
    return sorted(str(path.relative_to(docs)) for path in docs.rglob("*") if path.is_file())


def test_files_are_written_with_a_manifest_that_lists_them(tmp_path: Path) -> None:
    output.write(tmp_path, {"generated/b/a.md": "ü\n", "generated/c/c.json": "1\n"}, FOLDERS, {"reference": "run"})
    assert names(tmp_path) == ["generated/b/a.md", "generated/c/c.json", "generated/manifest.json"]
    assert (tmp_path / "generated/b/a.md").read_bytes() == "ü\n".encode()
    manifest = '{"files":["generated/b/a.md","generated/c/c.json"],"reference":"run"}\n'
    assert (tmp_path / "generated/manifest.json").read_text() == manifest


def test_bytes_are_written_as_they_are_and_only_where_they_changed(tmp_path: Path) -> None:
    content = b"\x1f\x8b\xff\x00"
    output.write(tmp_path, {"generated/b/a.gz": content}, FOLDERS, {})
    before = (tmp_path / "generated/b/a.gz").stat().st_ino
    output.write(tmp_path, {"generated/b/a.gz": content}, FOLDERS, {})
    assert (tmp_path / "generated/b/a.gz").read_bytes() == content
    assert (tmp_path / "generated/b/a.gz").stat().st_ino == before


def test_a_folder_within_a_folder_holds_its_own_files(tmp_path: Path) -> None:
    folders = (*FOLDERS, "b/inner")
    output.write(tmp_path, {"generated/b/a.md": "1", "generated/b/inner/old.md": "1"}, folders, {})
    output.write(tmp_path, {"generated/b/a.md": "1", "generated/b/inner/new.md": "1"}, folders, {})
    assert names(tmp_path) == ["generated/b/a.md", "generated/b/inner/new.md", "generated/manifest.json"]


def test_what_no_longer_belongs_is_removed(tmp_path: Path) -> None:
    output.write(tmp_path, {"generated/b/old.md": "1", "generated/b/b.md": "2"}, FOLDERS, {})
    (tmp_path / "generated" / "b" / ".c.md.x").write_text("left by a killed run")
    output.write(tmp_path, {"generated/b/b.md": "2"}, FOLDERS, {})
    assert names(tmp_path) == ["generated/b/b.md", "generated/manifest.json"]


def test_nothing_outside_its_own_folders_is_touched(tmp_path: Path) -> None:
    (tmp_path / "index.md").write_text("by hand")
    (tmp_path / "generated" / "reference").mkdir(parents=True)
    (tmp_path / "generated" / "reference" / "cli.md").write_text("by another step")
    output.write(tmp_path, {"generated/b/a.md": "1"}, FOLDERS, {})
    assert (tmp_path / "index.md").read_text() == "by hand"
    assert (tmp_path / "generated" / "reference" / "cli.md").read_text() == "by another step"


def test_a_file_whose_content_stays_is_not_written_again(tmp_path: Path) -> None:
    output.write(tmp_path, {"generated/b/a.md": "1", "generated/b/b.md": "1"}, FOLDERS, {})
    before = {name: (tmp_path / name).stat().st_ino for name in names(tmp_path)}
    output.write(tmp_path, {"generated/b/a.md": "1", "generated/b/b.md": "2"}, FOLDERS, {})
    after = {name: (tmp_path / name).stat().st_ino for name in names(tmp_path)}
    assert before["generated/b/a.md"] == after["generated/b/a.md"]
    assert before["generated/b/b.md"] != after["generated/b/b.md"]


def test_an_interrupted_write_leaves_whole_files_and_counts_as_not_rendered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output.write(tmp_path, {"generated/b/a.md": "old", "generated/b/b.md": "old"}, FOLDERS, {})
    replace = Path.replace

    def fail_at_b(self: Path, target: Path) -> Path:
        if target.name == "b.md":
            raise OSError("disk full")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail_at_b)
    with pytest.raises(OSError, match="disk full"):
        output.write(tmp_path, {"generated/b/a.md": "new", "generated/b/b.md": "new"}, FOLDERS, {})
    assert {name: (tmp_path / name).read_text() for name in names(tmp_path)} == {
        "generated/b/a.md": "new",
        "generated/b/b.md": "old",
    }
    assert not output.is_rendered(tmp_path)


def test_a_folder_counts_as_rendered_once_the_manifest_stands(tmp_path: Path) -> None:
    assert not output.is_rendered(tmp_path)
    output.write(tmp_path, {"generated/b/a.md": "1"}, FOLDERS, {})
    assert output.is_rendered(tmp_path)
