"""Scenarios as shipped: each loads, asks something, and changes the law."""

from datetime import date

import pytest

from sim.domain.errors import ScenarioError
from sim.domain.months import Month
from sim.policy.applicable_law import LeakageShares
from sim.policy.difference import law_difference
from sim.records.scenario_file import read_file
from sim.records.scenario_law import without_controls
from sim.records.scenarios import MOST_ADDED, load_scenario
from sim.records.vintage import law_as_of
from tests.law.sources import SCENARIOS, records
from tests.law.trade import chip_line, other_line, record, tool_line
from tests.worlds import as_dated

SHIPPED = {path.stem: path for path in SCENARIOS.glob("*.yaml")}
SCHEMA_PATH = "../docs/reference/scenario.schema.json"

EXPECTED = {
    "adaptive": "2026-10",
    "affiliates_rule": "2026-09",
    "ally_defection": "2027-01",
    "baseline": None,
    "china_closes_gate": "2026-11",
    "chip_lockdown": "2025-04",
    "cloud_closure": "2026-12",
    "decided_history": "2022-10",
    "diffusion_rule": "2025-05",
    "enforcement_surge": "2026-11",
    "full_decoupling": "2026-12",
    "gain_ai": "2025-12",
    "h200_deal": "2026-01",
    "h200_deal_without_share": "2025-12",
    "h20_ban": "2025-07",
    "hbm_squeeze": "2023-10",
    "location_verification": "2026-12",
    "match_act": "2026-12",
    "mineral_retaliation": "2026-10",
    "no_controls": "2022-08",
    "remote_access": "2026-12",
    "service_ban": "2025-02",
    "service_ban_unilateral": "2025-02",
    "tight_quota": "2025-01",
    "truce": "2026-11",
}
"""The month in which each scenario first differs from the law of record."""


def scenario(name, **changes):
    content = read_file(SHIPPED[name])
    return load_scenario(content | changes, records(), name=name)


def overridden(name, key, field, value, verb="add"):
    content = read_file(SHIPPED[name])
    content["regime"][verb][key][field] = value
    return load_scenario(content, records(), name=name)


def test_the_shipped_scenarios_are_those_expected():
    assert set(SHIPPED) == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_scenario_opens_with_a_question_and_names_its_source(name):
    item = SHIPPED[name]
    content = read_file(item)
    assert content["question"].endswith("?")
    assert content["source"]
    for_editors, first, *_ = item.read_text("utf-8").splitlines()
    assert first.startswith("question:")
    assert for_editors == f"# yaml-language-server: $schema={SCHEMA_PATH}"


@pytest.mark.parametrize(("name", "month"), EXPECTED.items())
def test_a_scenario_parts_from_the_record_in_its_month(name, month):
    parts = scenario(name).regime.first_difference(records().law)
    assert parts == (Month.parse(month) if month else None)


@pytest.mark.parametrize("name", sorted(set(EXPECTED) - {"baseline"}))
def test_a_scenario_changes_the_law_or_who_makes_it(name):
    law = scenario(name).regime
    assert law_difference(records().law.instruments, law.instruments) or law.decisions


def backwards(content):
    """Return what a file says with all its acts and fields the other way round."""
    if not isinstance(content, dict):
        return content
    return {key: backwards(content[key]) for key in reversed(content)}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_order_in_which_a_file_has_its_acts_and_fields_means_nothing(name):
    laws = []
    for content in (read_file(SHIPPED[name]), backwards(read_file(SHIPPED[name]))):
        law = load_scenario(content, records(), name=name).regime
        packages = law.decisions.packages(law.book.acts)
        names = {package.name: package.asks for package in packages}
        laws.append((list(law.instruments), law.identity, names))
    assert laws[0] == laws[1]


def test_a_scenario_adds_no_thousands_of_instruments():
    content = {"regime": {"add": {f"act_{number}": {} for number in range(1_588)}}}
    expected = r"^scenario x, regime.add: has 1,588 instruments; give at most 100$"
    with pytest.raises(ScenarioError, match=expected):
        load_scenario(content, records(), name="x")
    assert len(record().instruments) < MOST_ADDED


def test_only_the_baseline_may_change_nothing():
    assert scenario("baseline").baseline
    content = read_file(SHIPPED["baseline"]) | {"baseline": False}
    with pytest.raises(ScenarioError, match="changes nothing"):
        load_scenario(content, records(), name="mine")


def test_the_service_ban_binds_allied_vendors_at_advanced_fabs_only():
    law = as_dated(scenario("service_ban").regime)
    month = Month(2025, 8)
    for seller in ("asml", "tel", "lam"):
        assert law.licence(tool_line(seller, "ymtc", "engineers"), month) == 0.0
    assert law.licence(tool_line("asml", "smic_mature", "engineers"), month) == 1.0
    assert law.licence(tool_line("asml", "smic_advanced", "duv_dry"), month) == 1.0


def test_the_unilateral_ban_leaves_most_allied_service():
    law = scenario("service_ban_unilateral").regime
    line = tool_line("asml", "ymtc", "spare_parts")
    assert 0.8 < law.licence(line, Month(2025, 8)) < 0.9


def test_the_service_ban_can_be_moved():
    moved = overridden("service_ban", "service_ban", "effective", "2027-07")
    line = tool_line("tel", "ymtc", "engineers")
    law = as_dated(moved.regime)
    assert law.licence(line, Month(2027, 6)) == 1.0
    assert law.licence(line, Month(2027, 7)) == 0.0


def test_the_service_ban_can_be_read_widely():
    content = read_file(SHIPPED["service_ban"])
    content["regime"]["add"]["service_ban"]["scope"]["facilities"] = "any"
    law = as_dated(load_scenario(content, records(), name="wide").regime)
    assert (
        law.licence(tool_line("asml", "smic_mature", "engineers"), Month(2026, 1)) == 0
    )


def test_the_allies_join_the_match_act_at_the_end_of_the_ultimatum():
    law = as_dated(scenario("match_act").regime)
    line = tool_line("asml", "smic_mature", "duv_immersion")
    assert law.licence(line, Month(2027, 7)) > 0.9
    assert law.pending_denial(line, Month(2027, 1)) > 0.9
    assert law.licence(line, Month(2027, 9)) == 0.0
    assert law.licence(tool_line("lam", "huahong", "engineers"), Month(2027, 2)) == 0.0


def test_the_diffusion_rule_binds_from_its_compliance_date():
    law = scenario("diffusion_rule").regime
    line = chip_line("H100", buyer="hub_my", destination="MYS")
    assert not law.quotas(Month(2025, 4))
    quota = law.quotas(Month(2025, 6))[0]
    assert (quota.cap, quota.exception, quota.counted_share(line)) == (
        50_000,
        1700,
        1.0,
    )
    tight = scenario("tight_quota").regime.quotas(Month(2025, 6))[0]
    assert (tight.cap, tight.exception) == (25_000, 500)


def test_the_h20_stays_banned_and_the_h200_with_it():
    law = scenario("h20_ban").regime
    assert law.licence(chip_line("H20"), Month(2026, 6)) == 0.0
    assert law.licence(chip_line("H200"), Month(2026, 6)) == 0.0


def test_the_deal_opens_the_chinese_gate_for_the_h200_alone():
    law = scenario("h200_deal").regime
    assert law.permit(chip_line("H200"), Month(2026, 6)) == 1.0
    assert law.permit(chip_line("H20"), Month(2026, 6)) < 0.1
    assert len(law.quotas(Month(2026, 6))) == 2


@pytest.mark.parametrize("chip", ["H20", "H200", "RTX Pro 6000D", "L20"])
def test_the_lockdown_stops_every_chip(chip):
    law = scenario("chip_lockdown").regime
    assert law.licence(chip_line(chip), Month(2025, 7)) == 0.0


def test_the_squeeze_stops_memory_in_2023_and_the_tools_of_cxmt_later():
    law = scenario("hbm_squeeze").regime
    memory = other_line("samsung_mem", "KOR", "huawei", "hbm")
    assert law.licence(memory, Month(2024, 1)) == 0.0
    assert law.licence(tool_line("tel", "cxmt", "etch"), Month(2025, 3)) > 0.8
    assert law.licence(tool_line("tel", "cxmt", "etch"), Month(2025, 8)) == 0.0


def test_the_affiliates_rule_comes_back():
    law = scenario("affiliates_rule").regime
    line = tool_line("lam", "ymtc", "duv_dry")
    leak = LeakageShares(affiliates=0.2, facilities=1.0)
    assert law.licence(line, Month(2026, 10), leak) == pytest.approx(0.2)
    assert law.licence(line, Month(2026, 12), leak) == 0.0
    minerals = other_line("cn_minerals", "CHN", "USA_industry", "minerals", "USA")
    assert law.licence(minerals, Month(2027, 6)) == 0.6


def test_the_closed_cloud_keeps_a_crack():
    law = scenario("cloud_closure").regime
    for seller, origin in (("megaspeed", "SGP"), ("hyperscaler_asia", "USA")):
        line = other_line(seller, origin, "alibaba", "cloud")
        assert law.licence(line, Month(2027, 6)) == pytest.approx(0.15)


def test_without_controls_the_listings_before_2022_stay():
    law = without_controls(record())
    kept = set(law.instruments)
    assert {"us_2019_05_huawei", "us_2020_12_smic", "nl_2019_euv"} <= kept
    assert not any(key.startswith(("us_202", "jp_", "nl_202")) for key in kept) or {
        key for key in kept if key.startswith("us_202")
    } == {"us_2020_05_huawei_fdpr", "us_2020_08_huawei_fdpr", "us_2020_12_smic"}
    assert law.licence(chip_line("B200"), Month(2026, 1)) == 1.0
    assert law.permit(chip_line("H20"), Month(2026, 1)) == 1.0
    assert law.licence(chip_line("H100", buyer="huawei_cloud"), Month(2026, 1)) == 0.0
    assert law.subsidy("CHN", Month(2026, 1)) > 0.0


def test_the_law_as_it_stood_knows_nothing_later():
    law = law_as_of(record(), date(2024, 12, 31))
    assert "us_2024_12_hbm" in law.instruments
    assert "us_2025_04_h20_letter" not in law.instruments
    assert law.instruments["us_2024_11_tsmc_letter"].end is None
    assert law.instruments["us_2022_10_chips"].end == date(2023, 11, 17)
    assert law.licence(chip_line("H20"), Month(2026, 1)) == 1.0


def test_a_scenario_may_start_from_the_law_of_a_month():
    plain = {
        "question": "What had the law stopped at the end of 2024?",
        "source": "a test",
        "base": {"as_of": "2024-12"},
    }
    old = load_scenario(plain, records(), name="old")
    assert old.regime.first_difference(records().law) == Month(2025, 1)


def test_an_amendment_changes_single_fields_of_a_scope():
    content = {
        "question": "What if the Netherlands had refused all immersion scanners?",
        "source": "a test",
        "regime": {
            "amend": {
                "nl_2024_09_duv_advanced": {
                    "approval": 0.0,
                    "scope": {"facilities": "any"},
                    "adopted_by": {"JPN": "2025-01"},
                }
            }
        },
    }
    item = load_scenario(content, records(), name="wide").regime.instruments[
        "nl_2024_09_duv_advanced"
    ]
    assert item.scope.destinations == {"CHN", "HKG", "MAC"}
    assert item.scope.facilities == "any"
    assert item.adopted_by["JPN"].since == date(2025, 1, 1)
    assert "approval" not in item.grounds


def test_grounds_that_an_amendment_gives_take_the_place_of_the_old():
    given = {"approval": {"confidence": "seen", "source": "a test"}}
    amend = {"us_2024_12_hbm": {"approval": 0.1, "grounds": given}}
    content = {"question": "What?", "source": "a test", "regime": {"amend": amend}}
    law = load_scenario(content, records(), name="amended").regime
    [(name, grounds)] = law.instruments["us_2024_12_hbm"].grounds.items()
    assert (name, grounds.confidence, grounds.source) == ("approval", "seen", "a test")


def test_assumptions_may_be_written_nested_or_with_dots():
    name = records().assumptions[0].name
    head, _, tail = name.partition(".")
    texts = [{name: 0.5}, {head: {tail: 0.5}}]
    for text in texts:
        one = scenario("service_ban", assumptions=text)
        assert one.assumptions == {name: 0.5}


def test_mechanisms_are_on_or_off():
    one = scenario("service_ban", mechanisms={"smuggling": "off", "repair": True})
    assert one.mechanisms == {"smuggling": False, "repair": True}


def test_an_assumption_alone_makes_a_scenario():
    name = records().assumptions[0].name
    plain = {"question": "What if?", "source": "a test", "assumptions": {name: 1}}
    assert not law_difference(
        records().law.instruments,
        load_scenario(plain, records(), name="x").regime.instruments,
    )


@pytest.mark.parametrize("allies", ["recorded", "endogenous"])
def test_one_ally_may_be_made_to_refuse(allies):
    content = read_file(SHIPPED["service_ban"])
    content["decisions"] = {"allies": allies}
    content["regime"]["add"]["service_ban"]["adopted_by"]["JPN"] = "refuses"
    law = load_scenario(content, records(), name="mine").regime
    asked = {
        (act.id, state)
        for act, state in law.book.decisions.open_decisions(law.instruments)
    }
    assert ("service_ban", "JPN") not in asked
    assert (("service_ban", "NLD") in asked) == (allies == "endogenous")
    month = Month(2027, 1)
    engineers = (tool_line(x, "smic_advanced", "engineers") for x in ("asml", "tel"))
    dutch, japanese = (as_dated(law).licence(line, month) for line in engineers)
    assert dutch == 0.0
    assert japanese == 1.0


def test_all_allies_may_refuse_what_they_are_asked():
    changes = {"adopted_by": {"NLD": "refuses", "JPN": "refuses"}}
    content = read_file(SHIPPED["service_ban"])
    content["regime"]["add"]["service_ban"] |= changes
    law = load_scenario(content, records(), name="mine").regime
    assert not law.instruments["service_ban"].adopted_by


def test_parties_may_be_given_by_name():
    content = read_file(SHIPPED["service_ban"])
    scope = content["regime"]["add"]["service_ban"]["scope"]
    scope |= {"parties": ["SMIC", "YMTC"], "sellers": ["Applied Materials", "asml"]}
    law = load_scenario(content, records(), name="mine").regime
    assert law.instruments["service_ban"].scope.parties == {"smic", "ymtc"}
    assert law.instruments["service_ban"].scope.sellers == {"amat", "asml"}
