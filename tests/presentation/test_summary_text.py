"""The sentences of a summary follow the numbers, also where these are unusual."""

import re
from dataclasses import replace
from io import StringIO

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from rich.console import Console

from sim.outcomes.run_summary import summarise
from sim.outcomes.run_tables import RunTables
from sim.presentation.headline_tables import print_headline
from sim.presentation.odds_in_words import hundredths, likelihood
from sim.presentation.summary_text import print_summary, sentences, summary_page
from tests.outcomes.samples import LAG, STOCK, answered, results, split

COMPUTE = replace(
    STOCK, name="ai_compute_stock", unit="H100e", title="AI compute", headline=True
)
MEANINGS = {"fab.decay": "loss of tools per month", "lab.growth": "growth of budgets"}


def base_of(draws, level=1000.0, lag=20.0, **channels):
    """Return a baseline whose compute and lag are the same in every draw."""
    base = results(draws=draws, months=24)
    rows = np.ones((24, draws))
    compute = {f"china:{name}": share * rows for name, share in channels.items()}
    series = {("ai_compute_stock", "china"): level * rows} | {
        ("ai_compute_stock", actor): numbers for actor, numbers in compute.items()
    }
    series[LAG.name, "china"] = lag * rows
    return replace(
        base, quantities={COMPUTE.name: COMPUTE, LAG.name: LAG}, series=series
    )


def changed(base, compute=0.0, lag=0.0, **channels):
    """Return a scenario that differs from a baseline by a number or one per draw."""
    changes = {
        ("ai_compute_stock", "china"): compute,
        (LAG.name, "china"): lag,
        **{("ai_compute_stock", f"china:{name}"): x for name, x in channels.items()},
    }
    series = {
        key: numbers + np.array(changes.get(key, 0.0))
        for key, numbers in base.series.items()
    }
    return replace(base, scenario="chip_ban", series=series)


def summary(scenario, base, assumed=None, parts=None):
    return sentences(summarise(scenario, base, assumed or {}, parts), MEANINGS)


def test_direction_size_level_odds_and_channel_are_in_the_first_sentence():
    base = base_of(100, domestic=600.0, legal=300.0, grey=100.0)
    falls = [-100.0] * 81 + [0.0] * 19
    compute, _, _ = summary(
        changed(base, falls, domestic=-150.0, legal=-20.0, grey=50.0), base
    )
    assert compute == (
        "chip_ban lowers the AI compute that China can use for training in December "
        "2026 by 100 H100e or 10 % (5 to 95 % of draws: −100 to 0), from 1k H100e "
        "under baseline, mostly through domestic chips (−150), in part offset by "
        "smuggled chips (+50); it falls in 81 of 100 draws (likely)."
    )


def test_a_law_that_works_the_other_way_is_said_to():
    base = base_of(100)
    compute, lag, _ = summary(changed(base, 100.0, -2.0), base)
    assert compute.startswith("chip_ban raises the AI compute")
    assert "it rises in 100 of 100 draws (virtually certain)." in compute
    assert lag.startswith("chip_ban narrows China's lag behind the frontier")
    assert "by 2 months or 10 %" in lag


def test_no_effect_is_said_once_with_the_level_and_depends_on_nothing():
    base = base_of(30)
    within_rounding = changed(base, 1e-10, 1e-13)
    assert summary(within_rounding, base) == [
        "chip_ban does not change the AI compute that China can use for training in "
        "December 2026: under both laws it is 1k H100e.",
        "chip_ban does not change China's lag behind the frontier in December 2026: "
        "under both laws it is 20 months.",
    ]


def test_an_effect_in_few_draws_is_not_taken_for_one_in_most():
    base = base_of(100)
    compute, *_ = summary(changed(base, [-600.0] * 12 + [0.0] * 88), base)
    assert compute.startswith("In the median chip_ban does not change the AI compute")
    assert "it falls in 12 of 100 draws (unlikely)" in compute
    assert "; 5 to 95 % of draws: −600 to 0." in compute


def test_a_wide_range_on_both_sides_of_zero_is_said():
    base = base_of(100)
    _, lag, _ = summary(changed(base, lag=np.linspace(-4.0, 6.0, 100)), base)
    assert "by 1 month or 5 %" in lag
    assert "(5 to 95 % of draws: −3.5 to +5.5, either side of zero)" in lag
    assert "widens by a day or more in 60 of 100 draws (about as likely as not)" in lag
    assert lag.endswith("and narrows so in 40.")


def test_one_draw_has_neither_range_nor_odds():
    base = base_of(1)
    for sentence in summary(changed(base, -100.0, 1.0), base)[:2]:
        assert "only one draw was run" in sentence
        assert "5 to 95 %" not in sentence
        assert "likely" not in sentence


def test_of_few_draws_their_number_is_said_and_no_odds_in_words():
    base = base_of(5)
    compute, *_ = summary(changed(base, [-100.0] * 4 + [50.0]), base)
    assert "it falls in 4 of 5 draws and rises in 1." in compute
    base = base_of(60)
    compute, lag, *_ = summary(changed(base, [-100.0] * 45 + [50.0] * 15, 1.0), base)
    assert compute.endswith("it falls in 45 of 60 draws and rises in 15.")
    assert lag.endswith("it widens by a day or more in all 60 draws.")


def test_a_change_from_nothing_has_no_per_cent():
    base = base_of(100, level=0.0)
    compute, *_ = summary(changed(base, 70.0), base)
    assert "by 70 H100e, from 0 H100e under" in compute


def test_a_small_change_of_the_lag_is_said_in_days():
    base = base_of(100)
    _, lag, _ = summary(changed(base, lag=0.1), base)
    assert "by 0.1 months (about 3 days) or 0.5 %" in lag


@pytest.mark.parametrize(
    ("draws", "which"), [(100, "nine draws of ten"), (1, "the only draw")]
)
def test_an_effect_that_is_too_small_to_matter_is_said_to_be(draws, which):
    base = base_of(draws, domestic=600.0)
    compute, lag = summary(changed(base, 0.5, 0.001, domestic=0.5), base)
    assert compute == (
        "chip_ban hardly changes the AI compute that China can use for training in "
        f"December 2026, 1k H100e under baseline: by less than 0.1 % in {which}."
    )
    assert lag == (
        "chip_ban hardly changes China's lag behind the frontier in December 2026, "
        f"20 months under baseline: by less than a day in {which}."
    )


def test_an_effect_that_matters_in_few_draws_is_said_with_its_odds():
    base = base_of(100)
    _, lag, _ = summary(changed(base, lag=[0.01] * 80 + [2.0] * 20), base)
    assert lag == (
        "In the median chip_ban hardly changes China's lag behind the frontier in "
        "December 2026, 20 months under baseline; it widens by a day or more in 20 of "
        "100 draws (unlikely); 5 to 95 % of draws: +0.01 to +2."
    )


def test_odds_on_the_lag_are_those_of_a_day_or_more():
    base = base_of(100)
    _, lag, _ = summary(changed(base, lag=[1.0] * 55 + [0.01] * 44 + [-1.0]), base)
    assert lag.endswith(
        "it widens by a day or more in 55 of 100 draws (about as likely as not) and "
        "narrows so in 1."
    )


def test_what_was_not_recorded_is_left_out():
    base = base_of(20)
    alone = base.only([(LAG.name, "china")])
    [lag, *_] = summary(changed(alone, lag=1.0), alone)
    assert lag.startswith("chip_ban widens China's lag")
    nothing = base.only([])
    [sentence] = summary(changed(nothing), nothing)
    assert "add ai_compute_stock and frontier_lag_months to record" in sentence


def test_a_baseline_alone_has_levels_their_trend_and_channels():
    base = base_of(100, domestic=600.0, legal=300.0, grey=100.0)
    growing = base.series["ai_compute_stock", "china"] * np.arange(1, 25)[:, None]
    base.series["ai_compute_stock", "china"] = growing
    compute, lag, *_ = summary(base, base)
    assert compute == (
        "Under baseline the AI compute that China can use for training in December "
        "2026 is 24k H100e, up from 12k in December 2025; most of it is domestic chips "
        "(600) and legal imports (300)."
    )
    assert lag == (
        "Under baseline China's lag behind the frontier in December 2026 is 20 months, "
        "the same as in December 2025."
    )


def test_a_split_lag_has_a_sentence_on_its_channels():
    base = base_of(4)
    parts = split(compute_denied=[3.0, 3.0, 1.0, 1.0], smuggling=[0.0, -2.0, 0.0, -2.0])
    _, _, channels, _ = summary(changed(base, -1.0, 1.0), base, parts=parts)
    assert channels == (
        "On average over 4 draws the lag changes by +1 months: +2 if no channel "
        "answered, −1 by the answers, mostly smuggling (−1)."
    )


def test_what_the_effects_depend_on_most_is_named_in_plain_words():
    draws = np.arange(200.0)
    base = base_of(200)
    luck = np.random.default_rng(7).random(200)
    law = changed(base, -draws, lag=luck)
    *_, depends = summary(law, base, {"fab.decay": draws, "lab.growth": luck})
    assert depends.startswith(
        "The change of the compute depends most on "
        '"loss of tools per month" (fab.decay): −33 H100e where low, −166 where high; '
        'the change of the lag depends most on "growth of budgets" (lab.growth): +0.'
    )


def test_where_both_depend_on_the_same_it_is_named_once():
    draws = np.arange(200.0)
    base = base_of(200)
    *_, depends = summary(changed(base, -draws, lag=draws), base, {"fab.decay": draws})
    assert depends.count("fab.decay") == 1
    assert "the change of the lag on the same: +33 months where low" in depends


def test_an_effect_may_depend_on_whether_an_ally_joins():
    base = base_of(100)
    joins = [-500.0] + [0.0] * 3
    asked = answered(results())
    law = replace(
        changed(base, [joins[number % 4] for number in range(100)]),
        events=tuple(
            replace(event, draws=np.arange(100)[np.arange(100) % 4 < event.draws.size])
            for event in asked.events
        ),
        regime=asked.regime,
        network=asked.network,
    )
    *_, depends = summary(law, base, {"fab.decay": np.arange(100.0) % 7})
    assert depends == (
        "The change of the compute depends most on whether Japan joins us_tools_2022: "
        "−500 H100e where so, 0 where not."
    )


def test_few_draws_and_luck_are_not_taken_for_a_dependence():
    base = base_of(99)
    *_, depends = summary(changed(base, -1.0 * np.arange(99.0)), base)
    assert depends.endswith("depends on most takes 100 draws or more; this run has 99.")
    base = base_of(100)
    luck = np.random.default_rng(7).random(100)
    *_, depends = summary(
        changed(base, -100.0 * luck), base, {"fab.decay": np.arange(100.0) % 7}
    )
    assert depends.startswith("100 draws show no single assumption")


@pytest.mark.parametrize(
    ("share", "word"),
    [
        (1.0, "virtually certain"),
        (0.99, "virtually certain"),
        (0.98, "very likely"),
        (0.90, "very likely"),
        (0.66, "likely"),
        (0.65, "about as likely as not"),
        (0.34, "about as likely as not"),
        (0.33, "unlikely"),
        (0.10, "very unlikely"),
        (0.01, "exceptionally unlikely"),
    ],
)
def test_odds_have_the_words_of_the_scale(share, word):
    assert likelihood(share) == word


NUMBER = re.compile(r"[+−]?<?\d[\d.]*(?:k|M|bn)?")

BAD = re.compile(r"\bnan\b|\binf\b|\de[-−+]?\d|[-−+]0(\.0*)?(?![\d.])|  |\. |\(\)|None")
"""What no sentence may have, such as a zero with a sign, or two full stops."""

CHANGES = st.one_of(
    st.just(0.0), st.floats(-800.0, 800.0), st.sampled_from([-1e-10, 1e-10, 5e-5])
)
MANY_CHANGES = hnp.arrays(float, 120, elements=CHANGES).map(list)


@given(
    st.lists(CHANGES, min_size=1, max_size=40) | MANY_CHANGES,
    st.sampled_from([0.0, 1e-6, 900.0, 7_182_362.0]),
    st.lists(st.floats(-25.0, 25.0), min_size=1, max_size=4),
)
@settings(max_examples=60)
@example([-0.0, 0.0, -1e-13], 900.0, [-0.0])
def test_sentences_agree_with_the_numbers_whatever_these_are(changes, level, lags):
    base = base_of(len(changes), level=level)
    numbers = summarise(changed(base, changes, np.resize(lags, len(changes))), base, {})
    written = sentences(numbers, MEANINGS)
    for sentence in written:
        assert re.fullmatch(r"\S.*[^.]\.", sentence)
        assert not BAD.search(sentence), sentence
    check_direction(written[0], numbers.compute, "raises the AI", "lowers the AI")
    check_direction(written[1], numbers.lag, "widens China's", "narrows China's")


def check_direction(sentence, quantity, raises, lowers):
    """The verb has the sign of the median, and the odds are those of the draws."""
    median = quantity.row.difference[1]
    small = "hardly changes" in sentence or "does not change" in sentence
    assert (raises in sentence) == (median > 0.0 and not small)
    assert (lowers in sentence) == (median < 0.0 and not small)
    most = max(quantity.up, quantity.down)
    if " of 100 draws (" in sentence:
        assert f"{hundredths(most)} of 100 draws ({likelihood(most)})" in sentence


@given(st.lists(st.floats(-900.0, 900.0), min_size=20, max_size=40))
@settings(max_examples=30)
def test_the_numbers_of_the_sentences_are_those_of_the_table(changes):
    base = base_of(len(changes), level=1234.0)
    law = changed(base, changes, np.array(changes) / 77.0)
    out = Console(file=StringIO(), width=250, color_system=None)
    print_headline(RunTables.of(law, base), out)
    shown = set(re.findall(NUMBER, out.file.getvalue()))
    for sentence in summary(law, base)[:2]:
        if " does not " in sentence or "hardly" in sentence:
            continue
        size, rest = sentence.partition(" by ")[2].split(" (5 to 95 % of draws: ")
        ends, rest = rest.split(")", 1)
        level = rest.split(", from ")[1]
        number = re.match(NUMBER, size).group()
        assert {f"+{number}", f"−{number}"} & shown
        assert set(re.findall(NUMBER, ends)) <= shown
        assert re.match(NUMBER, level).group() in shown


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_the_page_is_printed_in_the_width_of_the_terminal(width):
    base = base_of(100)
    name = "fab." + 9 * "decay_"
    numbers = summarise(
        changed(base, -np.arange(100.0), 1.0), base, {name: np.arange(100.0)}
    )
    page = summary_page(numbers, {name: "loss of tools per month"})
    assert page.startswith("# chip_ban against baseline, December 2026\n\n- chip_ban")
    out = Console(file=StringIO(), width=width, color_system=None)
    print_summary(page, out)
    first, *rows, last = out.file.getvalue().splitlines()
    assert first == last == ""
    assert all(len(row) <= min(width, 100) or name in row for row in rows)
    assert any(name in row for row in rows)
    assert not any(row.lstrip().startswith("%") for row in rows)
    assert all(row[:2] in {"- ", "  "} for row in rows)
    assert " ".join(" ".join(rows).split()) == " ".join(page.split()[6:])
