"""What the effects of a run depend on, from its drawn worlds: numbers and decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.domain.ensemble import PerDraw
from sim.domain.number_format import signed
from sim.outcomes.bargaining_table import ANSWER_EVENTS, Proposal, joined_acts
from sim.outcomes.effect_drivers import FEWEST_DRAWS, Driver, Effect, drivers_of
from sim.outcomes.results import Key
from sim.outcomes.saved_run import RunFolder
from sim.outcomes.worlds import DIFFERENCE, assumptions_of, outcomes_of_side
from sim.presentation import names
from sim.presentation.numbers import change_unit, reader_unit
from sim.records.assumptions import Assumption


@dataclass(frozen=True)
class Dependence:
    """What one effect of a run depends on.

    Attributes:
        key: measure and actor of the effect.
        drivers: the heaviest first.
        decisions: what each driver that is a decision says, by its name.
    """

    key: Key
    drivers: tuple[Driver, ...]
    decisions: Mapping[str, str]

    def words(self, driver: Driver) -> str:
        """Return what the effect is at both ends of a driver."""
        unit, factor = reader_unit(driver.unit)
        low, high = (signed(factor * x) for x in (driver.low, driver.high))
        what = names.within_sentence(names.series_title(*self.key, short=True))
        flips = ", which turns its sign" if driver.changes_sign else ""
        if driver.assumption in self.decisions:
            low, high = high, low
        return f"{what} {low} and {high} {change_unit(unit)}{flips}"


def dependence_sentences(
    dependence: Sequence[Dependence], assumptions: Mapping[str, Assumption], most: int
) -> list[str]:
    """Return a sentence for each number or decision on which effects depend most.

    Args:
        dependence: of each effect.
        assumptions: by name.
        most: how many drivers of an effect at most.
    """
    effects: dict[str, list[str]] = {}
    for each in dependence:
        for driver in each.drivers[:most]:
            effects.setdefault(driver.assumption, []).append(each.words(driver))
    return [
        f"{_condition(name, dependence, assumptions)}: {'; '.join(words)}."
        for name, words in effects.items()
    ]


def _condition(
    name: str, dependence: Sequence[Dependence], assumptions: Mapping[str, Assumption]
) -> str:
    """Return what a driver is, and at which two ends effects are told."""
    for each in dependence:
        if name in each.decisions:
            return f"Where {each.decisions[name]}, and where not"
    meaning = names.capitalised(assumptions[name].meaning)
    return f"{meaning} ({name}), in the lowest and the highest third of the draws"


def dependence_of(run: RunFolder, keys: list[Key]) -> list[Dependence]:
    """Return what some effects of a run depend on; nothing of too few draws.

    Args:
        run: a run with its drawn worlds.
        keys: measure and actor of each effect.
    """
    worlds = run.worlds()
    if len(worlds) < FEWEST_DRAWS:
        return []
    units = worlds.attrs["units"]
    changes = outcomes_of_side(worlds, DIFFERENCE)
    joined = joined_acts(
        run.proposals, run.occurrences(ANSWER_EVENTS), run.months, run.draws
    )
    candidates: dict[str, PerDraw] = {
        str(name): column.to_numpy() for name, column in assumptions_of(worlds).items()
    }
    candidates |= {name: where for name, (_, where) in joined.items()}
    decisions = {name: _in_words(proposal) for name, (proposal, _) in joined.items()}
    effects = [
        Effect(
            key,
            units[f"{DIFFERENCE}:{':'.join(key)}"],
            changes[":".join(key)].to_numpy(),
        )
        for key in keys
        if ":".join(key) in changes
    ]
    drivers = drivers_of(effects, candidates)
    return [
        Dependence(
            effect.key, tuple(x for x in drivers if x.key == effect.key), decisions
        )
        for effect in effects
    ]


def _in_words(proposal: Proposal) -> str:
    """Return that an ally joins what it was asked for."""
    state = names.STATES.get(proposal.state, proposal.state)
    return f"{state} joins {names.spaced(proposal.instrument)}"
