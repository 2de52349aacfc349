"""What a notebook asks without a folder of results: lists, the law, one world."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from sim.presentation.law_answers import LawAnswers, LawHistories, LawTable
from sim.presentation.listing import Listing
from sim.settings.compose import Command, read_command
from sim.settings.overrides import format_overrides
from sim.settings.scenario_files import ScenarioFiles
from sim.tasks.diverge import DivergenceReport, compare_worlds
from sim.tasks.guide import scenario_questions
from sim.tasks.law import answer, history, law_in_force, query_of
from sim.tasks.law_sales import asks_of_a_sale
from sim.tasks.listings import (
    list_actors,
    list_assumptions,
    list_chips,
    list_instruments,
    list_measures,
)
from sim.tasks.replay import Replay, replay_world

_PAGE_WIDTH = 80
"""Characters in a row of text in a notebook."""


def scenarios(folder: str | None = None) -> dict[str, str]:
    """Return the question that each scenario asks, by name.

    Args:
        folder: a folder of scenario files of your own, listed with the shipped ones.
    """
    return scenario_questions(ScenarioFiles.find(folder))


def assumptions(match: str | None = None, **settings: Any) -> pd.DataFrame:
    """Return the uncertain numbers: range, unit, what they were fitted to, source.

    Args:
        match: words that a row must have, in any column: ``"smuggl"``.
        settings: other settings of the command line, such as ``data="my_data"``.

    Raises:
        ChipWarError: no row has them; says what is nearest.

    Example:
        >>> import sim
        >>> sim.assumptions("smuggl")  # doctest: +SKIP
    """
    return _listed("assumptions", list_assumptions, match, settings)


def actors(match: str | None = None, **settings: Any) -> pd.DataFrame:
    """Return the actors: id, kind, country and name.

    Args:
        match: words that a row must have, in any column.
        settings: other settings of the command line.
    """
    return _listed("actors", list_actors, match, settings)


def measures(match: str | None = None, **settings: Any) -> pd.DataFrame:
    """Return what is measured: name, unit, and whose values there are.

    Args:
        match: words that a row must have, in any column.
        settings: other settings of the command line.
    """
    return _listed("measures", list_measures, match, settings)


def instruments(match: str | None = None, **settings: Any) -> pd.DataFrame:
    """Return the instruments of the law of record, or of a scenario.

    Args:
        match: words that a row must have, in any column.
        settings: other settings of the command line, such as ``scenario="h20_ban"``,
            of which the column `change` says what it adds, removes or amends.
    """
    return _listed("instruments", list_instruments, match, settings)


def chips(match: str | None = None, **settings: Any) -> pd.DataFrame:
    """Return the chips on record: designer, launch, throughput, memory and price.

    Args:
        match: words that a row must have, in any column.
        settings: other settings of the command line.
    """
    return _listed("chips", list_chips, match, settings)


def _listed(
    task: str,
    listed: Callable[[Command], Listing],
    match: str | None,
    settings: Mapping[str, object],
) -> pd.DataFrame:
    words = {} if match is None else {"match": match}
    command = command_of({"task": task, **words, **settings})
    return listed(command).matching(command.settings.match).frame()


def law(
    *,
    day: object = None,
    chip: str | None = None,
    tool: str | None = None,
    buyer: str | None = None,
    seller: str | None = None,
    destination: str | None = None,
    attributes: Mapping[str, float] | None = None,
    scenario: str = "baseline",
    **settings: Any,
) -> LawAnswers | LawHistories | LawTable:
    """Return what the law of a scenario says to sales, and why.

    What is not given is asked for all: sales that are answered alike share an answer.

    Args:
        day: the day, such as ``2024-06-01``, or several, such as
            ``pd.date_range("2024-06-01", periods=3, freq="YS")``; without one, the days
            on which the answer changes; with a day alone, all law in force on it.
        chip: a chip by name; or
        tool: a tool class, a service or another good.
        buyer: who buys, by id or name.
        seller: who sells, by id or name.
        destination: where the good goes, by alpha-3 code, such as ``HKG``.
        attributes: a chip by ``tpp``, ``density``, ``interconnect`` and
            ``memory_bandwidth``.
        scenario: the scenario whose law is queried.
        settings: other settings of the command line.

    Example:
        >>> import sim
        >>> sim.law(day="2024-06-01", chip="H20", buyer="alibaba")  # doctest: +SKIP
        >>> sim.law(chip="H20").table  # doctest: +SKIP
    """
    query = {
        **{"chip": chip, "tool": tool, "buyer": buyer, "seller": seller},
        **{"destination": destination, **(attributes or {})},
    }
    choices = {"task": "law", "scenario": scenario, "query": query, **settings}
    if not isinstance(day, Iterable) or isinstance(day, str):
        return _law_asked(command_of({**choices, "query.day": day}))
    commands = (command_of({**choices, "query.day": one_day}) for one_day in day)
    return LawAnswers(sale for command in commands for sale in answer(command))


def _law_asked(command: Command) -> LawAnswers | LawHistories | LawTable:
    query = query_of(command)
    if not asks_of_a_sale(query):
        return LawTable(law_in_force(command))
    if query.day is None:
        return LawHistories(history(command))
    return LawAnswers(answer(command))


def replay(scenario: str = "baseline", *, draw: int, **settings: Any) -> Replay:
    """Return one world of a scenario as a dated story, and all that it holds.

    Args:
        scenario: whose world it is.
        draw: its number: the same world as this draw of any run with the same seed.
        settings: other settings of the command line, such as ``horizon="2027-12"``.

    Example:
        >>> import sim
        >>> story = sim.replay("service_ban", draw=17)  # doctest: +SKIP
        >>> print(story)  # doctest: +SKIP
        >>> story.why  # doctest: +SKIP
    """
    choices = {"task": "replay", "scenario": scenario, "draw": draw, **settings}
    return replay_world(command_of(choices), _PAGE_WIDTH)


def diverge(scenario: str, *, draw: int, **settings: Any) -> DivergenceReport:
    """Return where a scenario and its baseline first differ, and how that spreads.

    Args:
        scenario: the scenario.
        draw: number of the world.
        settings: other settings of the command line.

    Example:
        >>> import sim
        >>> report = sim.diverge("service_ban", draw=17)  # doctest: +SKIP
        >>> print(report)  # doctest: +SKIP
        >>> report.spread  # doctest: +SKIP
    """
    choices = {"task": "diverge", "scenario": scenario, "draw": draw, **settings}
    return compare_worlds(command_of(choices), _PAGE_WIDTH)


def command_of(choices: Mapping[str, object]) -> Command:
    """Return the command that sets what a caller chose, by setting."""
    return read_command(format_overrides(choices))
