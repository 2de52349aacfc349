"""The generations of a Chinese designer's accelerators, and when each is launched."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.domain.array_types import Int64
from sim.domain.ensemble import InDraws, PerDraw
from sim.domain.months import Month
from sim.mechanisms.launches import speed_of_development
from sim.world import World

_NOT_YET = 1e6
"""A month beyond every horizon, in months since the start of the world."""


@dataclass(frozen=True)
class DomesticChip:
    """A Chinese accelerator.

    Attributes:
        announced: month in which it was announced.
        launch: first month of sale, by the record or the roadmap.
        dies: compute dies in a package.
        stacks: memory stacks in a package.
        training: H100-equivalents for training, on paper; `inference` likewise.
        price: USD.
    """

    name: str
    announced: Month
    launch: Month
    dies: float
    stacks: float
    training: float
    inference: float
    price: float


@dataclass(frozen=True, eq=False)
class ChipOnSale:
    """The accelerator that a designer sells, which may differ between draws.

    Attributes:
        dies: compute dies in a package.
        stacks: memory stacks in a package.
        training: H100-equivalents for training, on paper; `inference` likewise.
        price: USD.
        months: since its launch.
    """

    dies: PerDraw
    stacks: PerDraw
    training: PerDraw
    inference: PerDraw
    price: PerDraw
    months: PerDraw


class Roadmap:
    """Which of a designer's generations is on sale.

    The last `months_of_launch` before a launch go as planned, so that one announced
    shortly before is launched when the record says. Before that, work on a generation
    goes faster or slower than planned.

    Attributes:
        generations: in the order of their launches.
        done: by generation, months of its roadmap worked off since the announcement.
        launched: by generation, its first month of sale, in months since the start of
            the world; `_NOT_YET` while that is open.
    """

    def __init__(self, world: World, generations: Sequence[DomesticChip]) -> None:
        self.generations = tuple(generations)
        self._flexible = {
            number: chip.launch - chip.announced - int(world.facts["months_of_launch"])
            for number, chip in enumerate(self.generations)
        }
        self.launched = tuple(
            world.per_draw(
                _NOT_YET if self._flexible[number] > 0 else chip.launch - world.start
            )
            for number, chip in enumerate(self.generations)
        )
        self.done = tuple(world.zeros() for _ in self.generations)
        self._on_sale: tuple[Month, ChipOnSale] | None = None

    def advance(self, world: World, *, worth: PerDraw, running: PerDraw) -> None:
        """Work for a month on the generations that are announced and not yet ready.

        Args:
            world: which says what month it is.
            worth: what an accelerator is worth over its cost.
            running: wafers started over wafers planned, on the lines that make dies.
        """
        speed = speed_of_development(
            worth=worth,
            worth_planned=world.assume["ascend.worth_on_roadmap"],
            running=running,
            running_planned=world.facts["running_share_on_roadmap"],
            response=world.assume["ascend.launch_response"],
        )
        speed = np.where(world.draws_with("domestic_investment"), speed, 1.0)
        for number, chip in enumerate(self.generations):
            if self._flexible[number] > 0 and chip.announced < world.month:
                self._work_on(number, world, speed)
        self._on_sale = None

    def _work_on(self, number: int, world: World, speed: PerDraw) -> None:
        """Do a month of work; a generation that is ready is launched months later."""
        done, launched = list(self.done), list(self.launched)
        done[number] = done[number] + speed
        ready = (done[number] >= self._flexible[number]) & (
            launched[number] == _NOT_YET
        )
        launch = world.month + int(world.facts["months_of_launch"]) - world.start
        launched[number] = np.where(ready, float(launch), launched[number])
        self.done, self.launched = tuple(done), tuple(launched)

    def launched_in(self, world: World, number: int) -> InDraws:
        """Return the draws in which a generation is launched this month."""
        return self.launched[number] == float(world.month - world.start)

    def on_sale(self, world: World) -> ChipOnSale:
        """Return the newest accelerator that is sold; before any, the first."""
        if self._on_sale is None or self._on_sale[0] is not world.month:
            self._on_sale = world.month, self._newest(world)
        return self._on_sale[1]

    def _newest(self, world: World) -> ChipOnSale:
        now = float(world.month - world.start)
        newest = np.zeros(world.zeros().shape, dtype=np.int64)
        for number, launched in enumerate(self.launched):
            newest = np.where(launched <= now, number, newest)
        since = np.array(self.launched)[newest, np.arange(newest.size)]
        return ChipOnSale(
            dies=self._of("dies", newest),
            stacks=self._of("stacks", newest),
            training=self._of("training", newest),
            inference=self._of("inference", newest),
            price=self._of("price", newest),
            months=np.maximum(now - since, 0.0),
        )

    def _of(self, quantity: str, newest: Int64[np.ndarray, "draws"]) -> PerDraw:
        """Return a quantity of the generation that is on sale in each draw."""
        return np.array([getattr(chip, quantity) for chip in self.generations])[newest]
