"""`unitdocs report`: the performance report of one run, or of two files of results."""

from pathlib import Path
from typing import Annotated

import typer

from unitdocs.cli.formats import ComparisonForm, ReportForm
from unitdocs.errors import InputError
from unitdocs.files import write_atomically


def report(
    record: Annotated[Path, typer.Argument(help="A run record, or the base of a comparison.", show_default=False)],
    head: Annotated[
        Path | None,
        typer.Argument(
            help="Results to compare with it, of any tool that unitdocs compare reads; the report is then that of both "
            "files.",
            show_default=False,
        ),
    ] = None,
    form: Annotated[
        ReportForm,
        typer.Option(
            "--format",
            help="html as a page, markdown for a pull request, json for programs, junit for build servers, table for "
            "people.",
        ),
    ] = ReportForm.HTML,
    out: Annotated[
        Path | None, typer.Option(help="The file to write (default: standard output).", show_default=False)
    ] = None,
) -> None:
    """Write the report of a run to one file: summary, recommendations, cases (worst first), environment and method.

    Markdown is short enough for a comment on a pull request; build servers show JUnit XML as tests. A table is that of
    unitdocs compare.

    Example: unitdocs report build/records/20261124T161153Z-322b.json --format html --out report.html
    """
    for file in (record, head):
        if out is not None and file is not None and out.exists() and file.exists() and out.samefile(file):
            raise InputError(f"--out {out}: is the run record itself, which would be lost; choose another file")
    if out is not None and not out.parent.is_dir():
        raise InputError(f"--out {out}: there is no folder {out.parent}; create it, or choose another file")
    text = text_of(record, head, form)
    content = text.encode(errors="backslashreplace")  # as UTF-8, which HTML, JSON and XML state or expect
    if out is None:
        typer.echo(content, nl=not text.endswith("\n"))
        return
    try:
        write_atomically(out, content)
    except BrokenPipeError:  # a reader of /dev/stdout that left, as `| head` does
        raise
    except OSError as error:
        raise InputError(f"--out {out}: cannot be written ({error.strerror or error}); choose another file") from error


def text_of(record: Path, head: Path | None, form: ReportForm) -> str:
    """Return the report of a run record, or of a comparison if there is a head.

    Raises:
        InputError: a file cannot be read, or nothing can be compared.
    """
    from unitdocs.analysis.comparison import compare_arms, compare_files  # noqa: PLC0415
    from unitdocs.cli.comparison_formats import write  # noqa: PLC0415
    from unitdocs.portal.report import ReportFormat  # noqa: PLC0415
    from unitdocs.portal.report import report as write_report  # noqa: PLC0415
    from unitdocs.records import load  # noqa: PLC0415

    if head is not None:
        return write(compare_files(record, head), ComparisonForm(form.value))
    if form is ReportForm.TABLE:
        return write(compare_arms(load(record)), ComparisonForm.TABLE)
    return write_report(load(record), ReportFormat(form.value))
