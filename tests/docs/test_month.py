"""The page of a month is what the source says, and the toy world runs."""

import runpy

from sim.agents.tool_market import ToolMarket
from sim.model import ChipWar
from sim.presentation.month_table import (
    MechanismReader,
    Phase,
    month_groups,
    month_page,
    odd_sections,
)
from sim.presentation.pages import DOCS


def test_the_shipped_page_is_what_the_generator_writes():
    assert (DOCS / "month.md").read_text(encoding="utf-8") == month_page()


def test_every_phase_of_a_month_is_in_the_table():
    phases = [phase for group in month_groups().values() for phase in group]
    assert phases[0].function is ChipWar.enact
    assert (phases[-1].method, [x.__name__ for x in phases[-1].kinds]) == (
        "appraise",
        ["Investors"],
    )
    assert all(phase.purpose for phase in phases)


def test_a_mechanism_is_found_through_other_objects():
    maintain = Phase((ToolMarket,), "maintain", ToolMarket.maintain)
    calls = MechanismReader().mechanisms(maintain)
    assert ("decayed", "sim.agents.service_table") in {
        (function.__name__, user) for function, user in calls
    }


def test_a_section_names_the_files_of_its_equations_and_of_their_users():
    page = "### M7 Two words\n\n*File:* `sim/a.py`; used in\n`sim/b.py`.\n\nText\n"
    [section] = odd_sections(page)
    assert section.link == "[M7](ODD.md#m7-two-words)"
    assert section.mechanisms == {"sim/a.py"}
    assert section.users == {"sim/b.py"}


def test_the_toy_world_ships_what_is_licensed(capsys):
    runpy.run_path(str(DOCS / "toy_world.py"))
    assert capsys.readouterr().out.splitlines()[1:] == [
        "2025-01 [8. 8.] [8. 8.] [8. 8.]",
        "2025-02 [8. 8.] [6. 5.] [6. 5.]",
        "2025-03 [8. 8.] [4. 2.] [4. 2.]",
    ]
