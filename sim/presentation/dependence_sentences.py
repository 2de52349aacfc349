"""On which assumption or decision the effects of a run depend most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sim.domain.number_format import amount, signed
from sim.outcomes.effect_drivers import FEWEST_DRAWS, Driver
from sim.outcomes.run_summary import RunSummary
from sim.presentation import names
from sim.presentation.numbers import counted
from sim.presentation.quantity_sentences import QuantitySentences


def dependence_sentences(
    summary: RunSummary,
    quantities: Sequence[QuantitySentences],
    meanings: Mapping[str, str],
) -> Iterator[str]:
    """Yield on what the quantities depend most, in a sentence, if they move at all."""
    changing = [each for each in quantities if summary.alone or each.matters]
    if not changing:
        return
    if summary.draws < FEWEST_DRAWS:
        yield (
            f"To say which assumption this depends on most takes {FEWEST_DRAWS} draws "
            f"or more; this run has {summary.draws}."
        )
        return
    driven = [
        (each, each.quantity.drivers[0]) for each in changing if each.quantity.drivers
    ]
    clauses: list[str] = []
    for quantity, driver in driven:
        same = bool(clauses) and driver.assumption == driven[0][1].assumption
        clauses.append(_depends(quantity, driver, meanings, same=same))
    if clauses:
        yield f"{names.capitalised('; '.join(clauses))}."
    else:
        yield (
            f"{counted(summary.draws, 'draw')} show no single assumption on which this "
            "depends beyond chance; more may."
        )


def _depends(
    quantity: QuantitySentences,
    driver: Driver,
    meanings: Mapping[str, str],
    *,
    same: bool,
) -> str:
    """Return on what a quantity depends most, as part of a sentence."""
    wording, alone = quantity.wording, quantity.summary.alone
    number = amount if alone else signed
    low, high = f"{number(driver.low)} {wording.unit}", number(driver.high)
    effect = wording.short if alone else f"the change of {wording.short}"
    proposal = quantity.summary.decisions.get(driver.assumption)
    ends = f"{low} where low, {high} where high"
    if proposal is not None:
        state = names.STATES.get(proposal.state, proposal.state)
        cause = f"whether {state} joins {proposal.instrument}"
        low, high = number(driver.low), f"{number(driver.high)} {wording.unit}"
        ends = f"{high} where so, {low} where not"
    else:
        cause = f'"{meanings[driver.assumption]}" ({driver.assumption})'
    return f"{effect} {'on the same' if same else f'depends most on {cause}'}: {ends}"
