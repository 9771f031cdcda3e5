"""The forms in which `compare` and `report` write."""

from enum import StrEnum


class Format(StrEnum):
    """How a comparison or a report is written."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"
    JUNIT = "junit"
