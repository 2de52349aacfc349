"""Capability: what a Chinese laboratory trains, and how it learns (M10)."""

import numpy as np

from sim.agents.frontier import frontier_growth, greatest_run
from sim.domain.ensemble import PerDraw
from sim.mechanisms.capability import frontier_lag, induced_efficiency, run_compute
from sim.world import World


class Capability:
    """What one laboratory makes of its compute.

    Attributes:
        training_compute: of its largest run, FLOP.
        efficiency: log of the efficiency that scarcity has induced in it.
        lead: log of efficiency from breakthroughs not yet imitated.
        effective_log: log of its largest run with all that it has learnt, FLOP.
        lag: months behind the frontier.
    """

    def __init__(
        self, world: World, lab: str, *, run_factor: float, recorded_months: int
    ) -> None:
        self.world, self.lab = world, lab
        self.run_factor, self.recorded_months = run_factor, recorded_months
        self.efficiency = -world.assume["lab.initial_know_how_gap"]
        self.training_compute = self.log_effective_compute = world.zeros()
        self.lead = self.lag = world.zeros()

    def train_largest_run(self, fleet: PerDraw, access: PerDraw) -> None:
        """Run the largest training that a fleet allows, and learn from scarcity.

        Args:
            fleet: H100-equivalents for training that the laboratory can use.
            access: share of its access to clouds abroad that law permits.
        """
        world, assume = self.world, self.world.assume
        self.training_compute = run_compute(
            fleet,
            fleet_share=assume["lab.largest_run_fleet_share"] * self.run_factor,
            months=assume["lab.run_months"],
            flop_per_second=assume["lab.training_flop_per_second"],
        )
        frontier = greatest_run(world)
        log_gap = np.log(frontier / np.maximum(self.training_compute, 1.0))
        elasticity = assume["induced.efficiency_elasticity_to_compute_gap"]
        # It answers scarcity the sooner, the more researchers it has.
        months = assume["induced.compute_scarcity_months_to_effect"]
        self.efficiency = induced_efficiency(
            self.efficiency,
            log_gap=log_gap,
            elasticity=elasticity * world.draws_with("induced_efficiency"),
            months=months / world.speed_of("labs"),
        )
        self._draw_breakthrough()
        growth = frontier_growth(world)
        distilled = self._gain_from_distillation(growth, access)
        log_gain = self.efficiency + self.lead + distilled
        log_compute = np.log(np.maximum(self.training_compute, 1.0))
        self.log_effective_compute = log_compute + log_gain
        self.lag = frontier_lag(log_gap - log_gain, growth)

    def _gain_from_distillation(self, growth: PerDraw, access: PerDraw) -> PerDraw:
        """Return log compute that open publication and distillation are worth."""
        if not self.world.is_on("distillation"):
            return self.world.zeros()
        assume = self.world.assume
        needed = assume["distill.access_dependence"]
        reached = 1.0 - needed * (1.0 - access)
        return assume["distill.gap_reduction_months"] * growth * reached

    def _draw_breakthrough(self) -> None:
        if not self.world.is_on("breakthroughs"):
            return
        world, assume = self.world, self.world.assume
        half_life = assume["breakthrough.diffusion_half_life_months"]
        odds = assume["breakthrough.lab_chance_per_month"]
        luck = world.chance.uniform(f"breakthrough at {self.lab}", world.month)
        happened = luck < odds
        self.lead = self.lead * np.exp2(-1.0 / half_life)
        self.lead = self.lead + happened * assume["breakthrough.lab_gain"]
        world.tell(
            self.lab,
            "breakthrough",
            "algorithmic efficiency",
            where=happened,
            inputs={"chance": odds},
            threshold=luck,
        )
        # A breakthrough is news once the news of the record has ended (M16).
        if world.month - world.start >= self.recorded_months:
            gain = assume["breakthrough.lab_gain"]
            world.beliefs.add_surprise(self.lab, gain, happened)
