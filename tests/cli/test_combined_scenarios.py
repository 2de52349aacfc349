"""Scenarios that are combined: on the command line and in a file."""

import pytest
import yaml

import sim
from sim.settings.compose import read_command
from sim.settings.shipped_files import SCENARIOS
from sim.tasks.prepare import prepare

COMBINES = "question: What if?\nsource: a test\ncombine: [{}]"
BOTH = "service_ban+tight_quota"


def law(*words):
    """Return the law of a scenario."""
    return prepare(read_command(list(words))).setup.scenario.regime


def combined(scenario_file, text: str):
    """Return the content of a scenario file that says something."""
    words = scenario_file(f"question: What if?\nsource: a test\n{text}")
    return read_command(list(words)).scenario


def test_a_combination_has_the_changes_of_its_parts(desk):
    both = law(f"scenario={BOTH}")
    ban, quota = (law(f"scenario={name}") for name in BOTH.split("+"))
    changed = "us_2025_01_diffusion"
    assert both.instruments["service_ban"] == ban.instruments["service_ban"]
    assert both.instruments[changed] == quota.instruments[changed]
    assert both.decisions.since == ban.decisions.since
    assert len(both.instruments) == len(ban.instruments)


def test_the_order_of_the_parts_changes_nothing(desk):
    there, back = (
        law(f"scenario={name}") for name in (BOTH, "tight_quota+service_ban")
    )
    assert there.instruments == back.instruments
    assert there.decisions == back.decisions


def test_governments_decide_from_the_same_day_on_as_in_the_part_that_lets_them(desk):
    def acts_open(regime):
        return {
            act.id for act, _ in regime.decisions.open_decisions(regime.instruments)
        }

    alone = law("scenario=service_ban")
    both = law("scenario=hbm_squeeze+service_ban")  # its law differs from 2023 on
    assert both.decisions.since == alone.decisions.since
    assert acts_open(both) - acts_open(alone) == {"hbm_tools"}


def test_a_file_combines_the_same(desk, scenario_file):
    inside = combined(scenario_file, "combine: [service_ban, tight_quota]")
    named = read_command([f"scenario={BOTH}"]).scenario
    assert inside.content["question"] == "What if?"
    for field in ("regime", "decisions", "base", "combined_from"):
        assert inside.content[field] == named.content[field]


def test_a_file_may_change_more_besides(desk, scenario_file):
    text = "combine: [service_ban, tight_quota]\nassumptions: {fab.initial_slack: 1.1}"
    inside = combined(scenario_file, text)
    assert inside.content["assumptions"] == {"fab.initial_slack": 1.1}
    assert inside.combined_from == ()


def test_a_combination_is_changed_like_any_scenario(desk):
    words = (f"scenario={BOTH}", "scenario.regime.add.service_ban.approval=0.25")
    assert law(*words).instruments["service_ban"].approval == 0.25


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("service_ban+", "a name is missing beside +"),
        ("service_ban+service_ban", "service_ban is combined with itself"),
        ("service_ban+tight_qouta", "did you mean 'tight_quota'?"),
        ("service_ban+baseline", "baseline is a baseline"),
        ("service_ban+no_controls", "base: service_ban and no_controls differ"),
        (
            "diffusion_rule+tight_quota",
            "diffusion_rule amends us_2025_01_diffusion, and tight_quota amends it",
        ),
        (
            "service_ban+service_ban_unilateral",
            "service_ban adds service_ban, and service_ban_unilateral adds it",
        ),
        ("h200_deal+h20_ban", "h200_deal removes cn_2026_01_h200_block, and h20_ban"),
        ("adaptive+service_ban", "decisions: adaptive and service_ban differ"),
    ],
)
def test_what_contradicts_is_refused_by_name(refused, name, reason):
    line = refused(f"scenario={name}")
    assert reason in line
    assert len(line) < 300


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("combine: service_ban", "must name two scenarios or more"),
        ("combine: [service_ban]", "must name two scenarios or more"),
        ("combine: [truce, truce]", "each once"),
        ("combine: [truce, tight_qouta]", "did you mean 'tight_quota'?"),
        ("combine: [truce, mine]", "in a circle, mine > mine"),
        ("combine: [truce, h20_ban]\ndefaults: [adaptive]", "has no defaults besides"),
        (
            "combine: [truce, tight_quota]\n"
            "regime: {amend: {us_2025_01_diffusion: {cap: 5}}}",
            "tight_quota amends us_2025_01_diffusion, and mine amends it",
        ),
        (
            "decisions: {allies: endogenous, since: {change_of: [no_such]}}",
            "there is no such instrument",
        ),
        ("decisions: {allies: endogenous, since: {of: [a]}}", "must be a day, or"),
    ],
)
def test_a_file_that_combines_wrongly_is_refused(refused, scenario_file, text, reason):
    words = scenario_file(f"question: What if?\nsource: a test\n{text}")
    assert reason in refused(*words)


def test_values_that_differ_are_refused(refused, scenario_file):
    head = "question: What if?\nsource: a test\nassumptions: {fab.initial_slack: "
    scenario_file(f"{head}1.1}}", "one")
    folder, _ = scenario_file(f"{head}1.2}}", "other")
    line = refused(folder, "scenario=one+other")
    assert "assumptions.fab.initial_slack: one has 1.1, other has 1.2" in line


def test_parts_in_the_place_of_shipped_scenarios_are_named(desk, scenario_file):
    shipped = (SCENARIOS / "truce.yaml").read_text("utf-8")
    scenario_file(shipped.replace("question:", "question: Or,", 1), "truce")
    words = scenario_file(COMBINES.format("truce, service_ban"))
    [line] = read_command(list(words)).replacements
    assert line.endswith("truce.yaml takes the place of the shipped scenario truce")


def test_a_run_keeps_a_combination_and_is_run_again(desk):
    run = sim.run(BOTH, draws=2, horizon="2025-08", figures=False, quiet=True)
    assert run.scenario == BOTH
    kept = run.folder / "scenarios" / f"{BOTH}.yaml"
    assert yaml.safe_load(kept.read_text("utf-8"))["combined_from"] == BOTH.split("+")
    assert sim.rerun(run.folder, quiet=True).same


def test_a_comparison_sets_the_whole_beside_its_parts(desk):
    laws = sim.compare(
        ["service_ban", "tight_quota", BOTH],
        draws=2,
        horizon="2025-08",
        figures=False,
        quiet=True,
    )
    rows = laws.interactions.set_index("objective")
    assert set(rows["whole"]) == {BOTH}
    assert set(rows["parts"]) == {"service_ban tight_quota"}
    assert f"- {BOTH} changes China's AI compute by" in laws.summary
    assert (laws.folder / "interactions.csv").is_file()


def test_a_sweep_takes_combinations_whatever_others_contradict(ask, scenario_file):
    folder, _ = scenario_file(COMBINES.format("no_controls, truce"))
    words = ("draws=1", "horizon=2026-12", "record=[ai_compute_stock]", "quiet=true")
    outcome = ask("-m", f"scenario=truce,{BOTH}", folder, *words, "figures=false")
    assert outcome.status == 0, outcome
    table = sim.load_sweep(outcome.out.splitlines()[-1]).table
    assert set(table["scenario"]) == {"truce", BOTH}
