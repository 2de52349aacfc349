"""The task `law`: what is in force on a day, and what it does to one sale."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sim.assembly import first_month_world
from sim.domain.errors import SettingsError, nearest
from sim.domain.supply import Good, SupplyLine
from sim.policy.explain import LawAnswer
from sim.policy.instruments import Instrument
from sim.policy.regime import Regime
from sim.records import Records
from sim.settings.compose import Command
from sim.settings.schema import Query
from sim.tasks.inputs import read_records, read_scenario


def law_lines(command: Command) -> list[str]:
    """Return the answer to a query as rows of text.

    Without a buyer, they are the instruments in force on the day.
    """
    query = _query(command)
    if query.buyer is None and query.chip is None and query.tool is None:
        _, regime = _law(command)
        return _in_force(regime, _day(query))
    return [row for sale in answer(command) for row in sale.rows()]


def answer(command: Command) -> list[LawAnswer]:
    """Return what the law says to the sales that a query describes, one per seller."""
    query = _query(command)
    day = _day(query)
    records, regime = _law(command)
    lines = _lines_of_sale(query, records, regime)
    return [regime.explain(line, day) for line in lines]


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
    return query.day


def _lines_of_sale(query: Query, records: Records, regime: Regime) -> list[SupplyLine]:
    """Return the lines on which the sale could be made, with what is sold on them."""
    if (query.chip is None) == (query.tool is None):
        raise SettingsError(
            "sale of what? give query.chip=... (a chip) or query.tool=... (a tool "
            "class, a service or another good)"
        )
    if query.tool is not None:
        _check("tool", query.tool, list(Good), "there is no such good")
    good = Good.AI_CHIP if query.tool is None else Good(query.tool)
    lines = first_month_world(records, regime).lines
    bought = _bought_by(query.buyer, [line for line in lines if line.good is good])
    if query.chip is None:
        return _sold_by(query.seller, bought)
    chips = {chip.name.lower(): chip for chip in records.facts.catalogue}
    names = {name: chip.name for name, chip in chips.items()}
    chip_name = names.get(query.chip.lower(), query.chip)
    _check("chip", chip_name, list(names.values()), "there is no such chip")
    chip = chips[chip_name.lower()]
    sold = _sold_by(query.seller or chip.designer, bought)
    return [line.carrying(chip) for line in sold]


def _bought_by(buyer: str | None, lines: list[SupplyLine]) -> list[SupplyLine]:
    buyers = sorted({line.buyer for line in lines})
    if buyer is None:
        raise SettingsError(f"who buys? choose from {', '.join(buyers)}")
    _check("buyer", buyer, buyers, "no such buyer")
    return [line for line in lines if line.buyer == buyer]


def _sold_by(seller: str | None, lines: list[SupplyLine]) -> list[SupplyLine]:
    if seller is None:
        return lines
    sellers = sorted({line.seller for line in lines})
    _check("seller", seller, sellers, f"does not sell this to {lines[0].buyer}")
    return [line for line in lines if line.seller == seller]


def _check(setting: str, value: str, known: Sequence[str], problem: str) -> None:
    """Refuse a value of a query that is not among those known."""
    if value not in known:
        raise SettingsError(
            f"query.{setting}={value}: {problem}; choose from {', '.join(known)}"
            f"{nearest(value, known)}"
        )


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
