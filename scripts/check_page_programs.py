"""Check the programs of the site's pages, `src/unitdocs/portal/theme/assets/*.js`.

Example: python scripts/check_page_programs.py
"""

import startup

startup.begin(__name__)

from launching import launch

if __name__ == "__main__":
    launch("check_page_programs")
