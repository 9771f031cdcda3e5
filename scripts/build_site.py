"""Build the site into `site/`, strictly: a broken link or a missing snippet is an error.

Example: python scripts/build_site.py
"""

import subprocess
import sys

from environment import enter


def main() -> None:
    """Run MkDocs in the project's environment, with the options given; exit with its code."""
    enter("portal")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", *sys.argv[1:]]
    raise SystemExit(subprocess.run(command, check=False).returncode)


if __name__ == "__main__":
    main()
