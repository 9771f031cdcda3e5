"""What evaluates sums of events: DuckDB in this process, or Spark.

Nothing here knows what is evaluated: a connection of Ibis, and how an engine opens files.
"""

import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from unitdocs.errors import InputError

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa
    from pyspark.sql import SparkSession

JAVA_VERSIONS = (17, 21)
"""The versions of Java on which Spark 4.0 runs."""
JAVA_SECONDS = 60
VIEW = "unitdocs_events"
"""The name of the events within Spark."""
MEMORY = "1GB"
"""What an engine may hold if nothing else is said; DuckDB goes on on the disk beyond that."""
MEMORY_SIZE = re.compile(r"\d+(MB|GB)")


class Engine(StrEnum):
    """What evaluates sums of events."""

    DUCKDB = "duckdb"
    SPARK = "spark"


class EvaluationError(InputError):
    """An engine could not read a file or evaluate an expression."""


class EngineConnection:
    """A connection to an engine that can open files of events.

    Args:
        engine: which one it is.
        backend: Ibis' connection.
    """

    def __init__(self, engine: Engine, backend: Any) -> None:  # noqa: ANN401 -- Ibis has no stubs
        self.engine = engine
        self._backend = backend

    def open_files(self, files: Sequence[Path]) -> "ibis.Table":
        """Return the rows of Parquet files, at least one, as a table that is read when it is evaluated.

        Raises:
            EvaluationError: a file cannot be opened.
            InputError: Spark cannot read a file because of its name.
        """
        with self._evaluating():
            return self._open_by_duckdb(files) if self.engine is Engine.DUCKDB else self._open_by_spark(files)

    def evaluate(self, expression: "ibis.Table") -> "pa.Table":
        """Return the rows of an expression.

        Raises:
            EvaluationError: a file cannot be read, or the memory does not suffice.
        """
        with self._evaluating():
            if self.engine is Engine.DUCKDB:
                return expression.to_pyarrow()
            # Ibis would go by way of pandas, as Spark 4.0 does with arguments that pandas has deprecated.
            return self._spark.sql(self._backend.compile(expression)).toArrow()

    @property
    def _spark(self) -> "SparkSession":
        session: SparkSession = self._backend._session  # noqa: SLF001 -- Ibis opens one path only
        return session

    def _open_by_duckdb(self, files: Sequence[Path]) -> "ibis.Table":
        return self._backend.read_parquet([glob.escape(str(path.absolute())) for path in files])

    def _open_by_spark(self, files: Sequence[Path]) -> "ibis.Table":
        hidden = [path for path in files if path.name.startswith("_")]
        if hidden:
            raise InputError(*(f"{path}: Spark reads no file whose name begins with _; rename it" for path in hidden))
        reader = self._spark.read.option("__globPaths__", "false")  # or [ in a name would begin a pattern
        reader.parquet(*(str(path.absolute()) for path in files)).createOrReplaceTempView(VIEW)
        return self._backend.table(VIEW)

    @contextmanager
    def _evaluating(self) -> Iterator[None]:
        try:
            yield
        except self._errors() as error:
            raise EvaluationError(
                f"{self.engine}: the events cannot be read ({_first_line(error)}); correct that and run it again"
            ) from error

    def _errors(self) -> tuple[type[Exception], ...]:
        """Return what the engine raises."""
        if self.engine is Engine.DUCKDB:
            import duckdb  # noqa: PLC0415 -- only this engine needs it

            return (duckdb.Error,)
        from py4j.protocol import Py4JError  # noqa: PLC0415 -- the same
        from pyspark.errors import PySparkException  # noqa: PLC0415 -- the same

        return (PySparkException, Py4JError)


@contextmanager
def connected(engine: Engine, *, threads: int | None = None, memory: str = MEMORY) -> Iterator[EngineConnection]:
    """Connect to an engine.

    A session of Spark that is active in this process is used as it is, with its own threads and memory, and left open:
    that is how sums are evaluated on a cluster.

    Args:
        engine: the engine.
        threads: threads at most, at least 1; None for one on each core.
        memory: what it may hold, such as `1GB` or `500MB`.

    Raises:
        InputError: an argument is out of its range, or Spark cannot start.
        ModuleNotFoundError: the engine is not installed.
    """
    if threads is not None and threads < 1:
        raise InputError(f"threads: expected at least 1, got {threads}")
    if not MEMORY_SIZE.fullmatch(memory):
        raise InputError(f"memory: expected a size such as 1GB or 500MB, got {memory}")
    with _duckdb(threads, memory) if engine is Engine.DUCKDB else _spark(threads, memory) as backend:
        yield EngineConnection(engine, backend)


@contextmanager
def _duckdb(threads: int | None, memory: str) -> Iterator["ibis.BaseBackend"]:
    import ibis  # noqa: PLC0415 -- only this engine needs it

    with tempfile.TemporaryDirectory(prefix="unitdocs-") as scratch:
        settings = {"threads": threads} if threads else {}
        backend = ibis.duckdb.connect(
            memory_limit=memory, temp_directory=scratch, preserve_insertion_order=False, **settings
        )
        try:
            yield backend
        finally:
            backend.disconnect()


@contextmanager
def _spark(threads: int | None, memory: str) -> Iterator["ibis.BaseBackend"]:
    import ibis  # noqa: PLC0415 -- only this engine needs it
    from pyspark.sql import SparkSession  # noqa: PLC0415 -- the same

    running = SparkSession.getActiveSession()
    if running is not None:
        yield ibis.pyspark.connect(running)
        return
    check_java()
    with tempfile.TemporaryDirectory(prefix="unitdocs-", ignore_cleanup_errors=True) as scratch:
        session = start_spark(Path(scratch), threads, memory)
        try:
            yield ibis.pyspark.connect(session)
        finally:
            session.stop()


def start_spark(scratch: Path, threads: int | None = None, memory: str = MEMORY) -> "SparkSession":
    """Start Spark in a process of its own on this machine, reachable from this machine alone.

    Args:
        scratch: a folder for what it keeps on the disk, and for what it says.
        threads: as `connected` takes it.
        memory: the same.

    Raises:
        InputError: it cannot start.
    """
    from pyspark.errors import PySparkException  # noqa: PLC0415 -- only this engine needs it
    from pyspark.sql import SparkSession  # noqa: PLC0415 -- the same

    settings = {
        "spark.master": f"local[{threads or '*'}]",
        "spark.app.name": "unitdocs",
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": memory.replace("B", "").lower(),
        "spark.driver.maxResultSize": "0",
        "spark.local.dir": str(scratch),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(2 * (threads or os.cpu_count() or 1)),
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
    }
    builder = SparkSession.builder
    for name, value in settings.items():
        builder = builder.config(name, value)
    log = scratch / "spark.log"
    try:
        with log.open("wb") as file, _standard_error(file):
            session: SparkSession = builder.getOrCreate()
            session.sparkContext.setLogLevel("ERROR")
    except (PySparkException, OSError) as error:
        raise InputError(f"Spark cannot start ({_last_line(log) or error}); correct that, or use duckdb") from error
    return session


@contextmanager
def _standard_error(file: IO[bytes]) -> Iterator[None]:
    """Send standard error to a file, also that of programs that are started: Java's warnings are not of interest."""
    sys.stderr.flush()
    kept = os.dup(2)
    os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else ""


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def check_java() -> None:
    """Check that there is a Java on which Spark runs.

    Raises:
        InputError: there is none.
    """
    home = os.environ.get("JAVA_HOME")
    program = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    wanted = f"install Java {JAVA_VERSIONS[0]}, or use duckdb"
    if program is None:
        raise InputError(f"Spark needs Java, which is not on the path; {wanted}")
    try:
        answer = subprocess.run(  # noqa: S603 -- the Java that Spark itself would start
            [program, "-version"], capture_output=True, text=True, errors="replace", check=False, timeout=JAVA_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InputError(f"{program}: Spark needs Java, which does not start ({error}); {wanted}") from error
    version = re.search(r'version "(\d+)', answer.stderr + answer.stdout)
    if version is None or int(version[1]) not in JAVA_VERSIONS:
        is_version = f"is Java {version[1]}" if version else "does not say that it is Java"
        raise InputError(f"{program}: {is_version}, and Spark needs {' or '.join(map(str, JAVA_VERSIONS))}; {wanted}")
