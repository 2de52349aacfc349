"""The task `law`: what is in force on a day, and what it does to one sale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from sim.domain.actor_names import actors_called, known_spelling
from sim.domain.errors import SettingsError, choices, listed
from sim.domain.supply import Good, SupplyLine
from sim.policy.explain import LawAnswer
from sim.policy.field_types import likely
from sim.policy.instruments import Instrument
from sim.policy.regime import Regime
from sim.presentation.labelled_text import wrapped_row
from sim.records import Records
from sim.settings.compose import Command
from sim.settings.schema import Query
from sim.tasks.inputs import read_records, read_scenario
from sim.tasks.screen_width import width_on_screen


def law_lines(command: Command) -> list[str]:
    """Return the answer to a query as rows of text.

    Without a buyer, they are the instruments in force on the day.
    """
    query = _query(command)
    if query.buyer is None and query.chip is None and query.tool is None:
        records, regime = _law(command)
        day = _day(query)
        rows = [*_in_force(regime, day), *record_limits(records, day)]
    else:
        rows = [row for sale in answer(command) for row in sale.rows()]
    rows = [" ".join(row.splitlines()) for row in rows]
    width = width_on_screen()
    if width is None:
        return rows
    return [line for row in rows for line in wrapped_row(row, width)]


def answer(command: Command) -> list[LawAnswer]:
    """Return what the law says to the sales that a query describes, one per seller."""
    query = _query(command)
    day = _day(query)
    records, regime = _law(command)
    lines = _lines_of_sale(query, records, regime)
    limits = tuple(record_limits(records, day))
    return [replace(regime.explain(line, day), limits=limits) for line in lines]


def record_limits(records: Records, day: date) -> Iterator[str]:
    """Yield what the record of law does not say of a day, if it lies outside it."""
    announced = [act.announced for act in records.law.instruments.values()]
    if announced and day < min(announced):
        yield (
            f"The record of law begins on {min(announced)}: what was in force on {day} "
            "is not in it."
        )
    elif announced and day > max(announced):
        yield (
            f"The last act of the record was announced on {max(announced)}: from then "
            "on, what the record says is carried forward."
        )


def _law(command: Command) -> tuple[Records, Regime]:
    """Return the facts, and the law of the scenario or else of the baseline."""
    records = read_records(command.settings)
    return records, read_scenario(command.scenario_or_baseline, records).regime


def _query(command: Command) -> Query:
    assert command.settings.query is not None
    return command.settings.query


def _day(query: Query) -> date:
    if query.day is None:
        raise SettingsError("which day? give query.day=..., such as 2024-06-01")
    try:
        return likely(query.day)
    except ValueError as wrong:
        raise SettingsError(f"query.day={query.day}: {wrong}") from None


def _lines_of_sale(query: Query, records: Records, regime: Regime) -> list[SupplyLine]:
    """Return the lines on which the sale could be made, with what is sold on them."""
    if (query.chip is None) == (query.tool is None):
        raise SettingsError(_which_good(query))
    chips = {chip.name: chip for chip in records.facts.catalogue}
    chip = None if query.chip is None else chips[_known("chip", query.chip, chips)]
    good = Good.AI_CHIP
    if query.tool is not None:
        good = Good(_known("tool", query.tool, list(Good)))
    from sim.assembly import first_month_world  # noqa: PLC0415 - loads Mesa

    lines = first_month_world(records, regime).lines
    traded = [line for line in lines if line.good is good]
    bought = _bought_by(query.buyer, traded, records.actors)
    if chip is None:
        return _sold_by(query.seller, bought, records.actors)
    sold = _sold_by(query.seller or chip.designer, bought, records.actors)
    return [line.carrying(chip) for line in sold]


def _which_good(query: Query) -> str:
    """Return what is wrong with a query for two goods, or for none."""
    goods = (
        "query.chip=... (a chip) or query.tool=... (a tool, a service, another good)"
    )
    if query.chip is None:
        return f"sale of what? give {goods}"
    return f"query.chip={query.chip} query.tool={query.tool}: give one of them, {goods}"


def _bought_by(
    buyer: str | None, lines: list[SupplyLine], names: Mapping[str, str]
) -> list[SupplyLine]:
    buyers = sorted({line.buyer for line in lines})
    if buyer is None:
        some = listed(buyers, listing="task=actors")
        raise SettingsError(f"who buys? give query.buyer=..., one of {some}")
    actor = _actor("buyer", buyer, {x: names.get(x, x) for x in buyers}, "buys this")
    return [line for line in lines if line.buyer == actor]


def _sold_by(
    seller: str | None, lines: list[SupplyLine], names: Mapping[str, str]
) -> list[SupplyLine]:
    if seller is None:
        return lines
    sellers = {line.seller: names.get(line.seller, "") for line in lines}
    actor = _actor("seller", seller, sellers, f"sells this to {lines[0].buyer}")
    return [line for line in lines if line.seller == actor]


def _actor(setting: str, word: str, names: Mapping[str, str], role: str) -> str:
    """Return the id of the one actor that a word stands for, or refuse it."""
    called = actors_called(word, names)
    if len(called) > 1:
        raise SettingsError(f"query.{setting}={word}: which one? {', '.join(called)}")
    if not called:
        hint = choices(word, names, "task=actors")
        raise SettingsError(f"query.{setting}={word}: nobody of that name {role}{hint}")
    return called[0]


def _known(setting: str, word: str, known: Iterable[str]) -> str:
    """Return a chip or a good as the records spell it, or refuse it."""
    names = [str(name) for name in known]
    spelt = known_spelling(word, names)
    if spelt not in names:
        listing = {"chip": "task=chips"}.get(setting, "docs/scenarios.md")
        hint = choices(word, names, listing)
        raise SettingsError(f"query.{setting}={word}: there is no such {setting}{hint}")
    return spelt


def _in_force(regime: Regime, day: date) -> list[str]:
    """Return the instruments in force on a day as rows of text."""
    acts = regime.book.in_force(day)
    title = f"{len(acts)} instruments in force on {day} ({regime.name}):"
    rows = _rows(sorted(acts, key=lambda act: (act.issuer, act.effective)))
    return [title, *rows, *_undecided(regime, day)]


def _undecided(regime: Regime, day: date) -> Iterable[str]:
    """Yield who decides, and on what, as rows of text."""
    if not regime.decisions:
        return
    yield regime.decisions.summary()
    packages = regime.book.open_packages(day)
    if packages:
        yield "They decide on these, in force in the draws in which they do so:"
    for package in packages:
        for act in package.acts:
            joining = f"joining {act.issuer}'s " if package.is_joining else ""
            yield f"  {package.state}  {joining}{act.id}: {act.title}"


def _rows(acts: Iterable[Instrument]) -> Iterable[str]:
    for act in acts:
        until = f" to {act.end}" if act.end else ""
        yield f"  {act.issuer}  {act.effective}{until}  {act.id}: {act.title}"
        yield f"       {act.kind}; {act.reference}"
