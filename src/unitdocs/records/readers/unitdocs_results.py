"""Results files, as `unitdocs import` writes them."""

from collections.abc import Mapping

from pydantic import ValidationError

from unitdocs.records import store
from unitdocs.records.readers.collector import ResultCollector
from unitdocs.records.readers.places import Node, each, one_line, problems_error
from unitdocs.records.results import LeftOut, Result, Results


def matches_format(root: Mapping[str, object]) -> bool:
    """Return whether a file has the format of results files."""
    return root.get("format") == "unitdocs-results"


def read(root: Node) -> Results:
    """Read a results file."""
    try:
        results = Results.model_validate(root.value)
    except ValidationError as error:
        raise problems_error(store.as_input_error(root.file, error).problems) from error
    collector = ResultCollector()
    nodes = root.member("results").items()
    each(zip(nodes, results.results, strict=True), lambda entry: collector.add(entry[0], _in_one_line(entry[1])))
    read = collector.results(one_line(results.tool), root, results.measured)
    skipped = {one_line(reason): count for reason, count in results.left_out.items()}
    about = {
        "source": one_line(results.source),
        "left_out": skipped,
        "left_out_cases": tuple(map(_left_out_in_one_line, results.left_out_cases)),
        "context": {one_line(name): one_line(text) for name, text in results.context.items()},
    }
    return read.model_copy(update=about)


def _left_out_in_one_line(case: LeftOut) -> LeftOut:
    return case.model_copy(
        update={name: one_line(getattr(case, name)) for name in ("suite", "name", "metric", "reason")}
    )


def _in_one_line(result: Result) -> Result:
    words = {name: one_line(getattr(result, name)) for name in ("suite", "name", "metric", "unit")}
    if result.version is not None:
        words["version"] = one_line(result.version)
    return result.model_copy(update=words)
