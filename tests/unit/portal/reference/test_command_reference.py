"""The command-line reference of a small program."""

from pathlib import Path
from typing import Annotated

import pytest
import typer

from unitdocs.errors import InputError
from unitdocs.portal.reference import commands

app = typer.Typer(name="shelf", rich_markup_mode=None, add_completion=False)
group = typer.Typer(name="book")
app.add_typer(group)


@app.command()
def tidy(depth: Annotated[int, typer.Option(help="How deep <b>it</b> goes.")] = 1) -> None:
    """Tidy up & sort.

    Example: shelf tidy --depth 2
    """


@group.command()
def lend() -> None:
    """Lend a book."""


REFERENCE = commands.command_reference("shelf", typer.main.get_command(app))


def test_each_command_is_a_section_with_its_usage_and_example() -> None:
    assert [line for line in REFERENCE.splitlines() if line.startswith("##")] == [
        "## `shelf book lend` { #shelf-book-lend }",
        "## `shelf tidy` { #shelf-tidy }",
    ]
    assert '```text title="Usage"\nshelf tidy [OPTIONS]\n```' in REFERENCE
    assert '```bash title="Example"\nshelf tidy --depth 2\n```' in REFERENCE
    assert "<p>Tidy up &amp; sort.</p>" in REFERENCE


def test_an_option_is_a_row_with_its_meaning() -> None:
    assert "<code>--depth &lt;int&gt;</code>" in REFERENCE.replace("INTEGER", "&lt;int&gt;")
    assert "How deep &lt;b&gt;it&lt;/b&gt; goes." in REFERENCE


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("", 'expected the name of a typer program, such as "package.module:app"'),
        ("commands = 3", "expected the name of a typer program"),
        ('commands = "no_such_package:app"', "no_such_package:app cannot be loaded"),
        ('commands = "unitdocs.cli.program:no_such_name"', "no_such_name cannot be loaded"),
    ],
)
def test_a_project_that_names_no_program_is_an_error(tmp_path: Path, setting: str, message: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.unitdocs]\n{setting}\n")
    with pytest.raises(InputError, match=f"pyproject.toml: tool.unitdocs.commands: .*{message}"):
        commands.build(tmp_path, tmp_path)


def test_the_project_s_own_program_is_described(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.unitdocs]\ncommands = "unitdocs.cli.program:app"\n')
    built = commands.build(tmp_path, tmp_path)
    assert list(built) == ["generated/reference/commands/unitdocs.md"]
    assert "{ #unitdocs-units-resolve }" in built["generated/reference/commands/unitdocs.md"]
