"""Build the site into `site/`, strictly: a broken link or a missing snippet is an error.

Example: python scripts/build_site.py
"""

import sys

from environment import enter


def main() -> None:
    """Run MkDocs in the project's environment, with the options given; exit with its code."""
    enter("portal")
    import click  # noqa: PLC0415 -- inside the environment only
    from mkdocs.__main__ import cli  # noqa: PLC0415

    try:
        with cli.make_context("mkdocs", ["build", "--strict", *sys.argv[1:]]) as context:
            cli.invoke(context)
    except click.exceptions.Exit as ended:  # after `--help`
        sys.exit(ended.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
