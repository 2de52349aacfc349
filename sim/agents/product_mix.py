"""Two products of a Chinese designer side by side: one with other memory."""

import numpy as np

from sim.domain.ensemble import PerDraw, share
from sim.mechanisms.other_memory import dies_for_other_memory, worth_kept
from sim.world import World


class ProductMix:
    """What a designer sells beside its current accelerator: its dies with other memory.

    Prices are in proportion to worth, so that a dollar buys as much of either, and a
    unit sold is the mean of what is finished.

    Attributes:
        other: finished accelerators with other memory.
        other_share: their share of what was finished when the month's were packaged.
        other_made: made this month.
    """

    def __init__(self, world: World) -> None:
        self.other = self.other_share = self.other_made = world.zeros()

    def is_made(self, world: World) -> PerDraw:
        """Return 1 in the draws in which such a product exists by now, 0 elsewhere."""
        if not world.is_on("other_memory"):
            return world.zeros()
        launched = world.month.year_fraction >= world.assume["ascend.other_memory_year"]
        return launched * world.per_draw(world.draws_with("domestic_investment"))

    def dies_used(
        self,
        world: World,
        *,
        dies: PerDraw,
        packaging_left: PerDraw,
        still_ordered: PerDraw,
        packable_with_memory: PerDraw,
        worth_over_cost: PerDraw,
    ) -> PerDraw:
        """Return dies that it packages with other memory this month.

        Args:
            world: which says whether the product exists.
            dies: good dies left once the month's memory has been used.
            packaging_left: dies that it could still package.
            still_ordered: dies for the orders that what is finished does not fill.
            packable_with_memory: dies a month for which memory is in view.
            worth_over_cost: what such an accelerator is worth over its cost; where it
                is below 1 none is made.
        """
        used = dies_for_other_memory(
            dies=dies,
            packaging_left=packaging_left,
            still_ordered=still_ordered,
            packable_with_memory=packable_with_memory,
            months_kept=world.facts["months_of_dies_in_stock"],
        )
        return used * self.is_made(world) * (worth_over_cost >= 1.0)

    def add(self, other_made: PerDraw, finished: PerDraw) -> None:
        """Take what was made into stock.

        Args:
            other_made: accelerators with other memory made this month.
            finished: all finished accelerators, these included.
        """
        self.other_made = other_made
        self.other = self.other + other_made
        self.other_share = np.minimum(share(self.other, finished), 1.0)

    def sell(self, units: PerDraw) -> None:
        """Take what is sold out of stock, the same share of both products."""
        self.other = np.maximum(self.other - units * self.other_share, 0.0)

    def of_training(self, world: World) -> PerDraw:
        """Return training worth of a unit sold over that with the newest memory."""
        return self._mean(training_kept(world))

    def of_inference(self, world: World) -> PerDraw:
        """Return the same for inference."""
        return self._mean(inference_kept(world))

    def _mean(self, kept: PerDraw) -> PerDraw:
        return 1.0 - self.other_share * (1.0 - kept)


def training_kept(world: World) -> PerDraw:
    """Return the share of its worth for training that a die keeps, in (0, 1]."""
    return worth_kept(
        world.assume["ascend.other_memory_bandwidth"],
        world.assume["ascend.memory_weight_in_training"],
    )


def inference_kept(world: World) -> PerDraw:
    """Return the share of its worth for inference that a die keeps, in (0, 1]."""
    return worth_kept(
        world.assume["ascend.other_memory_bandwidth"],
        world.assume["h100e.memory_weight"],
    )
