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
class Job:
    """What a worker is to live, and where it puts the numbers.

    Attributes:
        block: id of the block.
        store: the folder of blocks.
        fixed: words that all points share.
        keys: the settings that are swept.
        points: by key of a point, its value of each of them.
        first: number of the first draw.
        count: how many draws each point has.
    """

    block: str
    store: str
    fixed: tuple[str, ...]
    keys: tuple[str, ...]
    points: dict[str, tuple[Value, ...]]
    first: int
    count: int

    @property
    def draws(self) -> Draws:
        """The draws of each point."""
        return Draws(self.count, self.first)

    def write(self, sweep: Path) -> None:
        """Put the job into the folder of its sweep."""
        path = _path(sweep, self.block)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, sweep: Path, block: str) -> Job:
        """Return the job of a block."""
        content = json.loads(_path(sweep, block).read_text(encoding="utf-8"))
        points = {key: tuple(values) for key, values in content.pop("points").items()}
        fixed, keys = tuple(content.pop("fixed")), tuple(content.pop("keys"))
        return cls(fixed=fixed, keys=keys, points=points, **content)


@dataclass
class Pace:
    """How far a worker has come with a block, told through a file beside the job.

    Attributes:
        path: the file.
        months: how many months there are to be lived.
        lived: how many have been.
    """

    path: Path
    months: int
    lived: int = 0

    @classmethod
    def of(cls, sweep: Path, block: str, months: int) -> Pace:
        """Return the pace of a block that is begun."""
        return cls(_path(sweep, block).with_suffix(".pace"), months)

    def tick(self) -> None:
        """Tell that another month has been lived."""
        self.lived += 1
        self.path.write_text(f"{min(self.lived / self.months, 1.0):.4f}")


def pace(sweep: Path, blocks: Sequence[str]) -> dict[str, float]:
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
