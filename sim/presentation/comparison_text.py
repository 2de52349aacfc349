"""What a comparison of laws says, in sentences made from its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite

import numpy as np

from sim.domain.number_format import signed
from sim.domain.terminal_text import printable
from sim.outcomes.choice_among_laws import RankRow
from sim.outcomes.interaction import InteractionRow
from sim.outcomes.objectives import ObjectiveValues
from sim.outcomes.paired_difference import is_equal
from sim.outcomes.scenario_comparison import EffectRow, LawComparison
from sim.presentation.names import within_sentence
from sim.presentation.numbers import counted
from sim.presentation.objective_words import ObjectiveWords
from sim.presentation.odds_in_words import odds_of_draws
from sim.presentation.story.wording import listed, month_name

FIRST = 2
"""Objectives that have sentences of their own, from the first on."""

_SUPERLATIVES = {"lower": "lowest", "higher": "highest"}
_OFTEN, _SELDOM = 0.5, 0.05
"""Shares of draws: an effect in fewer has no month of its start in words, and one that
fades in fewer is said to last."""
_NEGLIGIBLE = 0.01
"""Share of the sum of the parts below which an interaction is none in words."""


def comparison_page(laws: LawComparison) -> str:
    """Return the sentences in Markdown: a heading, and an item for each of them."""
    heading = (
        f"# {listed(laws.scenarios)} against {laws.baseline}, "
        f"{month_name(laws.horizon)}"
    )
    items = [f"- {sentence}" for sentence in comparison_sentences(laws)]
    return printable("\n".join([heading, "", *items, ""]))


def comparison_sentences(laws: LawComparison) -> Iterator[str]:
    """Yield what a comparison says, a sentence or two each."""
    moved = [values for values in laws.values if values.differs]
    if not moved:
        yield (
            f"No scenario changes any objective by {month_name(laws.horizon)}, in any "
            f"of {counted(laws.draws.count, 'draw')}."
        )
        return
    for values in moved[:FIRST]:
        yield from _effects_of_all(values, laws)
    if best := list(_best_of_others(moved[FIRST:], laws)):
        yield f"Best most often: {'; '.join(best)}."
    yield from _overall(laws)
    for values in moved[:FIRST]:
        yield from _timing(values, laws)
    for values in moved[:FIRST]:
        yield from _together(values, laws)


def _effects_of_all(values: ObjectiveValues, laws: LawComparison) -> Iterator[str]:
    """Yield what all scenarios do to an objective, and how sure their order is."""
    words, draws = ObjectiveWords(values.objective), laws.draws.count
    rows = [
        row
        for row in laws.effects
        if row.objective == values.objective.name and row.law != values.baseline
    ]
    rows.sort(
        key=lambda row: row.difference[1], reverse=values.objective.better == "higher"
    )
    [base] = [
        row
        for row in laws.effects
        if (row.objective, row.law) == (values.objective.name, values.baseline)
    ]
    effects = listed(_effect(row, words) for row in rows)
    unit = f" {words.unit}" if words.unit else ""
    yield (
        f"{values.objective.title}, {words.level(base.level[1])}{unit} under "
        f"{values.baseline}, changes by {effects}."
    )
    ranks = _ranks_of(values, laws)
    if not ranks:
        return
    first = max(ranks, key=lambda row: (row.best_in, -row.regret_mean))
    yield (
        f"It is {_SUPERLATIVES[first.better]} under {first.law} "
        f"in {odds_of_draws(first.best_in, draws)}{_rival(first, ranks, laws)}. "
        f"{_regret(ranks, first, words)}"
    )


def _effect(row: EffectRow, words: ObjectiveWords) -> str:
    """Return what one scenario does to an objective."""
    if not row.probability_of_increase + row.probability_of_decrease:
        return f"nothing under {row.law}"
    middle, percent = row.difference[1], row.change_percent[1]
    relative = f" or {signed(percent)} %" if middle and isfinite(percent) else ""
    ends = f" (5 to 95 % of draws: {words.range_of(row.difference)})"
    return f"{words.change_in_unit(middle)}{relative}{ends} under {row.law}"


def _rival(first: RankRow, ranks: Sequence[RankRow], laws: LawComparison) -> str:
    """Return how sure the first is before the law that comes nearest to it."""
    others = [row for row in ranks if row.law != first.law]
    rival = max(others, key=lambda row: (row.best_in, -row.regret_mean))
    for pair in laws.pairs:
        if pair.objective != first.objective:
            continue
        if {pair.first, pair.second} == {first.law, rival.law}:
            if not pair.higher + pair.lower:
                return f", and the same under {rival.law} in every draw"
            worse = pair.higher if first.better == "lower" else pair.lower
            better = pair.first_better
            share = better if pair.first == first.law else worse
            return (
                f", and {first.better} than under {rival.law} "
                f"in {odds_of_draws(share, laws.draws.count)}"
            )
    return ""


def _regret(ranks: Sequence[RankRow], first: RankRow, words: ObjectiveWords) -> str:
    """Return which law has the least regret, or which laws if several are equal."""
    laws = _least_regret(ranks)
    least = next(row for row in ranks if row.law == laws[0])
    several = len(laws) > 1
    if least.regret_max == 0.0:
        return f"{listed(laws)} {'are' if several else 'is'} never worse than another."
    also = "also " if first.law in laws else ""
    have, are = ("have", "they are") if several else ("has", "it is")
    most = f"{words.amount_in_unit(least.regret_p95)} or less"
    return (
        f"{listed(laws)} {also}{have} the least regret: {are} "
        f"{words.amount_in_unit(least.regret_mean)} from the best law of each draw on "
        f"average, and {most if least.regret_p95 else 'nothing'} in 95 % of draws."
    )


def _ranks_of(values: ObjectiveValues, laws: LawComparison) -> list[RankRow]:
    return [row for row in laws.ranks if row.objective == values.objective.name]


def _best_of_others(
    others: Sequence[ObjectiveValues], laws: LawComparison
) -> Iterator[str]:
    """Yield which law is best most often, of each further objective."""
    for values in others:
        ranks = _ranks_of(values, laws)
        if not ranks:
            continue
        most = max(row.best_in for row in ranks)
        best = [row.law for row in ranks if row.best_in == most]
        if len(best) < len(ranks):
            often = odds_of_draws(most, laws.draws.count)
            yield f"{values.objective.title}, {listed(best)} in {often}"


def _overall(laws: LawComparison) -> Iterator[str]:
    """Yield whether one law has the least regret by every objective that changes."""
    ranked = [_ranks_of(values, laws) for values in laws.values if values.differs]
    least = [_least_regret(rows) for rows in ranked if rows]
    if not least[1:]:
        return
    if winners := [law for law in least[0] if all(law in best for best in least)]:
        verb = "have" if winners[1:] else "has"
        yield f"{listed(winners)} {verb} the least regret by every objective."
    else:
        yield (
            "No law has the least regret by every objective: what is best depends on "
            "which of them counts."
        )


def _least_regret(ranks: Sequence[RankRow]) -> list[str]:
    """Return the laws with the least mean regret by an objective, several if equal."""
    regret = np.array([row.regret_mean for row in ranks])
    is_least = is_equal(regret, np.full_like(regret, regret.min()))
    return [row.law for row, least in zip(ranks, is_least, strict=True) if least]


def _timing(values: ObjectiveValues, laws: LawComparison) -> Iterator[str]:
    """Yield when the effects on an objective start, and whether they last."""
    rows = [row for row in laws.timing if row.objective == values.objective.name]
    shown = [row for row in rows if row.share_of_draws >= _OFTEN]
    if not shown:
        return
    starts = listed(f"{row.starts[1]} under {row.scenario}" for row in shown)
    fading = [row for row in shown if row.faded >= _SELDOM]
    lasting = "it lasts" if len(shown) == 1 else "all last"
    rest = f"{lasting} to the horizon in nineteen draws of twenty or more"
    if fading:
        rest = "by the horizon it is gone again " + listed(
            f"under {row.scenario} "
            f"in {odds_of_draws(row.faded * row.share_of_draws, laws.draws.count)}"
            for row in fading
        )
    title = within_sentence(values.objective.title)
    yield f"The effect on {title} starts in the median in {starts}; {rest}."


def _together(values: ObjectiveValues, laws: LawComparison) -> Iterator[str]:
    """Yield whether combinations do more than their parts."""
    words = ObjectiveWords(values.objective)
    for row in laws.interactions:
        if row.objective == values.objective.name:
            yield _interaction(row, values, words, laws.draws.count)


def _interaction(
    row: InteractionRow, values: ObjectiveValues, words: ObjectiveWords, draws: int
) -> str:
    parts = listed(row.parts.split())
    sums = (
        f"{row.whole} changes {within_sentence(values.objective.title)} by "
        f"{words.change_in_unit(row.of_whole[1])}, {parts} one by one by "
        f"{words.change_in_unit(row.of_parts[1])} in sum"
    )
    if not row.above + row.below:
        return f"{sums}: exactly the same in every draw."
    size = f"{words.change_in_unit(row.interaction[1])} in the median"
    if row.more >= row.less:
        verdict = f"further than its parts in {odds_of_draws(row.more, draws)}"
    else:
        verdict = f"less far than its parts in {odds_of_draws(row.less, draws)}"
    if abs(row.interaction[1]) <= _NEGLIGIBLE * abs(row.of_parts[1]):
        size = f"but by little, {size}"
    return f"{sums}; the whole goes {verdict}, {size}."
