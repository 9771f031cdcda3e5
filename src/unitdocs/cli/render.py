"""`unitdocs render`: records to figures, tables and snippets."""


def render() -> None:
    """Render run records into the pages' generated parts."""
