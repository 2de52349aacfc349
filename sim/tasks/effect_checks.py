"""Checks of an effect that a command names: its measure, and its actor."""

from __future__ import annotations

from sim.domain.errors import SettingsError, choices
from sim.experiments.setup import Setup
from sim.outcomes.measures import QUANTITIES
from sim.outcomes.recorder import PART
from sim.records import Records
from sim.tasks.covered_actors import actors_by_measure


def check_measure(section: str, measure: str) -> None:
    """Refuse a measure that there is not.

    Args:
        section: the settings that name it, such as ``break_even``.
        measure: its name.
    """
    if measure not in QUANTITIES:
        raise SettingsError(
            f"{section}.measure={measure}: there is no such measure"
            f"{choices(measure, QUANTITIES, 'task=measures')}"
        )


def check_actor(section: str, measure: str, actor: str, records: Records) -> None:
    """Refuse an actor that the measure does not cover; parts may come later."""
    covered = actors_by_measure(records)[measure]
    if actor not in covered and PART not in actor:
        hint = choices(actor, covered)
        raise SettingsError(
            f"{section}.actor={actor}: {measure} does not cover it{hint}"
        )


def check_effect(section: str, measure: str, actor: str, setup: Setup) -> None:
    """Refuse an effect that there is not: measure, actor or scenario are wrong."""
    check_measure(section, measure)
    check_actor(section, measure, actor, setup.records)
    if setup.scenario is None:
        raise SettingsError(
            f"{section}.measure={measure}: {setup.baseline.name} is compared with "
            "itself, so it has no effect; choose another scenario"
        )
