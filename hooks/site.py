# ruff: noqa: INP001 -- MkDocs loads this file by its path
"""What the site's build needs beside its plugins; MkDocs calls the functions below by their names.

- When the settings are read: the list of versions is left out where no version is published.
- Before a build: `docs/generated` is rendered from the committed record where it is missing, so that a plain
  `mkdocs serve` works in a fresh clone; Plotly's bundle and the command-line reference are put beside it.
- After a notebook was converted: what its converter brings along is taken out, some of it from other hosts.
- After the page for what is missing was made: its base gets its slash, without which it asks above the site for the
  search, the versions and the list of pages.
"""

import html
import logging
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import typer.main
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.pages import Page

from unitdocs import portal
from unitdocs.cli.program import app
from unitdocs.errors import InputError
from unitdocs.portal import bundle
from unitdocs.records import write_atomically

VERSION_VARIABLE = "MIKE_DOCS_VERSION"  # set by mike while it builds a version
REFERENCE = Path("benchmarks/results/reference.json.gz")
_LOG = logging.getLogger("mkdocs.hooks.site")

NOTEBOOK_MARKUP = (
    # what the converter brings along: its theme, a copy button, a formula typesetter from another host
    (r"<script\b.*?</script>|<style\b.*?</style>|<!--.*?-->", ""),
    (r'<div class="zeroclipboard-container">.*?</clipboard-copy>\s*</div>', ""),
    (r'<div class="clipboard-copy-txt".*?</div>', ""),
    (r'<div class="jp-(?:Collapser|InputPrompt|OutputPrompt)\b[^>]*>[^<]*</div>', ""),
    (r'(<div [^>]*?) tabindex="0"', r"\1"),
    # code, tables and headings as on the other pages
    (
        r'<div class="highlight-ipynb hl-\w+"><pre>(.*?)</pre></div>',
        r'<div class="highlight"><pre><code>\1</code></pre></div>',
    ),
    (r'<table border="1" class="dataframe">(.*?)</table>', r'<div class="ud-table ud-frame"><table>\1</table></div>'),
    (r'<tr style="[^"]*">', "<tr>"),
    (r"<th></th>", "<td></td>"),  # the corner above the index heads nothing
    (r'class="anchor-link"', 'class="headerlink" title="Link to this section"'),
)


class Command(Protocol):
    """What is read of a command; typer has no public name for its type."""

    help: str | None
    params: list[Any]


def on_config(config: MkDocsConfig) -> None:
    """Leave the list of versions out of a build of no version: its pages would ask for a file that is not there."""
    if VERSION_VARIABLE not in os.environ:
        config.extra.pop("version", None)


def on_pre_build(config: MkDocsConfig) -> None:
    """Complete `docs/generated`; what is there and right is left alone.

    Raises:
        PluginError: the committed record is missing or cannot be read; one sentence says what to do.
    """
    root, docs = Path(config.config_file_path).parent, Path(config.docs_dir)
    try:
        if not portal.is_rendered(docs):
            portal.render(root / REFERENCE, None, docs)
        script = bundle.provide(docs / "generated" / "plotly.min.js", root / "build" / "plotly")
    except InputError as error:
        raise PluginError(str(error)) from error
    if not script.is_publishable:
        _LOG.info("the Plotly bundle cannot be built here: the full one serves instead; do not publish this build")
    _write(docs / "generated" / "reference" / "cli.md", command_reference("unitdocs", typer.main.get_command(app)))


def on_page_content(content: str, page: Page, config: MkDocsConfig, files: object) -> str:  # noqa: ARG001 - MkDocs's names
    """Give a notebook the markup of the other pages, and leave the reference's tables of parameters to the eye."""
    if page.file.src_uri.startswith("reference/"):
        content = content.replace("<table>", "<table data-search-exclude>")  # names are found as headings
    if page.file.src_uri.endswith(".ipynb"):
        for pattern, instead in NOTEBOOK_MARKUP:
            content = re.sub(pattern, instead, content, flags=re.DOTALL)
    return content


def on_post_template(output_content: str, template_name: str, config: MkDocsConfig) -> str:  # noqa: ARG001 - MkDocs's names
    """Give the base of the page for what is missing the slash that marks it as a folder."""
    if template_name == "404.html":
        return re.sub(r'("base": "[^"]*[^"/])"', r'\1/"', output_content)
    return output_content


def command_reference(name: str, command: Command) -> str:
    """Return Markdown for a command and its sub-commands, from what the program itself would say."""
    return "\n\n".join(_sections(name, command, 2)) + "\n"


def _sections(name: str, command: Command, level: int) -> Iterator[str]:
    inner: Mapping[str, Command] = getattr(command, "commands", {})
    if not inner:
        yield from _section(name, command, level)
    for word, sub in sorted(inner.items()):
        yield from _sections(f"{name} {word}", sub, level)


def _section(name: str, command: Command, level: int) -> Iterator[str]:
    context = typer.Context(command, info_name=name)  # type: ignore[arg-type]
    yield f"{'#' * level} `{name}` {{ #{name.replace(' ', '-')} }}"
    yield f'```text title="Usage"\n{context.get_usage().removeprefix("Usage: ")}\n```'
    yield from (_paragraph(text) for text in (command.help or "").split("\n\n"))
    if command.params:
        yield _table([parameter.get_help_record(context) for parameter in command.params])


def _paragraph(text: str) -> str:
    """Return a paragraph of help; an example becomes a block to copy."""
    if text.startswith("Example: "):
        return f'```bash title="Example"\n{text.removeprefix("Example: ")}\n```'
    return f"<p>{html.escape(text, quote=False)}</p>"


def _table(rows: list[tuple[str, str]]) -> str:
    body = "\n".join(
        f'<tr><th scope="row"><code>{html.escape(name.strip())}</code></th><td>{html.escape(said)}</td></tr>'
        for name, said in rows
    )
    head = '<thead><tr><th scope="col">Option</th><th scope="col">Meaning</th></tr></thead>'
    return f'<div class="ud-table">\n<table>{head}\n<tbody>\n{body}\n</tbody></table>\n</div>'


def _write(path: Path, text: str) -> None:
    if not path.is_file() or path.read_text() != text:
        write_atomically(path, text.encode())
