"""A line says where assumptions come from, which are fixed, and what is off."""

import pytest

from sim.experiments.setup import Case
from sim.policy.regime import Regime
from sim.records.data_folder import load_records
from sim.tasks.assumption_source import (
    fixed_everywhere,
    fixed_in_words,
    source_in_words,
    source_metadata,
)

SKILL = "service.skill"


def case(name, mechanisms=None, **fixed):
    numbers = {key.replace("_", ".", 1): value for key, value in fixed.items()}
    return Case(name, Regime(name, {}), numbers, mechanisms or {})


@pytest.mark.parametrize(
    ("cases", "words"),
    [
        ([case("a"), case("b")], ""),
        ([case("a", service_skill=0.3)], "Fixed: service.skill at 0.3."),
        (
            [case("a", service_skill=0.3), case("b", service_skill=0.3)],
            "Fixed: service.skill at 0.3.",
        ),
        (
            [case("a"), case("b", service_skill=0.3)],
            "Fixed: service.skill at 0.3 in b alone.",
        ),
        (
            [case("a", service_skill=0.2), case("b", service_skill=0.3)],
            "Fixed: service.skill at 0.2 in a alone, 0.3 in b alone.",
        ),
        (
            [case("a", {"smuggling": True}), case("b", {"smuggling": False})],
            "Mechanisms off: smuggling in b alone.",
        ),
        (
            [case(name, {"smuggling": False}, fab_initial_slack=1.1) for name in "ab"],
            "Fixed: fab.initial_slack at 1.1. Mechanisms off: smuggling.",
        ),
    ],
)
def test_what_is_fixed_or_off_is_said_with_the_side_on_which_it_is(cases, words):
    assert fixed_in_words(cases) == words


def test_what_only_one_side_fixes_is_drawn_on_the_other():
    sides = [case("a", service_skill=0.2), case("b", service_skill=0.3, fab_x=1.0)]
    assert fixed_everywhere(sides) == {SKILL}


def test_the_source_of_assumptions_is_a_sentence():
    posterior = load_records().posterior
    count = posterior.count
    assert source_in_words("prior", posterior, [SKILL]) == (
        "Assumptions that are not fixed are drawn from their ranges, as asked."
    )
    assert source_in_words("posterior", None) == (
        "Assumptions are drawn from their ranges; the data hold no posterior."
    )
    name = next(iter(posterior.columns))
    drawn = source_in_words("posterior", posterior, [name])
    assert drawn.startswith(f"{len(posterior.columns) - 1} assumptions drawn from the")
    assert drawn.endswith("the others that are not fixed from their ranges.")
    assert source_metadata("posterior", None)["drawn_from"] == "prior"
    assert source_metadata("posterior", posterior)["rows"] == count
