"""Provenance: what a run was made from, so that it can be made again."""

from __future__ import annotations

import platform
import subprocess
import time
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.outcomes.manifest import MANIFEST

if TYPE_CHECKING:
    from sim.domain.ensemble import Draws

PROJECT = "chip-war-simulator"
LIBRARIES = (
    "hydra-core",
    "mesa",
    "networkx",
    "numpy",
    "omegaconf",
    "pandas",
    "pyarrow",
    "pydantic",
    "scipy",
)
"""Libraries whose versions a reader may need to obtain the same numbers."""

PACKAGE = Path(__file__).resolve().parents[1]
_LOCKS = ("requirements/run.lock", "requirements/dev.lock")
_GIT_PATIENCE = 10
"""Seconds that git may take."""


@dataclass(frozen=True)
class RunStart:
    """When a run began.

    Attributes:
        moment: day and time, with the time zone.
        clock: seconds of a clock that nobody sets, as they do those of the day.
    """

    moment: datetime = field(default_factory=lambda: datetime.now(UTC))
    clock: float = field(default_factory=time.monotonic)

    @property
    def seconds_ago(self) -> float:
        """How long ago that is."""
        return time.monotonic() - self.clock


def provenance(
    *,
    command: Iterable[str],
    seed: int,
    draws: Draws,
    data: Path,
    law_folder: Path | None = None,
    scenarios: Mapping[str, str],
    assumptions: Mapping[str, Any],
    started: RunStart,
    vintage: Mapping[str, object] | None = None,
    warnings: Iterable[str] = (),
) -> dict[str, Any]:
    """Return what a run was made from.

    Args:
        command: the command line.
        seed: what fixes the luck of every draw.
        draws: the possible worlds.
        data: the folder of data that was read.
        law_folder: the folder of the user's own files of law, if there is one.
        scenarios: resolved content of each scenario, by name.
        assumptions: where they were drawn from.
        started: when the run began.
        vintage: what was known, if not all that is on record was.
        warnings: what was said before it started.
    """
    # Who asks for the version alone needs no SciPy.
    from sim.experiments.arithmetic import (  # noqa: PLC0415
        arithmetic,
        processor_features,
    )

    return {
        "project": PROJECT,
        "version": project_version(),
        "source": checkout_state(),
        "code": code_digest(),
        "command": list(command),
        "seed": seed,
        "draws": draws.count,
        "first_draw": draws.first,
        "assumptions": dict(assumptions),
        "data": file_hashes(data),
        "own_law": {} if law_folder is None else file_hashes(law_folder),
        "vintage": vintage,
        "warnings": list(warnings),
        "scenarios": {name: _hash(text.encode()) for name, text in scenarios.items()},
        "lock": lock_hashes(),
        "platform": {
            "python": platform.python_version(),
            "implementation": platform.python_implementation(),
            "system": platform.platform(),
            "machine": platform.machine(),
            "processor_features": processor_features(),
        },
        "arithmetic": arithmetic(),
        "libraries": library_versions(),
        "manifest": MANIFEST,
        "started": started.moment.isoformat(timespec="seconds"),
        "wall_time_seconds": round(started.seconds_ago, 3),
    }


def project_version() -> str:
    """Return the version of the simulator: that of the checkout, or as installed."""
    declared = PACKAGE.parent / "pyproject.toml"
    if declared.is_file():
        project = tomllib.loads(declared.read_text(encoding="utf-8")).get("project", {})
        if project.get("name") == PROJECT:
            return str(project["version"])
    try:
        return version(PROJECT)
    except PackageNotFoundError:
        return "unknown"


def checkout_state() -> dict[str, Any] | None:
    """Return commit of the checkout that is run, and whether it was changed since.

    None if the code is in no checkout of its own, or git is not available.
    """
    root = PACKAGE.parent
    if not (root / ".git").exists():
        return None
    commit = _git(root, "rev-parse", "HEAD")
    if commit is None:
        return None
    changed = _git(root, "status", "--porcelain", "--untracked-files=no")
    return {"commit": commit, "dirty": bool(changed)}


def code_digest(package: Path = PACKAGE, without: str = "") -> str:
    """Return the SHA-256 of all code of the simulator.

    Args:
        package: the folder of the code.
        without: a package in it that is left out.
    """
    digests = [
        f"{path.relative_to(package).as_posix()} {_hash(path.read_bytes())}"
        for path in sorted(package.rglob("*.py"))
        if path.relative_to(package).parts[0] != without
    ]
    return _hash("\n".join(digests).encode())


def file_hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each data file below a folder, by relative path."""
    files = sorted(
        path
        for path in folder.rglob("*")
        if path.suffix in {".csv", ".yaml", ".json"} and path.is_file()
    )
    return {
        path.relative_to(folder).as_posix(): _hash(path.read_bytes()) for path in files
    }


def lock_hashes() -> dict[str, str]:
    """Return the SHA-256 of each lock file found beside or inside the package."""
    digests: dict[str, str] = {}
    for name in _LOCKS:
        for root in (PACKAGE / "_shipped", PACKAGE.parent):
            if (root / name).is_file():
                digests.setdefault(name, _hash((root / name).read_bytes()))
    return digests


def library_versions() -> dict[str, str]:
    """Return the versions of the libraries that numbers may depend on."""
    return {name: version(name) for name in LIBRARIES}


def _git(root: Path, *arguments: str) -> str | None:
    try:
        answer = subprocess.run(
            ["git", "-C", str(root), *arguments],
            capture_output=True,
            text=True,
            check=True,
            timeout=_GIT_PATIENCE,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()
