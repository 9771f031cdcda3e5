"""The first steps of a program: an old Python ends it with a sentence, and Ctrl-C waits until that can be one word.

Every Python since 2.7 must be able to compile this file and those that import it before anything else: no annotations,
no f-strings, nothing but ASCII. What a program does is in files that it imports after `begin`.
"""

import os
import sys

OLDEST = (3, 11)


def begin(name):  # noqa: ANN001, ANN201 -- an old Python compiles this
    # type: (str) -> None
    """Begin a program if it was started, not imported; `name` is the module's `__name__`."""
    check()
    if name == "__main__" and os.name == "posix":
        import _signal  # type: ignore[import-not-found]  # noqa: PLC0415 -- the module `signal` takes longer to import than is left to Ctrl-C

        _signal.pthread_sigmask(_signal.SIG_BLOCK, {_signal.SIGINT, _signal.SIGTERM})  # `launch` ends that


def check():  # noqa: ANN201 -- the same
    # type: () -> None
    """Exit with the code of wrong use if this Python is too old for the project."""
    if tuple(sys.version_info[:2]) < OLDEST:
        program, have, need = os.path.basename(sys.argv[0]), sys.version_info[:3], OLDEST  # noqa: PTH119 -- the same
        words = (program, ".".join(map(str, have)), ".".join(map(str, need)))
        sys.stderr.write(
            "{}: this is Python {}; unitdocs needs Python {} or newer; start it with that\n".format(*words)
        )
        sys.exit(2)
