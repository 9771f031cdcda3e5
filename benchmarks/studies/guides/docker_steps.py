"""What a Dockerfile does, without Docker and without a registry: its steps are taken in a folder of their own.

The image of Python is a new virtual environment; a command sees the folder of the image as its working folder, and
no variable but those of the image. So a guide's `docker build` and `docker run` are executed wherever the tests run.
"""

import argparse
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

KNOWN = frozenset({"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "CMD", "ENTRYPOINT"})
PYTHON_IMAGE = re.compile(r"python:3\.\d+(-slim)?")


@dataclass
class Image:
    """What has been built so far.

    Args:
        root: the folder of the image's files.
        folder: its working folder, below the root.
        variables: its variables.
        command: what it runs.
    """

    root: str
    folder: str = "."
    variables: dict[str, str] = field(default_factory=dict)
    command: list[str] = field(default_factory=list)

    @property
    def here(self) -> Path:
        """The working folder on this machine."""
        return Path(self.root) / self.folder

    def run(self, words: Sequence[str]) -> int:
        """Run a command as the image does, and return its exit code."""
        programs = Path(self.root) / "python" / "bin"
        environment = {"PATH": f"{programs}:/usr/bin:/bin", "HOME": self.root, **self.variables}
        return subprocess.run(words, cwd=self.here, env=environment, check=False).returncode


def parse(text: str) -> list[tuple[str, str]]:
    """Return the steps of a Dockerfile: an instruction and its text.

    Raises:
        ValueError: it does not begin with an image of Python, or an instruction is unknown here.
    """
    lines = [line.strip() for line in text.replace("\\\n", " ").splitlines()]
    split = [line.partition(" ") for line in lines if line and not line.startswith("#")]
    steps = [(word.upper(), rest.strip()) for word, _, rest in split]
    unknown = [word for word, _ in steps if word not in KNOWN]
    if unknown:
        raise ValueError(f"Dockerfile: {unknown[0]} is none of {', '.join(sorted(KNOWN))}")
    if not steps or steps[0][0] != "FROM" or not PYTHON_IMAGE.fullmatch(steps[0][1]):
        raise ValueError("Dockerfile: its first step must be FROM an image of Python, such as python:3.12-slim")
    return steps


def build(context: Path, root: Path) -> Image:
    """Take the steps of a folder's Dockerfile.

    Args:
        context: the folder that it copies from.
        root: a new folder for the image.

    Raises:
        SystemExit: a command failed.
    """
    image = Image(str(root))
    for word, text in parse((context / "Dockerfile").read_text(encoding="utf-8")):
        _take(image, word, text, context)
    return image


def write_program(folder: Path, images: Path) -> None:
    """Write a program `docker` into a folder, which keeps images in another."""
    folder.mkdir(parents=True)
    images.mkdir(parents=True)
    program = folder / "docker"
    place = Path(__file__).resolve().parent
    program.write_text(
        f"#!{sys.executable}\nimport sys\n\nsys.path.insert(0, {str(place)!r})\n"
        f"import docker_steps\n\ndocker_steps.main({str(images)!r})\n",
        encoding="utf-8",
    )
    program.chmod(0o755)


def main(images: str) -> None:
    """Answer `docker build --quiet --tag NAME FOLDER` and `docker run --rm NAME [COMMAND ...]`."""
    parser = argparse.ArgumentParser(prog="docker")
    commands = parser.add_subparsers(dest="command", required=True)
    building, running = commands.add_parser("build"), commands.add_parser("run")
    building.add_argument("--quiet", action="store_true", required=True)
    building.add_argument("--tag", required=True)
    building.add_argument("context", type=Path)
    running.add_argument("--rm", action="store_true", required=True)
    running.add_argument("--env", action="append", default=[])
    running.add_argument("image")
    running.add_argument("words", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if options.command == "build":
        root = Path(tempfile.mkdtemp(dir=images))
        image = build(options.context, root)
        (Path(images) / f"{options.tag}.json").write_text(json.dumps(asdict(image)), encoding="utf-8")
        print(f"sha256:{hashlib.sha256(str(root).encode()).hexdigest()}")
    else:
        image = Image(**json.loads((Path(images) / f"{options.image}.json").read_text(encoding="utf-8")))
        image.variables |= dict(value.split("=", 1) for value in options.env)
        sys.exit(image.run(options.words or image.command))


def _take(image: Image, word: str, text: str, context: Path) -> None:
    """Take one step; a user other than the first one is not needed here."""
    if word == "FROM":
        subprocess.run(["python", "-m", "venv", str(image.here / "python")], check=True)
    elif word == "WORKDIR":
        image.folder = str(Path(image.folder) / text.lstrip("/"))
        image.here.mkdir(parents=True, exist_ok=True)
    elif word == "ENV":
        image.variables |= dict(part.split("=", 1) for part in shlex.split(text))
    elif word == "COPY":
        _copy(image, shlex.split(text), context)
    elif word == "RUN":
        code = image.run(["sh", "-c", text])
        if code:
            sys.exit(f"docker: RUN {text} ended with {code}")
    elif word in {"CMD", "ENTRYPOINT"}:
        image.command = json.loads(text)


def _copy(image: Image, words: Sequence[str], context: Path) -> None:
    """Copy files of the context; of a folder its contents, as Docker does."""
    *sources, target = words
    end = Path(os.path.normpath(image.here / target))
    for source in (found for name in sources for found in sorted(context.glob(name))):
        if source.is_dir():
            shutil.copytree(source, end, dirs_exist_ok=True)
        else:
            into = end / source.name if target.endswith("/") or target == "." else end
            into.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, into)
