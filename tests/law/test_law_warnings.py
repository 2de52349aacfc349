"""Changes of law that can never bind are told before a run, and no others."""

from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from sim.assembly import first_month_world
from sim.domain.supply import Good
from sim.policy.dates import Period
from sim.policy.decisions import Decisions
from sim.policy.exports import AffiliatesRule, EntityListing, LicencePolicy
from sim.policy.imports import ProcurementMandate, Subsidy
from sim.policy.instruments import Adoption, Ask
from sim.policy.law_warnings import changes_that_never_bind
from sim.policy.never_binding import LawInRun
from sim.policy.regime import Regime
from sim.policy.scope import Facilities, Scope
from sim.policy.terms import EndUseEnforcement, Quota, RevenueShare, Truce
from sim.records.scenario_file import read_file
from sim.records.scenarios import load_scenario
from tests.law.sources import SCENARIOS, records
from tests.law.trade import regime, service_ban, tool_ban
from tests.worlds import unchecked

DAYS = Period(date(2022, 1, 1), date(2031, 1, 1))
LATE = date(2031, 3, 1)


@cache
def lines():
    """Return the supply lines of the shipped network."""
    with unchecked():
        return tuple(first_month_world(records(), records().law).lines)


def warned(base, other, *named, days=DAYS):
    """Return what is said of changes: of those named, or else of all."""
    ids = named or tuple({**other.instruments, **base.instruments})
    laws = (LawInRun(law, lines(), days) for law in (base, other))
    return list(changes_that_never_bind(*laws, ids))


def of_added(act, *others, decisions=None):
    base = regime(*others)
    added = base.with_instruments([act])
    law = added if decisions is None else replace(added, decisions=decisions)
    return warned(base, law, act.id)


def terms(kind, **fields):
    """Return an instrument of a kind with what every instrument has."""
    day = date(2023, 1, 1)
    known = {"id": "act", "title": "an act", "issuer": "USA", "announced": day}
    known |= {"effective": day, "reference": "none", "source": "none"}
    return kind(**known | fields)


def scope(**fields):
    return Scope(**{name: frozenset(values) for name, values in fields.items()})


TOOLS = frozenset({Good.ETCH})

NEVER = {
    "late": (tool_ban(effective=LATE), "effective 2031-03-01 lies after the horizon"),
    "ended": (tool_ban(end=date(2023, 1, 1)), "end 2023-01-01 is not after effective"),
    "granted": (tool_ban(approval=1.0), "approval 1 changes nothing"),
    "covers no part": (tool_ban(coverage={Good.ETCH: 0.0}), "coverage 0 changes"),
    "elsewhere": (
        tool_ban(scope=scope(goods=TOOLS, destinations={"THA"})),
        "has scope.destinations THA and the rest of its scope (there are lines with ",
    ),
    "wrong buyer": (
        tool_ban(scope=scope(goods=TOOLS, parties={"nvidia"})),
        "has scope.parties nvidia",
    ),
    "no such facility": (
        tool_ban(
            scope=Scope(
                goods=TOOLS,
                parties=frozenset({"huahong"}),
                facilities=Facilities.ADVANCED,
            )
        ),
        "scope.parties huahong",
    ),
    "wrong issuer": (tool_ban(issuer="DEU"), "no supply line of the network that DEU"),
    "not its goods": (tool_ban(issuer="KOR"), "etch and the rest of its scope (there "),
    "levy on tools": (
        terms(RevenueShare, share=0.2, scope=scope(goods=TOOLS)),
        "there are lines with ai_chip",
    ),
    "quota on tools": (
        terms(Quota, cap=5.0, unit="units", per="total", scope=scope(goods=TOOLS)),
        "there are lines with ai_chip",
    ),
    "hub in China": (
        terms(EndUseEnforcement, officers=2.0, scope=scope(destinations={"CHN"})),
        "there are lines with ARE, HKG, MYS, SGP, THA",
    ),
    "nothing more": (terms(EndUseEnforcement), "officers 1 and budget 1 and location"),
    "subsidy abroad": (terms(Subsidy, usd_million_a_month=9.0), "that USA can reach"),
    "empty mandate": (
        terms(ProcurementMandate, issuer="CHN", domestic_share=0.0),
        "domestic_share 0 changes nothing",
    ),
    "idle policy": (
        terms(LicencePolicy, of=("gone",), approval=0.5),
        "what it relaxes covers none of its lines",
    ),
    "idle truce": (terms(Truce, suspends=("gone",)), "nothing that it suspends"),
    "idle rule": (terms(AffiliatesRule), "USA lists no party on its lines"),
}


@pytest.mark.parametrize(("act", "why"), NEVER.values(), ids=NEVER)
def test_an_instrument_that_can_never_bind_is_told_with_the_reason(act, why):
    (line,) = of_added(act)
    assert line.startswith(f"{act.id} never binds in this run: ")
    assert why in line


@pytest.mark.parametrize(
    "act",
    [
        tool_ban(),
        tool_ban(effective=date(2030, 12, 31)),
        service_ban(),
        terms(RevenueShare, share=0.2),
        terms(EndUseEnforcement, officers=2.0, scope=scope(destinations={"MYS"})),
        terms(Subsidy, issuer="CHN", usd_million_a_month=9.0),
        terms(Truce, suspends=("us_2024_12_hbm",), effective=date(2026, 1, 1)),
        terms(LicencePolicy, of=("us_2024_12_hbm",), approval=0.5),
    ],
    ids=lambda act: f"{act.kind} {act.effective}",
)
def test_an_instrument_that_may_bind_is_not_warned_of(act):
    assert of_added(act, *records().law.instruments.values()) == []


def test_an_affiliates_rule_binds_where_its_issuer_lists_a_party():
    listing = terms(EntityListing, id="listing", approval=0.0)
    rule = terms(AffiliatesRule)
    assert of_added(rule, replace(listing, scope=scope(parties={"smic"}))) == []
    assert of_added(rule, replace(listing, scope=scope(parties={"smic"}), issuer="JPN"))


def test_instruments_of_which_the_same_can_be_said_share_a_line():
    base, late = regime(), [tool_ban(name, effective=LATE) for name in ("one", "two")]
    (line,) = warned(base, regime(*late))
    assert line.startswith("one, two never bind in this run: ")


def test_removing_what_is_never_in_force_is_told():
    ended = tool_ban(announced=date(2020, 1, 1), effective=date(2020, 1, 1))
    ended = replace(ended, end=date(2021, 1, 1))
    assert warned(regime(ended), regime()) == [
        "removing ban makes no difference in this run: end 2021-01-01 lies before the "
        "run begins, 2022-01"
    ]
    assert warned(regime(tool_ban()), regime()) == []


def test_what_a_truce_suspends_throughout_is_told():
    stay = terms(Truce, id="stay", suspends=("ban",))
    (line,) = warned(regime(stay), regime(stay, tool_ban()), "ban")
    assert "stay suspends it on every day" in line


def test_an_amendment_that_makes_no_difference_is_told():
    base = regime(tool_ban(end=LATE))
    (line,) = warned(base, regime(tool_ban(end=date(2033, 1, 1))))
    assert line == (
        "amending ban makes no difference in this run: with the new end it binds on "
        "the same days of the run; give other dates, or another horizon"
    )
    assert "it is law already" in warned(base, base)[0]
    assert "reads eccn" in warned(base, regime(tool_ban(end=LATE, eccn=("3B001",))))[0]
    assert warned(base, regime(tool_ban())) == [line]
    assert warned(base, regime(tool_ban(end=date(2029, 1, 1)))) == []


def test_an_amendment_that_ends_an_instrument_for_good_is_a_change():
    base = regime(tool_ban())
    assert warned(base, regime(tool_ban(approval=1.0))) == []
    assert warned(base, regime(tool_ban(effective=LATE))) == []


def test_what_stricter_law_does_already_is_told_with_that_law():
    strict = tool_ban("strict")
    (line,) = of_added(tool_ban("mild", approval=0.5), strict)
    assert line.startswith("mild makes no difference in this run: every supply line")
    assert "as much by strict; " in line
    assert of_added(tool_ban("early", effective=date(2022, 9, 1)), strict) != [line]
    wider = tool_ban("wider", approval=0.5, adopted_by={"JPN": Adoption()})
    assert of_added(wider, strict) == []


def test_a_state_that_joins_without_selling_anything_is_told():
    ban = service_ban(adopted_by={"KOR": Adoption(), "JPN": Adoption(since=LATE)})
    of_korea, of_japan = of_added(ban)
    assert of_korea.startswith("adopted_by KOR of service_ban makes no difference")
    assert "2031-03-01 lies after the horizon, 2030-12" in of_japan
    assert of_added(service_ban(reach={"KOR": 0.1}))[0].startswith("reach KOR of")


def test_terms_are_told_to_matter_only_to_states_that_decide():
    ban = service_ban(adopted_by={"JPN": Adoption()}, ask=Ask(coercion=0.3))
    (line,) = of_added(ban)
    assert line.startswith("ask of service_ban makes no difference")
    assert "decisions: {allies: endogenous}" in line
    deciding = Decisions(frozenset({"JPN"}), date(2025, 2, 1))
    assert of_added(ban, decisions=deciding) == []


@pytest.mark.parametrize("name", sorted(path.stem for path in SCENARIOS.glob("*.yaml")))
def test_nothing_in_a_shipped_scenario_can_never_bind(name):
    content = read_file(SCENARIOS / f"{name}.yaml")
    scenario = load_scenario(content, records(), name=name)
    assert warned(records().law, scenario.regime, *scenario.named_acts, "none") == []


def test_the_instruments_that_a_file_names_are_known():
    content = read_file(SCENARIOS / "hbm_squeeze.yaml")
    scenario = load_scenario(content, records(), name="hbm_squeeze")
    assert set(scenario.named_acts) == {"us_2024_12_hbm", "hbm_tools"}
    assert isinstance(scenario.regime, Regime)
