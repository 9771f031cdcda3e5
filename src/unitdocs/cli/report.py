"""`unitdocs report`: the performance report of one run."""

from pathlib import Path
from typing import Annotated

import typer

from unitdocs.errors import InputError


def report(
    record: Annotated[Path, typer.Argument(help="A run record.", show_default=False)],
    form: Annotated[str, typer.Option("--format", help="html, markdown, json or junit.")] = "html",
    out: Annotated[
        Path | None, typer.Option(help="The file to write (default: standard output).", show_default=False)
    ] = None,
) -> None:
    """Write the report of a run to one file: summary, recommendations, cases (worst first), environment and method.

    Markdown is short enough for a comment on a pull request; build servers show JUnit XML as tests.

    Example: unitdocs report build/records/20261124T161153Z-322b.json --format html --out report.html
    """
    from unitdocs import records  # noqa: PLC0415 -- pandas would slow the start of every command
    from unitdocs.portal.report import ReportFormat  # noqa: PLC0415
    from unitdocs.portal.report import report as write  # noqa: PLC0415

    if form not in list(ReportFormat):
        raise InputError(f"--format {form}: give one of {', '.join(ReportFormat)}")
    if out is not None and out.exists() and record.exists() and out.samefile(record):
        raise InputError(f"--out {out}: is the run record itself, which would be lost; choose another file")
    if out is not None and not out.parent.is_dir():
        raise InputError(f"--out {out}: there is no folder {out.parent}; create it, or choose another file")
    text = write(records.load(record), ReportFormat(form))
    content = text.encode(errors="backslashreplace")  # as UTF-8, which HTML, JSON and XML state or expect
    if out is None:
        typer.echo(content, nl=not text.endswith("\n"))
        return
    try:
        records.write_atomically(out, content)
    except BrokenPipeError:  # a reader of /dev/stdout that left, as `| head` does
        raise
    except OSError as error:
        raise InputError(f"--out {out}: cannot be written ({error.strerror or error}); choose another file") from error
