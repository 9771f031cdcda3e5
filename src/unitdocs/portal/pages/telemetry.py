"""Part of the page deploy/telemetry: what recording costs a frame."""

from unitdocs.portal.components.markup import Page
from unitdocs.portal.components.page_output import PageOutput, paragraph

PAGE = Page("deploy/telemetry.md")


def build_page() -> PageOutput:
    """Return the snippet `cost`."""
    output = PageOutput(PAGE, "telemetry")
    output.snippet("cost", paragraph("The cost was not measured for this site."))
    return output
