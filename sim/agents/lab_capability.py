"""Capability: what a Chinese laboratory trains, learns and releases (M10)."""

import numpy as np

from sim.agents.frontier import frontier_growth, leader, serving
from sim.domain.ensemble import PerDraw
from sim.domain.months import Month
from sim.mechanisms.adjustment import adjusted
from sim.mechanisms.capability import (
    compute_gap,
    development_fleet,
    frontier_lag,
    induced_efficiency,
    released_gap,
    research_compute,
    run_compute,
)
from sim.world import World


class Capability:
    """What one laboratory makes of its compute.

    Attributes:
        training_compute: of its largest run, FLOP.
        research_compute: a year's, for experiments and reinforcement learning, FLOP.
        commitment: log of the share of its fleet with which it develops large models,
            over what is usual; it starts below, and rises once scaling has been shown.
        concentration: log of its largest run over all that it develops with, over what
            is usual; it follows the frontier's.
        efficiency: log of the efficiency that scarcity has induced in it.
        distilled: log of what publications and distillation have brought it.
        lead: log of efficiency from breakthroughs not yet imitated.
        log_effective_compute: log of its largest run with all that it has learnt, FLOP.
        lag: months behind the frontier of what it can do.
        released_gap: log of the frontier's effective compute over that of its newest
            released model.
    """

    def __init__(
        self,
        world: World,
        lab: str,
        *,
        development_factor: float,
        scaling_shown: Month,
        recorded_months: int,
    ) -> None:
        self.world, self.lab = world, lab
        self.development_factor = development_factor
        self.scaling_shown, self.recorded_months = scaling_shown, recorded_months
        self.commitment = -world.assume["lab.initial_commitment_gap"]
        self.concentration = world.zeros()
        self.training_compute = self.research_compute = world.zeros()
        self.efficiency = self.distilled = self.lead = world.zeros()
        self.log_effective_compute = self.lag = world.zeros()
        self.released_gap = world.per_draw(np.inf)

    @property
    def released_lag(self) -> PerDraw:
        """Months behind the frontier of its newest released model."""
        return frontier_lag(self.released_gap, frontier_growth(self.world))

    def train(self, fleet: PerDraw, access: PerDraw) -> None:
        """Divide a fleet between a large run and research, and learn from scarcity.

        Args:
            fleet: H100-equivalents for training that the laboratory can use.
            access: share of its access to clouds abroad that law permits.
        """
        self._divide(fleet)
        hardware_gap, growth = self._compute_gap(), frontier_growth(self.world)
        if self.world.month >= self.scaling_shown:
            self._follow_the_frontier()
            self._answer_scarcity(hardware_gap)
            self._learn_from_others(growth, access)
        self._draw_breakthrough()
        gap = hardware_gap - self.efficiency - self.distilled - self.lead
        frontier = leader(self.world).training_compute
        self.log_effective_compute = np.log(frontier) - gap
        self.lag = frontier_lag(gap, growth)
        self._release(gap, growth)

    # --- compute in parts -----------------------------------------------------------

    def _follow_the_frontier(self) -> None:
        """Commit fleets to large models, and concentrate them as the frontier does."""
        months = self.world.assume["lab.practice_months"]
        self.commitment = adjusted(self.commitment, 0.0, months)
        target = leader(self.world).concentration
        self.concentration = adjusted(self.concentration, target, months)

    def _divide(self, fleet: PerDraw) -> None:
        assume = self.world.assume
        flop_per_second = assume["lab.training_flop_per_second"]
        developing = development_fleet(
            fleet,
            serving=serving(self.world),
            factor=self.development_factor * np.exp(self.commitment),
        )
        usual = assume["lab.largest_run_fleet_share"] / (
            1.0 - assume["lab.serving_share"]
        )
        self.training_compute = run_compute(
            developing,
            fleet_share=np.minimum(usual * np.exp(self.concentration), 1.0),
            months=assume["lab.run_months"],
            flop_per_second=flop_per_second,
        )
        self.research_compute = research_compute(
            developing, run=self.training_compute, flop_per_second=flop_per_second
        )

    def _compute_gap(self) -> PerDraw:
        """Return the log of the frontier's compute over its own, both parts."""
        frontier = leader(self.world)
        return compute_gap(
            _log_ratio(frontier.training_compute, self.training_compute),
            _log_ratio(frontier.research_compute, self.research_compute),
            self.world.assume["lab.research_weight"],
        )

    # --- efficiency -----------------------------------------------------------------

    def _answer_scarcity(self, gap: PerDraw) -> None:
        """Become the more efficient, the less compute it has."""
        world, assume = self.world, self.world.assume
        elasticity = assume["induced.efficiency_elasticity_to_compute_gap"]
        # It answers scarcity the sooner, the more researchers it has.
        months = assume["induced.compute_scarcity_months_to_effect"]
        self.efficiency = induced_efficiency(
            self.efficiency,
            log_gap=gap,
            elasticity=elasticity * world.draws_with("induced_efficiency"),
            months=months / world.speed_of("labs"),
        )

    def _learn_from_others(self, growth: PerDraw, access: PerDraw) -> None:
        """Take over what is published, and what can be distilled, with a lag."""
        if not self.world.is_on("distillation"):
            return
        assume = self.world.assume
        needed = assume["distill.access_dependence"]
        reached = 1.0 - needed * (1.0 - access)
        self.distilled = adjusted(
            self.distilled,
            target=assume["distill.gap_reduction_months"] * growth * reached,
            months=assume["distill.months_to_effect"],
        )

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

    # --- releases -------------------------------------------------------------------

    def _release(self, gap: PerDraw, growth: PerDraw) -> None:
        """Release a model now and then; the newest one ages in between."""
        world = self.world
        luck = world.chance.uniform(f"release by {self.lab}", world.month)
        released = luck * world.assume["lab.release_interval_months"] < 1.0
        self.released_gap = released_gap(
            self.released_gap,
            gap=gap,
            growth=growth,
            released=released | (world.month == world.start),
        )


def _log_ratio(frontier: PerDraw, own: PerDraw) -> PerDraw:
    return np.log(frontier / np.maximum(own, 1.0))
