"""The forms in which commands write."""

from enum import StrEnum


class Format(StrEnum):
    """How a table is written."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


class ReportForm(StrEnum):
    """How a comparison or a report is written."""

    TABLE = "table"
    MARKDOWN = "markdown"
    JSON = "json"
    HTML = "html"
    JUNIT = "junit"


class ComparisonForm(StrEnum):
    """How a comparison is written."""

    TABLE = "table"
    MARKDOWN = "markdown"
    COMMENT = "comment"
    JSON = "json"
    HTML = "html"
    JUNIT = "junit"


class AnalysisFormat(StrEnum):
    """How an analysis is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
