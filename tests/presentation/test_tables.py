"""Tables say what they hold, and show a stranger's text as it is."""

import os
from dataclasses import dataclass, field, replace
from datetime import date
from io import StringIO

import pytest
from rich.console import Console

from sim.outcomes.run_tables import RunTables
from sim.policy.decisions import ALL_RECORDED, Decisions
from sim.policy.difference import law_difference
from sim.policy.instruments import Adoption
from sim.policy.scope import Facilities
from sim.presentation.headline_tables import print_headline
from sim.presentation.question import print_question
from sim.presentation.terminal_tables import console
from tests.outcomes.samples import answered, narrowed, results, split
from tests.outcomes.small_world import AFTER, BEFORE, SERVICE


@dataclass
class Question:
    question: str
    changes: tuple = ()
    decisions: Decisions = ALL_RECORDED
    who_decides: str = ""
    assumption_source: str = "Assumptions are drawn from their ranges, as asked."
    vintage: str = ""
    warnings: tuple = ()
    refusals: dict = field(default_factory=dict)


def printed(show, *things, width=140):
    out = Console(
        file=StringIO(), width=width, markup=False, highlight=False, color_system=None
    )
    show(*things, out)
    return out.file.getvalue()


@pytest.fixture
def asked_and_answered():
    return answered(narrowed(results(), [1.0, 2.0, -1.0, 0.0]))


@pytest.fixture
def pair():
    base = results()
    return RunTables.of(narrowed(base, [1.0, 2.0, -1.0, 0.0]), base)


def line_with(text, start):
    (line,) = [line for line in text.splitlines() if line.strip().startswith(start)]
    return line


def test_the_headline_shows_both_sides_the_difference_and_its_chance(pair):
    line = line_with(printed(print_headline, pair, width=160), "Lag behind the")
    assert "7.5 (6.15 to 8.85)" in line
    assert "+0.5 (−0.85 to +1.8)" in line
    assert line.split()[-2:] == ["50%", "25%"]


def test_what_no_draw_changes_is_said_to_be_unchanged(pair):
    revenue = line_with(printed(print_headline, pair, width=160), "Revenue from China")
    assert revenue.split()[-1] == "none"


def test_a_flow_is_shown_by_the_year(pair):
    assert "USD a year" in printed(print_headline, pair)


def test_a_split_lag_is_shown_by_channel_with_means_that_add_up(pair):
    parts = split(compute_denied=[3.0, 3.0, 1.0, 1.0], smuggling=[0.0, -2.0, 0.0, -2.0])
    text = printed(print_headline, replace(pair, split=parts), width=400)
    (smuggled,) = [one for one in text.splitlines() if one.startswith(" smuggling")]
    assert smuggled.split() == ["smuggling", "−1", "−2", "to", "0", "50%", "0%"]
    (whole,) = [one for one in text.splitlines() if one.startswith(" in total")]
    assert "+1" in whole


def test_a_channel_that_is_off_is_shown_as_off(pair):
    parts = replace(split(compute_denied=[1.0] * 4), off=("smuggling",))
    text = printed(print_headline, replace(pair, split=parts))
    (smuggled,) = [one for one in text.splitlines() if one.startswith(" smuggling")]
    assert smuggled.split() == ["smuggling", "off"]


def test_a_baseline_alone_is_shown_without_a_difference():
    base = results()
    text = printed(print_headline, RunTables.of(base, base))
    assert "difference" not in text
    assert "7.5" in text


def test_the_question_is_printed_with_the_legal_difference():
    changes = law_difference(BEFORE.instruments, AFTER.instruments)
    text = printed(print_question, Question("What if?", changes))
    assert "What if?" in text
    assert "added" in text
    assert "service_ban" in text
    assert "2025-07-01" in text


def test_warnings_are_printed_before_the_run():
    text = printed(print_question, Question("What?", warnings=("too few draws",)))
    assert text.splitlines()[-1] == "warning: too few draws"


def test_who_decides_is_printed_beside_the_legal_difference():
    text = printed(print_question, Question("What if?", who_decides="Japan decides."))
    assert "Japan decides." in text


def test_what_governments_decided_is_printed_after_the_headline(asked_and_answered):
    pair = RunTables.of(asked_and_answered, results())
    text = printed(print_headline, pair, width=80)
    _, decided = text.split("What governments decided under service_ban, by 2026-12")
    (row,) = [line for line in decided.splitlines() if "us_tools_2022" in line]
    assert row.split() == ["us_tools_2022", "100%", "25%", "25%", "50%", "2025-06"]
    assert "Japan" in decided
    assert "since: the median month" in decided
    assert "with-" not in decided


def test_where_nobody_decides_nothing_is_said_of_it(pair):
    assert "decided" not in printed(print_headline, pair)


def test_an_amendment_shows_old_and_new():
    amended = AFTER.with_instruments([replace(SERVICE, effective=date(2025, 9, 1))])
    changes = law_difference(AFTER.instruments, amended.instruments)
    text = printed(print_question, Question("What?", changes))
    assert "amended service_ban" in text
    assert "effective  2025-07-01 → 2025-09-01" in text


@pytest.mark.parametrize("width", [120, 80, 60, 40, 30])
def test_an_added_instrument_is_told_in_full_at_any_width(width):
    ban = replace(
        SERVICE,
        adopted_by={"KOR": Adoption(since=date(2026, 1, 1)), "JPN": Adoption()},
        scope=replace(SERVICE.scope, facilities=Facilities.ADVANCED),
    )
    added = BEFORE.with_instruments([ban])
    asked = Question(
        "What if?",
        law_difference(BEFORE.instruments, added.instruments),
        Decisions(frozenset({"JPN"}), date(2025, 2, 1)),
    )
    lines = printed(print_question, asked, width=width).splitlines()
    words = " ".join(" ".join(lines).split())
    for told in (
        "added service_ban",
        f"kind {ban.kind}, by NLD (the Netherlands): a bar on servicing tools: ",
        "dates announced 2025-02-24, effective 2025-07-01, end none",
        "scope.destinations CHN",
        "scope.parties all",
        "scope.facilities advanced",
        "adopted_by KOR (South Korea) from 2026-01-01",
        "asked JPN (Japan); decides from 2025-02 on whether and when to join",
    ):
        assert told in words
    assert all(len(line) <= width for line in lines)


def test_of_many_removed_instruments_the_ids_are_told():
    many = [replace(SERVICE, id=f"us_{number}_service_ban") for number in range(20)]
    before = BEFORE.with_instruments(many)
    changes = law_difference(before.instruments, BEFORE.instruments)
    text = printed(print_question, Question("What if?", changes), width=40)
    assert "removed 20 instruments" in text
    assert all(act.id in text.replace(",", "").split() for act in many)


@pytest.mark.parametrize(
    "text", ["[bold red]shout[/]", "[link=file:///etc]here[/link]", ":smiley:"]
)
def test_markup_of_a_stranger_is_shown_as_it_is(text):
    assert text in printed(print_question, Question(text))


def test_a_stranger_does_not_command_the_terminal():
    text = printed(print_question, Question("red \x1b[31m alert\x07"))
    assert "\x1b" not in text
    assert "\x07" not in text


def test_a_reader_who_leaves_ends_no_run():
    """As by `| head -1`: what follows is not printed, and nothing is raised."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as closed:
        out = console(closed)
        out.print("a row")
        out.print("another")
        assert out.quiet
