"""Evolution: generations of designs, each made of the best of those before.

The algorithm is NSGA-III as pymoo has it: it depends on its seed and on the values of
the designs alone, so a search that is run again asks for the same designs.

Source:
    Deb and Jain (2014), An evolutionary many-objective optimization algorithm using
    reference-point-based nondominated sorting, IEEE Transactions on Evolutionary
    Computation 18.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from pymoo.algorithms.moo.nsga3 import NSGA3
from pymoo.core.problem import Problem
from pymoo.core.repair import Repair
from pymoo.operators.crossover.ux import UX
from pymoo.operators.mutation.pm import PM
from pymoo.operators.selection.tournament import TournamentSelection
from pymoo.util.ref_dirs import get_reference_directions

from sim.domain.array_types import Float64, Int64
from sim.experiments.regime_search.design_space import DesignSpace, Genes
from sim.experiments.regime_search.evaluation import WIDTH

Losses = Float64[np.ndarray, "designs objectives"]
"""How bad designs are by each objective: less is better."""

Evaluated = Callable[[list[Genes]], Losses]
"""Returns the losses of designs that keep the limits."""

_MUTATION = 3.0
"""Index of polynomial mutation: the smaller, the farther values move."""

_EXPECTED_LEVERS = 2.0
"""Levers that a design of the first generation uses on average."""

_MOST_TRIES = 20
"""Random designs that are tried for each one of the first generation."""

_FAR = 1e30
"""Loss of a design that is not run since it does not keep the limits."""


def evolve(
    space: DesignSpace,
    evaluated: Evaluated,
    *,
    objectives: int,
    population: int,
    generations: int,
    seed: int,
) -> None:
    """Have generations of designs evaluated, one after another.

    Args:
        space: what may be chosen.
        evaluated: returns the losses of designs; called once for each generation.
        objectives: how many losses a design has.
        population: designs in a generation.
        generations: how many.
        seed: of all that is left to chance.
    """
    algorithm = NSGA3(
        _directions(objectives, population),
        pop_size=population,
        sampling=first_generation(space, population, seed),
        selection=TournamentSelection(func_comp=_nearer_to_the_limits),
        crossover=UX(),
        mutation=_MutationOfGroups(space),
        repair=_WithinBounds(space),
    )
    algorithm.setup(
        _DesignProblem(space, evaluated, objectives),
        termination=("n_gen", generations),
        seed=seed,
    )
    for _ in range(generations):
        algorithm.next()


def _nearer_to_the_limits(
    designs: Any, pairs: Any, *, random_state: np.random.Generator, **_kwargs: Any
) -> Any:
    """Return of each pair of designs the one that exceeds the limits by less.

    Of equal ones either is. pymoo 0.6.2 takes chance of its own there, which no seed
    fixes.
    """
    excess = designs.get("CV")[:, 0]
    first, second = pairs[:, 0], pairs[:, 1]
    either = np.where(random_state.random(len(pairs)) < 0.5, first, second)
    gap = excess[first] - excess[second]
    return np.where(gap < 0.0, first, np.where(gap > 0.0, second, either))[:, None]


def _directions(
    objectives: int, population: int
) -> Float64[np.ndarray, "directions objectives"]:
    """Return as many evenly spread directions as a population has room for."""
    partitions = 1
    directions = get_reference_directions("das-dennis", objectives, n_partitions=1)
    while True:
        more = get_reference_directions(
            "das-dennis", objectives, n_partitions=partitions + 1
        )
        if len(more) > population:
            return np.asarray(directions)
        directions, partitions = more, partitions + 1
        if objectives == 1:
            return np.asarray(directions)


def first_generation(
    space: DesignSpace, population: int, seed: int
) -> Int64[np.ndarray, "designs genes"]:
    """Return no lever, each lever alone, and random designs, without repetition."""
    middle = len(space.quarters) // 2
    designs = {space.clean([0] * len(space.sizes)): None}
    for lever in space.levers:
        designs |= dict.fromkeys(space.alone(lever, q) for q in (0, middle))
    luck = np.random.default_rng(seed)
    used = min(_EXPECTED_LEVERS / len(space.levers), 1.0)
    tries = 0
    while len(designs) < population and tries < _MOST_TRIES * population:
        shared = [int(luck.integers(size)) for size in space.sizes]
        for _, place in space.places():
            shared[place] = int(luck.uniform() < used)
        for _ in range(WIDTH):
            genes = [int(luck.integers(size)) for size in space.sizes]
            for place in space.shared_genes:
                genes[place] = shared[place]
            designs[space.clean(genes)] = None
        tries += 1
    return np.array(list(designs)[:population], dtype=np.int64)


class _WithinBounds(Repair):  # type: ignore[misc]
    """Rounds genes, keeps them within bounds and clears those of unused levers."""

    def __init__(self, space: DesignSpace) -> None:
        super().__init__()
        self._space = space

    def _do(self, _problem: Any, genes: Any, **_kwargs: Any) -> Any:
        return np.array([self._space.clean(np.rint(row)) for row in genes])


class _MutationOfGroups(PM):  # type: ignore[misc]
    """Changes genes at random, and has designs share what cannot differ in one world.

    Of every `WIDTH` designs in a row all take the levers and dates of the first, and
    keep their own numbers: such designs are run side by side.
    """

    def __init__(self, space: DesignSpace) -> None:
        super().__init__(prob=1.0, eta=_MUTATION)
        self._shared = space.shared_genes

    def _do(self, *given: Any, **named: Any) -> Any:
        rows = super()._do(*given, **named)
        for first in range(0, len(rows), WIDTH):
            rows[first : first + WIDTH, self._shared] = rows[first, self._shared]
        return rows


class _DesignProblem(Problem):  # type: ignore[misc]
    """Designs as pymoo has them: genes, losses and limits."""

    def __init__(
        self, space: DesignSpace, evaluated: Evaluated, objectives: int
    ) -> None:
        super().__init__(
            n_var=len(space.sizes),
            n_obj=objectives,
            n_ieq_constr=2,
            xl=np.zeros(len(space.sizes)),
            xu=np.array(space.sizes) - 1.0,
            vtype=int,
        )
        self._space, self._evaluated = space, evaluated

    def _evaluate(
        self, rows: Any, out: dict[str, Any], *_: Any, **_kwargs: Any
    ) -> None:
        designs = [self._space.clean(np.rint(row)) for row in rows]
        allowed = [self._space.is_allowed(genes) for genes in designs]
        losses = np.full((len(designs), self.n_obj), _FAR)
        losses[allowed] = self._evaluated(
            [genes for genes, ok in zip(designs, allowed, strict=True) if ok]
        )
        out["F"] = losses
        out["G"] = np.array([self._space.excess(genes) for genes in designs])


def as_text(genes: Sequence[int]) -> str:
    """Return genes as text.

    Example:
        >>> as_text((1, 0, 12))
        '1 0 12'
    """
    return " ".join(map(str, genes))
