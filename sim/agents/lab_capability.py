"""Capability: what Chinese laboratories train, learn and release (M10)."""

from collections.abc import Sequence

import numpy as np

from sim.agents.frontier import frontier_growth, leader, serving
from sim.domain.ensemble import PerDraw, Table
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
    """What laboratories make of their compute; every table has a row for each of them.

    Attributes:
        training_compute: of the largest run, FLOP.
        research_compute: a year's, for experiments and reinforcement learning, FLOP.
        commitment: log of the share of a fleet that develops large models, over what is
            usual; it starts below, and rises once scaling has been shown; the same for
            all.
        concentration: log of the largest run over all that develops models, over what
            is usual; it follows the frontier's, and is the same for all.
        efficiency: log of the efficiency that scarcity has induced.
        distilled: log of what publications and distillation have brought.
        lead: log of efficiency from breakthroughs not yet imitated.
        log_effective_compute: log of the largest run with all that was learnt, FLOP.
        lag: months behind the frontier of what each can do.
        released_gap: log of the frontier's effective compute over that of the newest
            released model.
    """

    def __init__(
        self,
        world: World,
        labs: Sequence[str],
        *,
        development_factors: Sequence[float],
        scaling_shown: Month,
        recorded_months: int,
    ) -> None:
        self.world, self.labs = world, tuple(labs)
        self.development_factor = np.array(development_factors)[:, np.newaxis]
        self.scaling_shown, self.recorded_months = scaling_shown, recorded_months
        self.commitment = -world.assume["lab.initial_commitment_gap"]
        self.concentration = world.zeros()
        nothing = np.zeros((len(labs), world.chance.draws.count))
        self.training_compute = self.research_compute = nothing
        self.efficiency = self.distilled = self.lead = nothing
        self.log_effective_compute = self.lag = nothing
        self.released_gap = np.full_like(nothing, np.inf)

    @property
    def released_lag(self) -> Table:
        """Months behind the frontier of the newest released model."""
        return frontier_lag(self.released_gap, frontier_growth(self.world))

    def train(self, fleet: Table, access: Table) -> None:
        """Divide fleets between a large run and research, and learn from scarcity.

        Args:
            fleet: H100-equivalents for training that each laboratory can use.
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

    def _divide(self, fleet: Table) -> None:
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

    def _compute_gap(self) -> Table:
        """Return the log of the frontier's compute over their own, both parts."""
        frontier = leader(self.world)
        return compute_gap(
            _log_ratio(frontier.training_compute, self.training_compute),
            _log_ratio(frontier.research_compute, self.research_compute),
            self.world.assume["lab.research_weight"],
        )

    # --- efficiency -----------------------------------------------------------------

    def _answer_scarcity(self, gap: Table) -> None:
        """Become the more efficient, the less compute there is."""
        world, assume = self.world, self.world.assume
        elasticity = assume["induced.efficiency_elasticity_to_compute_gap"]
        # They answer scarcity the sooner, the more researchers they have.
        months = assume["induced.compute_scarcity_months_to_effect"]
        self.efficiency = induced_efficiency(
            self.efficiency,
            log_gap=gap,
            elasticity=elasticity * world.draws_with("induced_efficiency"),
            months=months / world.speed_of("labs"),
        )

    def _learn_from_others(self, growth: PerDraw, access: Table) -> None:
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
        gain = assume["breakthrough.lab_gain"]
        luck = self._drawn("breakthrough at")
        happened = luck < odds
        self.lead = self.lead * np.exp2(-1.0 / half_life)
        self.lead = self.lead + happened * gain
        # A breakthrough is news once the news of the record has ended (M16).
        is_news = world.month - world.start >= self.recorded_months
        for lab, where, drawn in zip(self.labs, happened, luck, strict=True):
            world.tell(
                lab,
                "breakthrough",
                "algorithmic efficiency",
                where=where,
                inputs={"chance": odds},
                threshold=drawn,
            )
            if is_news:
                world.beliefs.add_surprise(lab, gain, where)

    def _drawn(self, event: str) -> Table:
        """Return the luck of each laboratory in an event of the month."""
        events = [f"{event} {lab}" for lab in self.labs]
        return self.world.chance.uniforms(events, self.world.month)

    # --- releases -------------------------------------------------------------------

    def _release(self, gap: Table, growth: PerDraw) -> None:
        """Release a model now and then; the newest one ages in between."""
        world = self.world
        released = (
            self._drawn("release by") * world.assume["lab.release_interval_months"]
            < 1.0
        )
        self.released_gap = released_gap(
            self.released_gap,
            gap=gap,
            growth=growth,
            released=released | (world.month == world.start),
        )


def _log_ratio(frontier: PerDraw, own: Table) -> Table:
    return np.log(frontier / np.maximum(own, 1.0))
