"""Several scenarios in one command, as in ``scenario=h20_ban,tight_quota``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hydra.core.override_parser.types import Override

from sim.domain.errors import SettingsError
from sim.settings.hydra_composition import ComposedScenario, compose_scenario
from sim.settings.scenario_files import ScenarioFiles
from sim.settings.swept_values import read_factor

_SCENARIO = "scenario"
_EXAMPLE = "scenario=h20_ban,tight_quota"


def compared_scenarios(
    parsed: Sequence[Override], scenario_files: ScenarioFiles
) -> tuple[tuple[ComposedScenario, ...], list[Override]]:
    """Return the scenarios of a task that compares several, and the other overrides.

    Raises:
        SettingsError: fewer than two are given, one is given twice or is not known, or
            something in a scenario is changed.
    """
    chosen = [override for override in parsed if override.key_or_group == _SCENARIO]
    others = [override for override in parsed if override.key_or_group != _SCENARIO]
    for override in others:
        if override.key_or_group.startswith(f"{_SCENARIO}."):
            raise SettingsError(
                f"{override.input_line}: task=compare takes scenarios as their files "
                "have them; write the change in a file of your own, and name it here"
            )
    names = _names(chosen[-1], scenario_files) if chosen else []
    if not names:
        return (), others
    check_several(names)
    composed = [compose_scenario(name, scenario_files) for name in names]
    return tuple(composed), others


def check_several(names: Sequence[str]) -> None:
    """Refuse fewer than two names, and one that is given twice."""
    repeated = [name for number, name in enumerate(names) if name in names[:number]]
    if repeated:
        raise SettingsError(
            f"scenario={','.join(names)}: {repeated[0]} is given twice; name each "
            "scenario once"
        )
    if len(names) < 2:
        alone = "".join(names)
        raise SettingsError(
            f"scenario={alone}: give two or more to compare, such as {_EXAMPLE}; "
            f"task=run scenario={alone} runs one beside its baseline"
        )


def _names(override: Override, scenario_files: ScenarioFiles) -> list[str]:
    """Return the names that are given, one after another, as a list, or by a glob."""
    if override.is_sweep_override():
        factor = read_factor(override, scenario_files, 0)
        return [str(value) for value in factor.values or ()]
    value = override.value()
    values: Iterable[object] = value if isinstance(value, list) else [value]
    if value is None or isinstance(value, dict):
        raise SettingsError(
            f"{override.input_line}: give names of scenarios, such as {_EXAMPLE}"
        )
    return [str(item) for item in values]
