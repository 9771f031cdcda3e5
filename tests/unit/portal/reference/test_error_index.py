"""The index of error messages: what counts as a message, and which family it belongs to."""

import re
from pathlib import Path

import pytest

from unitdocs.errors import InputError
from unitdocs.portal.reference import error_index
from unitdocs.portal.reference.error_index import MessageFamily, by_family
from unitdocs.portal.reference.error_messages import ErrorMessage, error_messages

SOURCE = """
from errors import InputError
LIMIT = "64 MiB"

def load(path, size):
    problems = []
    if size > 3:
        raise InputError(f"{path}: larger than {LIMIT}; give a smaller file")
    if not size:
        problems.append("the file is empty")
    problems += [f"{name}: is unknown" for name in path if name not in "ab"]
    problems += _more_problems(path)
    if problems:
        raise InputError(*(f"{path}: {problem}" for problem in problems))
    wrong = "git is not installed" if size else f"git failed: {path}"
    raise PlaceError(wrong)

def _more_problems(path):
    yield "a mark is missing" if path else "no mark was" + f" found in {path.stem}"

def tail(path):
    raise InputError(sentence(path))

def sentence(path):
    return "no file of this name, or" \\
        f" none in {path}"

def reraise(error):
    raise InputError(str(error)) from error

def harmless():
    logger.info("not an error message")
    return "no message at all"
"""
FAMILY = {"cause": "A cause.", "fix": "A *remedy*."}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "src" / "game").mkdir(parents=True)
    (tmp_path / "docs").mkdir()
    (tmp_path / "src" / "game" / "files.py").write_text(SOURCE)
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "start.py").write_text('fail("cannot start <now>")\n')
    return tmp_path


def test_every_text_of_an_error_is_found_wherever_the_code_takes_it_from(project: Path) -> None:
    found = error_messages(project)
    assert {message.text for message in found if message.module == "game.files"} == {
        "<path>: larger than 64 MiB; give a smaller file",
        "the file is empty",
        "<name>: is unknown",
        "a mark is missing",
        "no mark was found in <stem>",
        "git is not installed",
        "git failed: <path>",
        "no file of this name, or none in <path>",
    }
    assert ErrorMessage("cannot start <now>", "scripts/start.py") in found


def test_a_message_matches_what_somebody_saw() -> None:
    message = ErrorMessage("<path>: larger than <…> MiB; give a smaller file", "game.files")
    assert message.matches("unitdocs: menu.json: larger than 64 MiB; give a smaller file")
    assert not message.matches("unitdocs: menu.json: larger than 64 MB; give a smaller file")


def test_the_longest_pattern_decides_the_family() -> None:
    families = [
        MessageFamily(id="all", title="All", modules=("game.*",), **FAMILY),
        MessageFamily(id="files", title="Files", modules=("game.files",), **FAMILY),
    ]
    messages = [ErrorMessage("it is full", "game.files"), ErrorMessage("it is over", "game.end")]
    assert by_family(families, messages) == {"all": [messages[1]], "files": [messages[0]]}


def test_a_message_without_a_family_and_a_family_without_a_message_are_refused() -> None:
    families = [MessageFamily(id="sounds", title="Sounds", modules=("game.sounds",), **FAMILY)]
    with pytest.raises(InputError) as refused:
        by_family(families, [ErrorMessage("it is full", "game.files")])
    assert refused.value.problems == (
        "errors.toml: no family for the messages of game.files; add it to one",
        "errors.toml: sounds: no module of it has a message; remove it",
    )


def test_the_snippet_has_a_section_for_each_family(project: Path) -> None:
    (project / "docs" / "errors.toml").write_text(
        '[[families]]\nid = "files"\ntitle = "Files & more"\nmodules = ["game.*", "scripts/*"]\n'
        'cause = "A cause."\nfix = "A *remedy*."\n'
    )
    ((path, snippet),) = error_index.build(project, project / "docs").items()
    assert path == "generated/reference/errors/messages.md"
    assert snippet.startswith("## Files & more { #files }\n\n**Cause.** A cause.\n\n**What to do.** A *remedy*.\n")
    assert "<var>path</var>: larger than 64 MiB; give a smaller file</th><td><code>game.files</code>" in snippet
    rows = re.findall(r'<th scope="row">(.*?)</th>', snippet)
    assert len(rows) == 9
    assert rows[0] == "a mark is missing"


def test_a_project_without_families_has_no_index(project: Path) -> None:
    assert error_index.build(project, project / "docs") == {}
