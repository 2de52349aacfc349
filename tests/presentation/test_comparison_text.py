"""What a comparison of laws says: laws that are equal, that fade, and few draws."""

from dataclasses import replace

from sim.outcomes.formula import Formula
from sim.outcomes.objectives import Objective, objective_values
from sim.outcomes.results import Results
from sim.outcomes.scenario_comparison import LawComparison
from sim.presentation.comparison_text import comparison_sentences
from tests.outcomes.samples import LAG, narrowed, results


def objective(name: str, better: str) -> Objective:
    formula = Formula.parse(f"{LAG.name}[china]")
    return Objective(name, f"Lag {name}", formula, "months", better)


def sentences(*better: str, **changes: list[float]) -> str:
    """Return what is said of laws that change the lag by so much in each draw."""
    base = results()
    laws: list[Results] = [
        base,
        *(replace(narrowed(base, x), scenario=name) for name, x in changes.items()),
    ]
    objectives = [objective(f"by {number}", x) for number, x in enumerate(better)]
    values = objective_values(objectives, laws, {})
    return " ".join(comparison_sentences(LawComparison(laws, values)))


def test_of_two_laws_that_are_equal_neither_is_called_better():
    text = sentences("higher", ban=[2.0] * 4, deal=[2.0] * 4)
    assert "ban and deal are never worse than another." in text
    assert "highest under ban in all 4 draws, and the same under deal in every" in text


def test_laws_that_share_the_least_regret_are_all_named():
    text = sentences("higher", "higher", ban=[2.0] * 4, deal=[2.0] * 4)
    assert "ban and deal have the least regret by every objective." in text


def test_laws_that_win_by_different_objectives_are_not_reconciled():
    text = sentences("higher", "lower", ban=[2.0] * 4)
    assert "No law has the least regret by every objective" in text


def test_of_few_draws_their_number_is_given():
    text = sentences("higher", ban=[2.0, 2.0, 2.0, -1.0])
    assert "highest under ban in 3 of 4 draws" in text


def test_an_effect_of_one_law_alone_is_one_effect():
    assert "ban; it lasts to the horizon" in sentences("higher", ban=[2.0] * 4)
