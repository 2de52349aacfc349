"""What a search has run so far: in memory, and on the disk, a file for each generation.

A search that was killed asks for the same designs again, and finds what it had run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from sim.domain.errors import OutputError
from sim.experiments.regime_search.design_space import Genes
from sim.experiments.regime_search.evolution import Losses, as_text
from sim.outcomes.sweep.durable_files import remove_partial_files, write_durably

Run = Callable[[list[Genes]], Losses]
"""Returns the losses of designs that were not run before."""


@dataclass
class SearchArchive:
    """The designs that were run, by generation.

    Attributes:
        folder: where generations are kept.
        objectives: their names.
        run: runs designs.
        losses: of every design that was run.
        born: the generation in which each was first asked for.
        generation: the next one, from 0.
    """

    folder: Path
    objectives: Sequence[str]
    run: Run
    losses: dict[Genes, tuple[float, ...]] = field(default_factory=dict)
    born: dict[Genes, int] = field(default_factory=dict)
    generation: int = 0

    def __call__(self, designs: list[Genes]) -> Losses:
        """Return the losses of the designs of the next generation."""
        file = self.folder / f"generation_{self.generation:04d}.csv"
        new = [genes for genes in dict.fromkeys(designs) if genes not in self.losses]
        kept = self._read(file)
        missing = [genes for genes in new if genes not in kept]
        if missing:
            run = map(tuple, self.run(missing).tolist())
            kept |= dict(zip(missing, run, strict=True))
            self._write(file, {genes: kept[genes] for genes in new})
        for genes in new:
            self.losses[genes], self.born[genes] = kept[genes], self.generation
        self.generation += 1
        rows = [self.losses[genes] for genes in designs]
        return np.array(rows).reshape(len(designs), len(self.objectives))

    def prepare(self) -> None:
        """Remove what writers that were killed left unfinished."""
        if self.folder.exists():
            remove_partial_files(self.folder)

    def _write(self, file: Path, losses: dict[Genes, tuple[float, ...]]) -> None:
        rows = [",".join(["genes", *self.objectives])]
        rows += [
            ",".join([as_text(genes), *map(repr, own)]) for genes, own in losses.items()
        ]
        write_durably(file, "\n".join([*rows, ""]).encode())

    def _read(self, file: Path) -> dict[Genes, tuple[float, ...]]:
        """Return what a file of a generation has; nothing if there is none."""
        if not file.exists():
            return {}
        try:
            head, *rows = file.read_text("utf-8").splitlines()
            if head != ",".join(["genes", *self.objectives]):
                raise ValueError
            return dict(map(_design, rows))
        except (ValueError, OSError) as error:
            raise OutputError(
                f"{file}: is not what this search wrote; remove it, and its designs "
                "are run again"
            ) from error


def _design(row: str) -> tuple[Genes, tuple[float, ...]]:
    genes, *losses = row.split(",")
    return tuple(map(int, genes.split())), tuple(map(float, losses))
