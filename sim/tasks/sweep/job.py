"""A job: all that a worker needs to know of a block, in one small file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sim.domain.ensemble import Draws
from sim.experiments.factors import Value

FOLDER = "jobs"
"""Where the jobs of a sweep stand, in its folder, while it lasts."""


@dataclass(frozen=True)
class BlockJob:
    """What a worker is to live, and where it puts the numbers.

    Attributes:
        block: id of the block.
        store: the folder of blocks.
        overrides: those that all points share.
        settings: those that are swept.
        points: by key of a point, its value of each of them.
        first: number of the first draw.
        count: how many draws each point has.
    """

    block: str
    store: str
    overrides: tuple[str, ...]
    settings: tuple[str, ...]
    points: dict[str, tuple[Value, ...]]
    first: int
    count: int

    @property
    def draws(self) -> Draws:
        """The draws of each point."""
        return Draws(self.count, self.first)

    def write(self, folder: Path) -> None:
        """Put the job into the folder of its sweep."""
        path = _path(folder, self.block)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path, block: str) -> BlockJob:
        """Return the job of a block."""
        content = json.loads(_path(folder, block).read_text(encoding="utf-8"))
        points = {key: tuple(values) for key, values in content.pop("points").items()}
        overrides, settings = content.pop("overrides"), content.pop("settings")
        return cls(
            overrides=tuple(overrides),
            settings=tuple(settings),
            points=points,
            **content,
        )


@dataclass
class BlockProgress:
    """How far a worker has come with a block, told through a file beside the job.

    Attributes:
        path: the file.
        months: how many months there are to be lived.
        lived: how many have been.
    """

    path: Path
    months: int
    months_run: int = 0

    @classmethod
    def of(cls, folder: Path, block: str, months: int) -> BlockProgress:
        """Return the pace of a block that is begun."""
        return cls(_path(folder, block).with_suffix(".pace"), months)

    def report_month(self) -> None:
        """Tell that another month has been lived."""
        self.months_run += 1
        self.path.write_text(f"{min(self.months_run / self.months, 1.0):.4f}")


def progress_of(sweep: Path, blocks: Sequence[str]) -> dict[str, float]:
    """Return what share of each block has been lived, as far as its worker has told."""
    found = {}
    for block in blocks:
        path = _path(sweep, block).with_suffix(".pace")
        try:
            found[block] = float(path.read_text())
        except (OSError, ValueError):
            found[block] = 0.0
    return found


def _path(sweep: Path, block: str) -> Path:
    return sweep / FOLDER / f"{block}.json"
