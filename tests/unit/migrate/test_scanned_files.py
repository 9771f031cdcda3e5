"""Which files a scan reads, and how it writes them: bytes, permissions, links, folders that are left out."""

import stat
from pathlib import Path

import pytest

from unitdocs.errors import InputError
from unitdocs.migrate import scan, write

GAME = "from unitdocs.units import OriginalSystem\nsystem = OriginalSystem(rng)\n"
CHANGED = "from unitdocs.units import create_system\nsystem = create_system(rng=rng)\n"


def rewritten(path: Path, raw: bytes) -> bytes:
    path.write_bytes(raw)
    for one in scan(path.parent).changed_files:
        assert write(one.source, one.content) is None
    return path.read_bytes()


@pytest.mark.parametrize(
    "raw",
    [
        GAME.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + GAME.encode(),
        b"# coding: latin-1\n# \xe9\xe8\n" + GAME.encode() + b"name = '\xfc'",
        b"# -*- coding: cp1251 -*-\r\n" + GAME.encode() + "имя = 'поле'\r\n".encode("cp1251"),
        GAME.encode().rstrip(b"\n"),
        ("if True:\n\t" + GAME.replace("\n", "\n\t") + "\n\x0c\n\nx = '日本'  # 漢字\t \n").encode(),
        (GAME + "# " + "x" * 5000 + "   \n\n\n").encode(),
        ("class A:\n  def f(s):\n        " + GAME.replace("\n", "\n        ") + "return 1\n").encode(),
    ],
)
def test_every_byte_outside_of_a_change_stays(tmp_path: Path, raw: bytes) -> None:
    expected = raw.replace(b"OriginalSystem(rng)", b"create_system(rng=rng)").replace(
        b"OriginalSystem", b"create_system"
    )
    assert rewritten(tmp_path / "game.py", raw) == expected


def test_a_new_import_has_the_line_breaks_and_the_indentation_of_its_place(tmp_path: Path) -> None:
    raw = b"if True:\r\n\tfrom unitdocs.units.original import *\r\n\ts = OriginalSystem()\r\n"
    expected = (
        b"if True:\r\n\tfrom unitdocs.units import create_system\r\n\tfrom unitdocs.units.original import *\r\n"
        b"\ts = create_system()\r\n"
    )
    assert rewritten(tmp_path / "game.py", raw) == expected


def test_permissions_stay_and_no_other_file_is_left(tmp_path: Path) -> None:
    path = tmp_path / "run.py"
    path.write_text("#!/usr/bin/env python3\n" + GAME)
    path.chmod(0o751)
    rewritten(path, path.read_bytes())
    assert stat.S_IMODE(path.stat().st_mode) == 0o751
    assert [file.name for file in tmp_path.iterdir()] == ["run.py"]


def test_a_read_only_file_and_one_that_changed_meanwhile_are_not_written(tmp_path: Path) -> None:
    for name in ("closed.py", "edited.py"):
        (tmp_path / name).write_text(GAME)
    (tmp_path / "closed.py").chmod(0o444)
    closed, edited = scan(tmp_path).changed_files
    (tmp_path / "edited.py").write_text(GAME + "x = 1\n")
    assert "read-only" in str(write(closed.source, closed.content))
    assert "changed by another program" in str(write(edited.source, edited.content))
    assert (tmp_path / "closed.py").read_text() == GAME
    assert (tmp_path / "edited.py").read_text() == GAME + "x = 1\n"


def test_symbolic_links_are_not_followed(tmp_path: Path) -> None:
    tree, outside = tmp_path / "tree", tmp_path / "outside"
    for folder in (tree, outside):
        folder.mkdir()
        (folder / "game.py").write_text(GAME)
    (tree / "out.py").symlink_to(outside / "game.py")
    (tree / "in.py").symlink_to(tree / "game.py")
    (tree / "far").symlink_to(outside)
    (tree / "gone.py").symlink_to(tmp_path / "nothing.py")
    found = scan(tree)
    assert [one.source.name for one in found.changed_files] == ["game.py"]
    assert [one.name for one in found.skipped] == ["gone.py", "out.py"]
    assert found.folders == ("far",)


def test_folders_of_others_are_left_out_and_named_but_not_those_that_python_writes(tmp_path: Path) -> None:
    names = [".git", ".venv", "__pycache__", "build", "mine", "node_modules", "pkg.egg-info", "venv311"]
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "game.py").write_text(GAME)
    (tmp_path / "venv311" / "pyvenv.cfg").touch()
    found = scan(tmp_path)
    assert [one.source.name for one in found.changed_files] == ["mine/game.py"]
    assert list(found.folders) == [name for name in names if name not in {"mine", "__pycache__"}]


@pytest.mark.parametrize(
    ("name", "raw", "reason", "is_concerned"),
    [
        ("mac.py", b"import unitdocs\rx = 1\r", "would not stay", True),
        ("old.py", b"import unitdocs\nprint 'x'\n", "line 2", True),
        ("template.py", b"class {{ name }}:\n    pass\n", "cannot be parsed", False),
        ("bad.py", b"# unitdocs \xff\n", "encoding", True),
        ("odd.py", b"# coding: nothing\nimport unitdocs\n", "encoding", True),
        ("zero.py", b"import unitdocs\0\n", "would not stay", True),
        ("notes.ipynb", b'{"source": "import unitdocs"}', ".ipynb", True),
        ("fast.pyx", b"cimport unitdocs", ".pyx", True),
    ],
)
def test_what_cannot_be_read_is_named_and_the_rest_is_read(
    tmp_path: Path, name: str, raw: bytes, reason: str, *, is_concerned: bool
) -> None:
    (tmp_path / name).write_bytes(raw + (b"" if is_concerned else b"# OriginalSystem"))
    (tmp_path / "game.py").write_text(GAME)
    found = scan(tmp_path)
    assert [one.source.name for one in found.changed_files] == ["game.py"]
    (skipped,) = found.skipped
    assert skipped.name == name
    assert reason in skipped.reason
    assert skipped.is_concerned or not is_concerned


def test_a_single_file_and_a_folder_inside_of_a_package_can_be_scanned(tmp_path: Path) -> None:
    package = tmp_path / "game"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "engine.py").write_text(GAME)
    (package / "use.py").write_text(
        "from .engine import system\nfrom unitdocs.units.original import SizeCalculator\n"
        "u = SizeCalculator(s, system.rng)\n"
    )
    assert {one.source.name for one in scan(package).changed_files} == {"engine.py", "use.py"}
    assert [one.content.decode() for one in scan(package / "engine.py").changed_files] == [CHANGED]


def test_stub_and_windowless_files_are_read_too(tmp_path: Path) -> None:
    (tmp_path / "engine.pyi").write_text("from unitdocs.units import OriginalSystem\nsystem: OriginalSystem\n")
    (tmp_path / "main.pyw").write_text(GAME)
    assert [one.content.decode() for one in scan(tmp_path).changed_files] == [
        "from unitdocs.units import System\nsystem: System\n",
        CHANGED,
    ]


@pytest.mark.parametrize(("name", "reason"), [("nothing", "does not exist"), ("notes.txt", "no Python file")])
def test_a_path_that_cannot_be_scanned_is_refused(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(InputError, match=reason):
        scan(tmp_path / name)


def test_files_that_nothing_connects_to_the_unit_system_are_not_parsed(tmp_path: Path) -> None:
    (tmp_path / "game.py").write_text("import lists\n" + GAME)
    (tmp_path / "lists.py").write_text("import pickle\npickle.dumps([])\n")
    (tmp_path / "tool.py").write_text("import pickle\npickle.dumps([])\nprint 'old'\n")
    found = scan(tmp_path)
    assert [site.file for site in found.left] == ["lists.py"]
    assert found.skipped == ()
    assert found.files == 3
