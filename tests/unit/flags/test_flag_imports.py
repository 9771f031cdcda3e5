"""A game that uses the flag loads the standard library alone."""

import subprocess
import sys

PROGRAM = """
import sys
from unitdocs.flags import choose_system
choose_system("a")
names = {name.partition(".")[0] for name in sys.modules}
print(sorted(names - set(sys.stdlib_module_names) - {"unitdocs", "__main__", "_distutils_hack", "sitecustomize"}))
"""


def test_the_flag_needs_the_standard_library_alone() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    loaded = done.stdout.strip()
    # What an editable installation loads by its own path files is none of the flag's.
    assert loaded in ("[]", "['__editables_finder__']", "['_editable_impl_unitdocs']"), loaded
